"""缺口: the clocks that a profile would leave some ticket without, from today on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dispatch.rules.policies import Policy, StartEvent
from dispatch.rules.policy_cells import CASES, Cells, edges, folded, on_day
from dispatch.terms import ClockKind
from hotline.core.errors import Invalid

# What every ticket needs, and the step by which it must have begun.
NEEDED = {
    ClockKind.DISPATCH_BY: StartEvent.REGISTERED,
    ClockKind.ACCEPT_BY: StartEvent.DISPATCHED,
    ClockKind.CONTACT_BY: StartEvent.DISPATCHED,
    ClockKind.RETURN_BY: StartEvent.DISPATCHED,
    ClockKind.REPLY_BY: StartEvent.DISPATCHED,
    ClockKind.CALLBACK_BY: StartEvent.REPLIED,
    ClockKind.RECTIFY_BY: StartEvent.RATED,
}
_MOST_TOLD = 20


class MissingLimits(Invalid):
    title = "Limits missing"


@dataclass(frozen=True, slots=True)
class Gap:
    """Cases for which no limit that begins with this step is in force from that day on."""

    day: date
    cells: Cells
    starts_at: StartEvent

    def __str__(self) -> str:
        return f"{self.cells} that starts at {self.starts_at}, on {self.day}"


def gaps(policies: Sequence[Policy], today: date) -> list[Gap]:
    """Return what is missing today and from each later day on which it begins to be missing."""
    found: list[Gap] = []
    before: set[tuple[ClockKind, object]] = set()
    for day in edges(policies, today):
        rows = on_day(policies, NEEDED, day)
        missing = {
            (kind, case)
            for (kind, case), row in rows.items()
            if row is None or row.starts_at is not NEEDED[kind]
        }
        for kind, starts_at in NEEDED.items():
            cases = [case for case in CASES if (kind, case) in missing - before]
            found += [Gap(day, cells, starts_at) for cells in folded(kind, cases)]
        before = set(missing)
    return found


def require_whole(profile: str, policies: Sequence[Policy], today: date) -> None:
    """Raise MissingLimits, naming what is missing, for a profile that leaves a ticket unlimited."""
    missing = gaps(policies, today)
    if not missing:
        return
    told = [f"no {gap}" for gap in missing[:_MOST_TOLD]]
    more = [f"and {len(missing) - _MOST_TOLD} more"] if missing[_MOST_TOLD:] else []
    raise MissingLimits(
        f"The profile {profile} is in force and would leave tickets without a limit "
        f"(request type, urgency, time class): {'; '.join(told + more)}.",
        remedy="A file replaces its profile whole: give these rows too; * names all.",
    )
