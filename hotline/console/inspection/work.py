"""质检任务: what waits for whom, the first due first; and the figures of a period."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.inspection import flags, inspections, results
from dispatch.inspection.inspections import SHOWN, Wanted
from dispatch.inspection.states import DONE, OPEN, Kind, State, Why
from hotline.console.administration.frame import plain
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.inspection.frame import PAGE, Reader, shown
from hotline.console.inspection.lines import lines, points
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

STATES = {"open": OPEN, "appealed": (State.APPEALED,), "done": DONE, "all": ()}
PERIODS = (7, 30, 90)

router = APIRouter(include_in_schema=False)

Which = Annotated[str, Query(pattern="^(open|appealed|done|all)$")]


@dataclass
class Asked:
    """What the list is asked for: every filter is in the address."""

    state: Which = "open"
    kind: Annotated[str, Query(pattern="^(|call|ticket)$")] = ""
    why: Annotated[str, Query(pattern="^(|random|flag|calibration)$")] = ""
    agent: Annotated[str, Query(max_length=64)] = ""
    mine: bool = False
    overdue: bool = False

    def wanted(self, viewer: Viewer, at: datetime) -> Wanted:
        """Return it as the domain asks."""
        return Wanted(
            STATES[self.state],
            Kind(self.kind) if self.kind else None,
            Why(self.why) if self.why else None,
            viewer.actor.name if self.mine else "",
            plain(self.agent),
            at if self.overdue else None,
        )

    def address(self, **changed: str) -> str:
        """Return the address of the same list, changed so."""
        now_asked = {
            name: str(value).lower() if value is True else value
            for name, value in asdict(self).items()
        }
        asked = {name: value for name, value in (now_asked | changed).items() if value}
        return f"{PAGE}?{urlencode(asked)}"


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    asked: Annotated[Asked, Depends()],
    on: str = "",
) -> Response:
    """Show the work."""
    at = now()
    wanted, after = asked.wanted(viewer, at), decode_cursor(on)
    found = inspections.listed(session, wanted, reader=viewer.actor, after=after, limit=SHOWN + 1)
    page = found[:SHOWN]
    last = page[-1] if len(found) > SHOWN else None
    told: dict[str, Any] = {
        "rows": lines(session, page, now=at),
        "asked": asked,
        "states": list(STATES),
        "first": not on,
        "on": encode_cursor(last.due_at, last.id or 0) if last else "",
    }
    return shown(request, viewer, "list", "work", **told)


@router.get("/figures", response_class=HTMLResponse)
def figures(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
) -> Response:
    """Show each agent's average with its count, and how often each rule was right."""
    until = now() + timedelta(seconds=1)
    since = until - timedelta(days=days)
    averages = results.averages(session, since, until, reader=viewer.actor)
    return shown(
        request,
        viewer,
        "figures",
        "figures",
        days=days,
        periods=PERIODS,
        minimum=results.MINIMUM_SAMPLE,
        people=called(session, {each.agent for each in averages}),
        averages=averages,
        points=points,
        precision=flags.precision(session, since, until, reader=viewer.actor),
    )
