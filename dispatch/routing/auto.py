"""自动派单: when a proposal may go out without a person's key; never by default."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import Protocol

from dispatch.terms import RequestType, Urgency
from knowledge.entries import ResponsibilityEntry

# A site that opts in as a whole (`hotline up --auto-dispatch`): its outcomes are still watched.
OPTED_IN_THRESHOLD = 0.8
OPTED_IN_SPOKEN_THRESHOLD = 0.85

# A bar that no confidence reaches: the entry waits for a person.
WAITS = inf

# A catalogue entry as it earns: matter, district, department. Another department begins anew.
Cell = tuple[str, str, str]


def cell_of(entry: ResponsibilityEntry) -> Cell:
    """Return what the entry's outcomes are counted by."""
    return entry.matter_code, entry.district_code, entry.department_code


class Permitting(Protocol):
    """Whoever says which proposals go out by themselves."""

    def permits(
        self, entry: ResponsibilityEntry, *, confidence: float, spoken: bool, place_heard: bool
    ) -> bool:
        """Return whether a proposal by this entry is sure enough to go out by itself."""
        ...


@dataclass(frozen=True, slots=True)
class AutoPolicy:
    """Which catalogue entries (matter, district) may go at all; None means all of them.

    Recognised speech has a threshold of its own, the stricter one.
    """

    threshold: float
    spoken_threshold: float
    entries: frozenset[tuple[str, str]] | None = frozenset()
    needs_place: bool = True

    def permits(
        self, entry: ResponsibilityEntry, *, confidence: float, spoken: bool, place_heard: bool
    ) -> bool:
        """Return whether a proposal by this entry is sure enough to go out by itself."""
        pair = entry.matter_code, entry.district_code
        listed = self.entries is None or pair in self.entries
        sure = confidence >= (self.spoken_threshold if spoken else self.threshold)
        return listed and sure and (place_heard or not self.needs_place)


@dataclass(frozen=True, slots=True)
class EarnedPolicy:
    """Each entry by its own bar, for what is typed and for speech apart; WAITS bars it altogether.

    Of what no bar is known, `unproven` decides, where a whole site opted in; else it waits. A bar
    is never lowered by it: whoever permits, the stricter of both holds.
    """

    bars: Mapping[tuple[Cell, bool], float]
    unproven: Permitting | None = None

    def permits(
        self, entry: ResponsibilityEntry, *, confidence: float, spoken: bool, place_heard: bool
    ) -> bool:
        """Return whether the entry goes out at this confidence; what was earned needs a place."""
        bar = self._bar(cell_of(entry), spoken)
        if bar is not None and not (place_heard and confidence >= bar):
            return False
        if self.unproven is None:
            return bar is not None
        return self.unproven.permits(
            entry, confidence=confidence, spoken=spoken, place_heard=place_heard
        )

    def _bar(self, cell: Cell, spoken: bool) -> float | None:
        """Return the bar; where a site opted in, speech has no lower one than typed words."""
        own, typed = self.bars.get((cell, spoken)), self.bars.get((cell, False))
        if self.unproven is None or typed is None:
            return own
        return typed if own is None else max(own, typed)


OPTED_IN = AutoPolicy(
    OPTED_IN_THRESHOLD, OPTED_IN_SPOKEN_THRESHOLD, entries=None, needs_place=False
)


def never(request_type: RequestType, urgency: Urgency) -> str:
    """Return why such a request always waits for a person, empty when it need not.

    举报 is confidential (domain.md 2.9); danger needs a voice and an acknowledgement (2.12). Whom
    表扬 is for, no catalogue knows: of departments_train's 12 not one was the hotline's own.
    """
    if request_type is RequestType.REPORT:
        return "举报件一律由人工派单，全程保密"
    if urgency is Urgency.CRITICAL:
        return "险情件须人工转接并确认，不自动派单"
    if request_type is RequestType.COMMENDATION:
        return "表扬件转给被表扬单位，由人工认定"
    return ""
