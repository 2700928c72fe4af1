"""考核方案 over HTTP: written, revised, adopted, retired; `comparisons` simulates them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.comparing import counting, schemes
from dispatch.comparing.models_comparing import ComparisonScheme
from dispatch.comparing.scheme import Scheme
from hotline.api.fields import RowId
from hotline.api.schemas_comparisons import (
    SchemeIn,
    SchemeOut,
    SchemePage,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/comparison-schemes", tags=["comparisons"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
Manager = Annotated[Actor, Depends(permit(Permission.COMPARISON_MANAGE))]
Decider = Annotated[Actor, Depends(permit(Permission.COMPARISON_DECIDE))]


class Write:
    """One write on the scheme that the path names."""

    def __init__(self, scheme_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, scheme_id

    def do(self, act: Callable[[ComparisonScheme], object], actor: Actor, given: str) -> Any:
        """Return the scheme as `act` leaves it, or the answer kept under the same key."""

        def find() -> ComparisonScheme:
            return schemes.find(self.session, self._id, lock=True)

        return self._write.change(find, act, scheme_out, actor, given)


SchemeWrite = Annotated[Write, Depends()]


@router.get(
    "", operation_id="list_comparison_schemes", summary="List comparison schemes (考核方案)"
)
def list_comparison_schemes(
    _actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> SchemePage:
    """Return the versions of all schemes, the newest first."""
    before = decode_cursor(cursor)
    found = schemes.listed(session, before=before[1] if before else 0, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.written_at, last.id or 0) if last else None
    link_next(request, response, following)
    return SchemePage(items=[scheme_out(session, each) for each in found], next=following)


@router.post(
    "",
    operation_id="write_comparison_scheme",
    status_code=201,
    summary="Draft a scheme, or its next version (拟定考核方案)",
    response_model=SchemeOut,
    responses=WRITING,
)
def write_comparison_scheme(actor: Manager, given: SchemeIn, write: Writing) -> Any:
    """拟定: a name that there is already gets its next version; what is adopted stays."""

    def act() -> SchemeOut:
        said = said_in(given)
        made = schemes.draft(write.session, given.name, said, actor=actor, now=now())
        return scheme_out(write.session, made)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.get(
    "/{scheme_id}", operation_id="get_comparison_scheme", summary="Read a comparison scheme"
)
def get_comparison_scheme(
    _actor: Reader, scheme_id: RowId, session: SessionDep, response: Response
) -> SchemeOut:
    """Return one version of a scheme."""
    found = schemes.find(session, scheme_id)
    tag(response, found.version)
    return scheme_out(session, found)


@router.put(
    "/{scheme_id}",
    operation_id="revise_comparison_scheme",
    summary="Change a scheme that is not adopted (修改考核方案)",
    response_model=SchemeOut,
    responses=WRITING,
)
def revise_comparison_scheme(actor: Manager, given: SchemeIn, write: SchemeWrite) -> Any:
    """修改: it must be simulated anew; its name stays."""

    def act(scheme: ComparisonScheme) -> None:
        schemes.revise(write.session, scheme, said_in(given), actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{scheme_id}/adopt",
    operation_id="adopt_comparison_scheme",
    summary="Adopt a scheme (采用考核方案)",
    response_model=SchemeOut,
    responses=WRITING,
)
def adopt_comparison_scheme(actor: Decider, write: SchemeWrite) -> Any:
    """采用: once it was simulated, by somebody who wrote nothing in it."""

    def act(scheme: ComparisonScheme) -> None:
        schemes.adopt(write.session, scheme, actor=actor, now=now())

    return write.do(act, actor, "")


@router.post(
    "/{scheme_id}/retire",
    operation_id="retire_comparison_scheme",
    summary="Retire a scheme (停用考核方案)",
    response_model=SchemeOut,
    responses=WRITING,
)
def retire_comparison_scheme(actor: Decider, write: SchemeWrite) -> Any:
    """停用: nothing is compared by it any more."""

    def act(scheme: ComparisonScheme) -> None:
        schemes.retire(write.session, scheme, actor=actor, now=now())

    return write.do(act, actor, "")


def said_in(given: SchemeIn) -> Scheme:
    """Return the scheme that was sent; raise Invalid for an indicator that nobody has."""
    return Scheme(
        indicators=[
            counting.measured(each.code, each.weight, each.minimum) for each in given.indicators
        ],
        confidence=given.confidence,
        minimum_reason=given.minimum_reason,
        basis=given.basis,
        classes=dict(given.classes),
        publication=given.publication,
        show_ranks=given.show_ranks,
        ranks_basis=given.ranks_basis,
    )


def scheme_out(_session: Session, scheme: ComparisonScheme) -> SchemeOut:
    return SchemeOut.model_validate(scheme)
