"""指标 over HTTP: figures of a period, how each is defined, and what is behind it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.indicators import behind, definitions, reading, weights
from dispatch.indicators.behind import Place
from dispatch.indicators.reading import TOTAL, Chosen, Figures, Period
from dispatch.indicators.terms import Key, Part
from hotline.api.fields import Code, Text
from hotline.api.schemas_indicators import (
    DefinitionOut,
    FigureGroup,
    FigureOut,
    IndicatorDetail,
    IndicatorList,
    ThingOut,
    ThingPage,
)
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day, now
from hotline.core.errors import Invalid
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/indicators", tags=["indicators"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
USUAL, MOST_DAYS = 28, 366


def asked(since: date | None = None, until: date | None = None) -> Period:
    """Return the period that was asked for, four weeks up to today without one.

    Raises Invalid for one that ends before it begins, or longer than a year.
    """
    last = until or beijing_day(now())
    if since is None and last - date.min < timedelta(days=USUAL):
        raise Invalid("There were no figures then.", remedy="Ask for a later day.")
    first = since or last - timedelta(days=USUAL - 1)
    if first > last or (last - first).days >= MOST_DAYS:
        raise Invalid(f"No period of 1 to {MOST_DAYS} days.", remedy="Ask for another one.")
    return Period(first, last)


def chosen(
    department: Code = "",
    district: Code = "",
    matter: Text = "",
    hour: Annotated[int | None, Query(ge=0, le=23)] = None,
    place: Code = "",
) -> Chosen:
    """Return which things are counted; a department has orders alone, an hour calls.

    A district is counted with all below it, a place alone.
    """
    return Chosen(department, district, matter, hour, place)


Asked = Annotated[Period, Depends(asked)]
Which = Annotated[Chosen, Depends(chosen)]


@router.get("", operation_id="list_indicators", summary="All indicators of a period (指标)")
def list_indicators(
    actor: Reader, session: SessionDep, period: Asked, which: Which, by: Key | None = None
) -> IndicatorList:
    """Return every figure, in all or by a key, over what the reader may see."""
    found = reading.figures(session, period, by=by, chosen=which, reader=actor)
    total = found.get(TOTAL, {}) if by is None else {}
    return IndicatorList(
        since=period.first,
        until=period.last,
        by=by,
        score=score_of(total, period),
        groups=_groups(found),
    )


@router.get("/{code}", operation_id="get_indicator", summary="One indicator of a period")
def get_indicator(
    actor: Reader,
    code: Code,
    session: SessionDep,
    period: Asked,
    which: Which,
    by: Key | None = None,
) -> IndicatorDetail:
    """Return the indicator's definitions, its figure, and its figures by a key."""
    definitions.newest(code)
    total = reading.figures(session, period, codes=[code], chosen=which, reader=actor)[TOTAL]
    parts = (
        reading.figures(session, period, by=by, codes=[code], chosen=which, reader=actor)
        if by
        else {}
    )
    return IndicatorDetail(
        since=period.first,
        until=period.last,
        by=by,
        definitions=[
            DefinitionOut.model_validate(each)
            for each in definitions.packaged()
            if each.code == code
        ],
        total=FigureOut.model_validate(total[code]) if code in total else None,
        groups=_groups(parts),
    )


@router.get(
    "/{code}/behind", operation_id="list_behind_indicator", summary="What is behind a figure"
)
def list_behind_indicator(
    actor: Reader,
    code: Code,
    session: SessionDep,
    request: Request,
    response: Response,
    period: Asked,
    which: Which,
    part: Part = Part.COUNTED,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> ThingPage:
    """Return the tickets, orders, calls or seats' days; none that one may not see.

    The newest day first, or what took longest where the figure is the one at a rank.
    """
    found = behind.behind(
        session,
        code,
        period,
        part,
        chosen=which,
        before=place_at(cursor),
        limit=limit,
        reader=actor,
    )
    following = cursor_after(found[-1].place) if len(found) == limit else None
    link_next(request, response, following)
    return ThingPage(items=[ThingOut.model_validate(each) for each in found], next=following)


def place_at(cursor: str | None) -> Place | None:
    """Return where the last page ended; raise Invalid for a cursor that is none of ours."""
    if not cursor:
        return None
    with suppress(ValueError):  # binascii's and Unicode's own are among them
        if found := Place.parse(urlsafe_b64decode(cursor).decode()):
            return found
    raise Invalid("The cursor is not one of ours.", remedy="Start without one.")


def cursor_after(place: Place) -> str:
    """Return the cursor after a page that ended there."""
    return urlsafe_b64encode(str(place).encode()).decode()


def score_of(total: Figures, period: Period) -> float | None:
    """Return 三率综合 of these figures by the weights of the period's last day."""
    rates = {code: (each.numerator, each.denominator) for code, each in total.items()}
    return weights.score(rates, period.last)


def _groups(found: dict[str, Figures]) -> list[FigureGroup]:
    return [
        FigureGroup(key=key, figures=[FigureOut.model_validate(each) for each in figures.values()])
        for key, figures in found.items()
    ]
