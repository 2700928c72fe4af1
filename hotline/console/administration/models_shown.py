"""派单模型 as the page shows them: each with its figures, and how the shadow does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from dispatch.routing import comparing, registry, scheduled
from dispatch.routing.models_retraining import Retraining
from dispatch.routing.models_router import RouterModel
from dispatch.routing.promotion import LEAST_OUTCOMES, LUCK, MARGIN, Comparison, Verdict, judge
from dispatch.routing.registry import State
from dispatch.routing.retraining import LEAST_ROWS
from dispatch.routing.scheduled import RunState
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.words import say
from hotline.core.settings import settings

FIGURES = ("accuracy", "macro_f1", "top3", "ece", "coverage_at_95")
_LOWER_IS_BETTER = frozenset({"ece"})
_SHARES = frozenset({"accuracy", "top3", "coverage_at_95"})


@dataclass(frozen=True)
class Cell:
    """One figure; `against` is how it stands beside the live model's: better, worse or empty."""

    value: str
    against: str


@dataclass(frozen=True)
class Slice:
    """A model's figures on one set of rows."""

    name: str
    rows: str
    cells: list[Cell]


@dataclass(frozen=True)
class Line:
    """One model; `since` and `by` tell of its promotion where it has been promoted."""

    id: int
    kind: str
    state: str
    own: bool
    trained: str
    rows: int
    labels: int
    data: str
    code: str
    registered: str
    registrar: str
    since: str
    by: str
    reason: str
    slices: list[Slice]


@dataclass(frozen=True)
class Standing:
    """How the shadow does beside the live one, in counts and shares."""

    since: str
    judged: int
    same_matter: str
    same_department: str
    found: Comparison
    live_right: str
    shadow_right: str
    verdict: Verdict
    words: str


def lines(session: Session, rows: Sequence[RouterModel]) -> list[Line]:
    """Return the models for the page, in their order."""
    live = registry.live(session)
    beside = live.metrics if live else {}
    people = called(session, {who for row in rows for who in (row.registered_by, row.promoted_by)})
    return [_line(row, beside if row.state != State.LIVE else {}, people) for row in rows]


def standing(session: Session, shadow: RouterModel) -> Standing:
    """Return how the shadow does, and whether it may be promoted."""
    live = registry.live(session)
    seen = comparing.agreement(session, shadow, live)
    found = comparing.comparison(session, shadow, live)
    verdict = judge(found)
    return Standing(
        since=moments.short(shadow.shadow_since) if shadow.shadow_since else "",
        judged=seen.judged,
        same_matter=_share(seen.same_matter, seen.judged),
        same_department=_share(seen.same_department, seen.judged),
        found=found,
        live_right=_share(found.both + found.live_only, found.outcomes),
        shadow_right=_share(found.both + found.shadow_only, found.outcomes),
        verdict=verdict,
        words=in_words(found, verdict),
    )


@dataclass(frozen=True)
class Schedule:
    """定期重新训练: what the last run came to, and when the next begins; empty for none."""

    last: str
    at: str
    next_at: str
    every_days: int


def schedule(session: Session) -> Schedule:
    """Return how retraining by schedule stands."""
    row, at = scheduled.latest(session), scheduled.next_at(session)
    return Schedule(
        last=_retrained(row) if row else "",
        at=moments.short(row.started_at) if row else "",
        next_at=moments.short(at) if at else "",
        every_days=settings().retrain_days,
    )


def _retrained(row: Retraining) -> str:
    word = row.state if row.state != RunState.REGISTERED or row.shadowed else "waits"
    return say(
        f"retrained.{word}",
        rows=row.rows,
        newest=row.newest,
        rare=row.rare,
        least=LEAST_ROWS,
        model=row.model_id,
    )


def in_words(found: Comparison, verdict: Verdict) -> str:
    """Return the verdict as a sentence with its figures."""
    return say(
        f"model_verdict.{verdict.refused or 'may'}",
        least=LEAST_OUTCOMES,
        missing=verdict.missing,
        margin=f"{MARGIN * 100:g}",
        luck=f"{LUCK:.0%}",
        outcomes=found.outcomes,
        won=found.shadow_only,
        lost=found.live_only,
        gain=f"{found.gain * 100:.1f}",
        by_luck=say("models.below_one") if found.luck < 0.01 else f" {found.luck:.0%}",
    )


def _line(
    row: RouterModel, beside: Mapping[str, Mapping[str, float]], people: dict[str, str]
) -> Line:
    return Line(
        id=row.id or 0,
        kind=row.kind,
        state=row.state,
        own=bool(row.folder),
        trained=moments.short(row.trained_at),
        rows=row.rows,
        labels=row.labels,
        data=row.data_sha256[:12],
        code=row.code_version,
        registered=moments.short(row.registered_at),
        registrar=people.get(row.registered_by, row.registered_by),
        since=moments.short(row.promoted_at) if row.promoted_at else "",
        by=people.get(row.promoted_by, row.promoted_by),
        reason=row.reason,
        slices=[_slice(name, each, beside.get(name, {})) for name, each in row.metrics.items()],
    )


def _slice(name: str, figures: Mapping[str, float], beside: Mapping[str, float]) -> Slice:
    cells = [Cell(_figure(each, figures), _against(each, figures, beside)) for each in FIGURES]
    rows = figures.get("rows")
    return Slice(name, f"{rows:.0f}" if rows is not None else "—", cells)


def _figure(name: str, figures: Mapping[str, float]) -> str:
    value = figures.get(name)
    if value is None:
        return "—"
    return f"{value:.1%}" if name in _SHARES else f"{value:.3f}"


def _against(name: str, figures: Mapping[str, float], beside: Mapping[str, float]) -> str:
    mine, theirs = figures.get(name), beside.get(name)
    if mine is None or theirs is None or mine == theirs:
        return ""
    return "better" if (mine < theirs) == (name in _LOWER_IS_BETTER) else "worse"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"
