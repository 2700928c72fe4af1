"""对账 over HTTP: a day's count and hash, and what a department's own list has differently."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from dispatch import reconciling
from dispatch.reconciling import Difference, Line
from hotline.api.fields import Code
from hotline.api.schemas_digests import (
    DayIn,
    DifferenceOut,
    DigestOut,
    LineOut,
    MismatchOut,
    NearDay,
    OtherDay,
)
from hotline.core.accounts import Actor
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/work-orders/digest", tags=["work orders"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]


Day = Annotated[
    NearDay,
    Query(description="The day of issue in Beijing time.", examples=["2026-11-25"]),
]
Department = Annotated[
    Code, Query(description="For who works inside: whose orders; left out: everybody's.")
]


@router.get("", operation_id="get_work_order_digest", summary="Count and hash of a day (对账)")
def get_digest(
    actor: Reader, session: SessionDep, day: Day, department: Department = ""
) -> DigestOut:
    """Return count and hash of the orders issued on that day, as they are now.

    The hash is the SHA-256 of `number,status,version` lines (docs/work-orders.md, test vector).
    """
    found = reconciling.of_day(session, day, reader=actor, department=department)
    return DigestOut(
        day=day,
        count=len(found.lines),
        hash=reconciling.digest(found.lines),
        status_hash=reconciling.digest(reconciling.without_versions(found.lines)),
        cursor=str(found.read_to),
    )


@router.post("", operation_id="compare_work_orders", summary="What differs on a day (对账差异)")
def compare(
    actor: Reader, session: SessionDep, given: DayIn, department: Department = ""
) -> MismatchOut:
    """Return what differs between the sent list and ours; nothing is changed by it."""
    ours = reconciling.of_day(session, given.day, reader=actor, department=department)
    theirs = [Line(each.number, each.status, each.version) for each in given.orders]
    found = reconciling.compare(session, ours, theirs, reader=actor, department=department)
    return MismatchOut(
        day=given.day,
        count=len(ours.lines),
        hash=reconciling.digest(ours.lines),
        cursor=str(ours.read_to),
        given_count=len(theirs),
        given_hash=reconciling.digest(theirs),
        same=found.same,
        missing_there=_lines(found.missing_there),
        missing_here=_lines(found.missing_here),
        of_another_day=[
            OtherDay(number=number, day=on) for number, on in found.of_another_day.items()
        ],
        other_status=_differences(found.other_status),
        other_version=_differences(found.other_version),
    )


def _lines(found: Iterable[Line]) -> list[LineOut]:
    return [LineOut(number=each.number, status=each.status, version=each.version) for each in found]


def _differences(found: Iterable[Difference]) -> list[DifferenceOut]:
    return [
        DifferenceOut(
            number=each.number,
            status_here=each.here.status,
            status_there=each.there.status,
            version_here=each.here.version,
            version_there=each.there.version,
        )
        for each in found
    ]
