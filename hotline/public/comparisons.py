"""公开比较: what was published to everybody of departments among their like, and nothing else."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.comparing import published, runs
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.states import RunState
from hotline.core.errors import NotFound
from hotline.public import compared
from hotline.public.open_page import Opened
from hotline.public.words import speaker
from hotline.web.access import SessionDep
from knowledge import names

PAGE = "/statistics/comparisons"
SHOWN = 20
LARGEST_ROW = 2**31 - 1  # what the database counts to

router = APIRouter(prefix=PAGE, include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def listed(
    opened: Opened,
    session: SessionDep,
    before: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show what was published, the newest first; what was withdrawn says so."""
    found = published.listed(session, before=before, limit=SHOWN + 1)
    rows = found[:SHOWN]
    return opened.show(
        "comparisons.html",
        rows=rows,
        areas=_areas(session, *(run for run, _ in rows)),
        page=PAGE,
        older=rows[-1][0].id if len(found) > SHOWN else 0,
    )


@router.get("/{run_id:int}", response_class=HTMLResponse)
def one(opened: Opened, run_id: int, session: SessionDep) -> Response:
    """Show one; of one that was withdrawn, that it was and nothing that it said."""
    if run_id > LARGEST_ROW:
        raise NotFound(f"There is no comparison {run_id}.")
    run = published.find(session, run_id)
    told = json.loads(runs.published(run))
    withdrawn = run.state == RunState.WITHDRAWN
    return opened.show(
        "comparison.html",
        run=run,
        page=PAGE,
        name=told["run"]["name"],
        number=told["run"]["number"],
        area=_areas(session, run)[run.district],
        **({} if withdrawn else _said(session, told, opened.language)),
    )


def _said(session: Session, told: dict[str, Any], language: str) -> dict[str, Any]:
    scheme = told["run"]["scheme"]
    return {
        "scheme": scheme,
        "indicators": compared.indicators(scheme),
        "groups": compared.groups(session, told, speaker(language)),
        "excluded": sum(told["run"]["excluded"].values()),
    }


def _areas(session: Session, *found: Comparison) -> dict[str, str]:
    """Return the names of the areas that were compared; of the whole site, none."""
    codes = {each.district for each in found}
    return dict.fromkeys(codes, "") | names.district_names(session, codes - {""})
