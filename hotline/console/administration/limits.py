"""办理时限: the limits in force, and a changed profile that is tried out cell by cell first."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.rules import policy_imports, policy_preview, policy_rows, policy_text, rules_stamp
from dispatch.rules.policies import COLUMNS, Policy, in_force, parse_policies
from dispatch.rules.policy_cells import Cells
from dispatch.rules.policy_gaps import Gap
from dispatch.rules.policy_preview import CellChange, ProfilePreview
from dispatch.terms import RequestType, TimeClass, Urgency
from hotline.console import moments
from hotline.console.administration import sheets
from hotline.console.administration.areas import LIMITS
from hotline.console.administration.frame import (
    Refusal,
    RuleChanger,
    RuleReader,
    require_fresh,
    shown,
)
from hotline.console.administration.sheets import Bad, Given, Sent
from hotline.console.countdowns import limit_in_words
from hotline.console.frame import Viewer
from hotline.console.words import name_of, say
from hotline.core.clock import beijing_day, now
from hotline.core.settings import settings
from hotline.web.access import SessionDep

MOST = 300

router = APIRouter(prefix=LIMITS.page, include_in_schema=False)


@dataclass(frozen=True)
class Row:
    """One limit in force."""

    clock: str
    cases: str
    limit: str
    starts: str
    since: str
    source: str


@dataclass(frozen=True)
class Change:
    """Cells that would go by another limit from a day on."""

    day: str
    clock: str
    cases: str
    before: str
    after: str


@dataclass(frozen=True)
class Tried:
    """What would become of one profile."""

    profile: str
    rows: int
    in_force: bool
    changes: list[Change]
    gaps: list[Row]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: RuleReader, request: Request, session: SessionDep, draft: bool = False, done: str = ""
) -> Response:
    """Show the limits in force; as a draft, their text to be changed too."""
    words = {"done": say("sheet.done"), "nothing": say("sheet.nothing")}.get(done, "")
    sheet = None
    if draft:
        profile = settings().policy_profile
        sheet = Given(f"{profile}.csv", policy_text.text_of(policy_rows.current(session)))
    return _shown(request, session, viewer, sheet=sheet, done=words)


@router.post("/preview", response_class=HTMLResponse)
def preview(viewer: RuleChanger, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """预演: which cells this file would change, and what it would leave without a limit."""
    found: list[Tried] = []

    def act() -> None:
        sheets.require_text(sheet)
        rows = parse_policies(sheet.name, sheet.text)
        today = beijing_day(now())
        found.extend(map(_tried, policy_preview.preview(session, rows, today=today)))

    refused, bad = sheets.tried(act)
    return _shown(request, session, viewer, sheet=sheet, refused=refused, bad=bad, tried=found)


@router.post("/apply", response_class=HTMLResponse)
def apply(viewer: RuleChanger, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """正式生效: exactly what was previewed; running clocks keep the limit they began with."""
    done: list[bool] = []

    def act() -> None:
        sheets.require_seen(sheet)
        with session.begin_nested():
            rules_stamp.change(session)
            require_fresh(sheet.version, str(rules_stamp.current(session).policies))
            rows = parse_policies(sheet.name, sheet.text)
            made = policy_imports.take_in(
                session, sheet.name, rows, actor=viewer.actor, now=now(), note=sheet.note
            )
            done.append(any(each.version for each in made))

    refused, bad = sheets.tried(act)
    if refused:
        return _shown(request, session, viewer, sheet=sheet, refused=refused, bad=bad)
    return RedirectResponse(f"{LIMITS.page}?done={'done' if done[0] else 'nothing'}", 303)


def _tried(found: ProfilePreview) -> Tried:
    return Tried(
        found.profile,
        found.rows,
        found.in_force,
        list(map(_change, found.changes)),
        list(map(_gap, found.gaps)),
    )


def _change(found: CellChange) -> Change:
    return Change(
        moments.day(found.day),
        found.cells.kind.label,
        _cases(found.cells),
        _terms(found.before),
        _terms(found.after),
    )


def _gap(found: Gap) -> Row:
    starts, since = name_of("starts_at", found.starts_at), moments.day(found.day)
    return Row(found.cells.kind.label, _cases(found.cells), "", starts, since, "")


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    *,
    done: str = "",
    sheet: Given | None = None,
    refused: Refusal | None = None,
    bad: list[Bad] | None = None,
    tried: list[Tried] | None = None,
) -> Response:
    profile = settings().policy_profile
    rows = in_force(policy_rows.current(session), beijing_day(now()))
    newest = policy_rows.newest(session, profile)
    return shown(
        request,
        viewer,
        "limits",
        LIMITS,
        refused=refused,
        rows=[_row(each) for each in sorted(rows, key=_by_clock)],
        profile=profile,
        newest=newest.id if newest else None,
        version=rules_stamp.current(session).policies,
        columns=",".join(COLUMNS),
        sheet=sheet or Given(),
        bad=bad or [],
        tried=tried or [],
        ready=bool(tried) and all(not each.gaps for each in tried or []),
        done=done,
        most=MOST,
    )


def _by_clock(row: Policy) -> tuple[str, bool, str]:
    return row.kind.label, any((row.time_class, row.urgency, row.request_type)), str(row.rank)


def _row(row: Policy) -> Row:
    cells = Cells(row.kind, row.request_type, row.urgency, row.time_class)
    return Row(
        row.kind.label,
        _cases(cells),
        limit_in_words(str(row.limit)),
        name_of("starts_at", row.starts_at),
        row.since.isoformat() if row.since else "",
        row.source,
    )


def _cases(cells: Cells) -> str:
    """Return which requests are meant, as people say it."""
    named = [
        RequestType(cells.request_type).label if cells.request_type else "",
        Urgency(cells.urgency).label if cells.urgency else "",
        TimeClass(cells.time_class).label if cells.time_class else "",
    ]
    return " · ".join(filter(None, named)) or say("limit_page.everything")


def _terms(row: Policy | None) -> str:
    """Return what a row gives a clock; what differs beside the limit follows it."""
    if row is None:
        return say("limit_page.no_limit")
    limit, starts, *rest = policy_preview.terms(row)
    beside = " ".join(filter(None, rest))
    started = name_of("starts_at", starts)
    return say("limit_page.terms", limit=limit_in_words(limit), starts=started, beside=beside)
