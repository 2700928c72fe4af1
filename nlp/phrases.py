"""Phrases: find known wordings in a text, as written or, for speech, as they sound."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from nlp.sounds import alike, near, sounds

# Two syllables coincide by chance too often to be believed without the caller's own guard.
SHORTEST_BY_SOUND = 3
# Of so many syllables one may be misheard as a near one, never the first, if enough characters
# are written right: two of three, half of more.
SHORTEST_WITH_SLIP = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """`phrase` was found at [start, end); `heard` is what the text says there."""

    phrase: str
    heard: str
    start: int
    end: int
    exact: bool

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Phrases:
    """An index over wordings, built once; `find` costs about a microsecond a character."""

    wordings: frozenset[str]
    shortest_by_sound: int = SHORTEST_BY_SOUND
    shortest_with_slip: int = SHORTEST_WITH_SLIP

    @classmethod
    def of(
        cls,
        wordings: Iterable[str],
        *,
        shortest_by_sound: int = SHORTEST_BY_SOUND,
        shortest_with_slip: int = SHORTEST_WITH_SLIP,
    ) -> "Phrases":
        return cls(frozenset(filter(None, wordings)), shortest_by_sound, shortest_with_slip)

    @cached_property
    def _by_character(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped((wording[0], wording) for wording in self.wordings)

    @cached_property
    def _by_sound(self) -> Mapping[str, tuple[str, ...]]:
        return _grouped(
            (sound, wording)
            for wording in self.wordings
            if len(wording) >= self.shortest_by_sound and all(map(sounds, wording))
            for sound in sounds(wording[0])
        )

    def find(self, text: str, *, by_sound: bool = True) -> list[Hit]:
        """Return every occurrence, overlapping ones too, in order of place."""
        hits = []
        for start, character in enumerate(text):
            exact = [
                wording
                for wording in self._by_character.get(character, ())
                if text.startswith(wording, start)
            ]
            hits += [_hit(text, start, wording, True) for wording in exact]
            if by_sound:
                hits += [
                    _hit(text, start, wording, False)
                    for wording in self._sounding(text, start)
                    if wording not in exact
                ]
        return hits

    def warm(self) -> None:
        """Build the indexes now rather than at the first call."""
        self.find("暖")

    def _sounding(self, text: str, start: int) -> set[str]:
        return {
            wording
            for sound in sounds(text[start])
            for wording in self._by_sound.get(sound, ())
            if self._sounds_like(text[start : start + len(wording)], wording)
        }

    def _sounds_like(self, heard: str, wording: str) -> bool:
        if len(heard) < len(wording):
            return False
        slips = 0
        for one, other in zip(heard, wording, strict=True):
            if alike(one, other):
                continue
            slips += 1
            if slips > 1 or not near(one, other):
                return False
        return not slips or self._may_slip(heard, wording)

    def _may_slip(self, heard: str, wording: str) -> bool:
        right = sum(map(str.__eq__, heard, wording))
        enough = 2 * right >= len(wording) if len(wording) > 3 else right == 2
        return len(wording) >= self.shortest_with_slip and enough


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """Return hits that don't overlap: exact before heard, longer before shorter, in text order."""
    kept, taken = list[Hit](), set[int]()
    for hit in sorted(hits, key=lambda hit: (not hit.exact, -hit.length, hit.start)):
        if taken.isdisjoint(range(hit.start, hit.end)):
            taken.update(range(hit.start, hit.end))
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _hit(text: str, start: int, wording: str, exact: bool) -> Hit:
    end = start + len(wording)
    return Hit(wording, text[start:end], start, end, exact)


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for key, wording in pairs:
        groups.setdefault(key, []).append(wording)
    return {key: tuple(group) for key, group in groups.items()}
