"""检索 over HTTP: all that can be found by one search, and what to answer while somebody speaks."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from dispatch.cases.searching import kinds_for
from hotline.api.articles import Asker, Query200, Reader
from hotline.api.fields import Code
from hotline.api.schemas_articles import HeardIn
from hotline.api.schemas_search import HitOut, HitsOut
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission, may
from hotline.web.access import SessionDep
from hotline.web.problems import READING
from knowledge import lineage
from knowledge.articles import gaps
from knowledge.searching import together
from knowledge.searching.entries import Asked, Kind

router = APIRouter(prefix="/api/v1/search", tags=["search"], responses=READING)


@router.get("", operation_id="search_knowledge", summary="Search everything (知识检索)")
def search_knowledge(
    asker: Asker,
    session: SessionDep,
    q: Query200,
    kind: Annotated[Kind | None, Query(description="All without one.")] = None,
    department: Code = "",
    district: Code = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> HitsOut:
    """Return what answers `q`, at the district or above it, best first.

    Published cases (案例) are found by who is inside alone; they are nobody's answer: a question
    that finds nothing else is a gap.
    """
    places = lineage.upwards(session, district) if district else ()
    kinds = tuple(each for each in kinds_for(asker) if kind in (None, each))
    asked = Asked(q, beijing_day(now()), places, department, limit, kinds)
    found = _out(together.search(session, asked))
    if not found.good and kind is None and asker and may(asker, Permission.ARTICLE_REPORT):
        gaps.note(session, q, district=district, now=now())
    return found


@router.post("/suggest", operation_id="suggest_answers", summary="Suggest while they talk (建议)")
def suggest_answers(actor: Reader, given: HeardIn, session: SessionDep) -> HitsOut:
    """Return the few that may answer what was said last, cases below; no word is kept."""
    places = lineage.upwards(session, given.district) if given.district else ()
    today, kinds = beijing_day(now()), kinds_for(actor)
    hits = together.suggest(session, given.text, on=today, districts=places, kinds=kinds)
    return _out(hits)


def _out(hits: Sequence[together.Hit]) -> HitsOut:
    shown = [HitOut.model_validate(each) for each in hits]
    return HitsOut(good=any(each.good for each in hits), hits=shown)
