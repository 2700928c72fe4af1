"""A year of matters as a region of seven prefectures has them: most in one city, few in the far."""

import random
from collections.abc import Iterator

from dispatch.publishing.anonymity import Record
from dispatch.publishing.bands import RATINGS

# Shares of what is asked, in thousandths, and how many counties a prefecture has.
PREFECTURES = {
    "540100": (430, 8),
    "540200": (200, 18),
    "540300": (110, 11),
    "540400": (90, 7),
    "540500": (80, 12),
    "540600": (60, 11),
    "542500": (30, 7),
}
BROAD = 18  # matters of the first level, each seldomer than the one before; 4 × 4 below each
_SAID = (420, 60, 40, 480)  # good, fair, bad, nothing
_CLOSINGS = (("resolved", 520), ("explained", 300), ("partly_resolved", 120), ("handed_over", 60))
_KINDS = (("assistance", 450), ("inquiry", 300), ("complaint", 200), ("suggestion", 50))
_SOURCES = (("phone_agent", 700), ("phone_machine", 200), ("web", 100))
_DAYS = (("0", 250), ("1-3", 350), ("4-7", 250), ("8-15", 120), ("16-30", 30))


def months(matters: int, *, seed: int) -> Iterator[tuple[str, list[Record]]]:
    """Yield twelve months of so many matters, each a little more or less."""
    chance = random.Random(seed)  # noqa: S311  # no secret hangs on it
    for month in range(1, 13):
        count = round(matters * chance.uniform(0.8, 1.2))
        yield f"2025-{month:02d}", [_one(chance, count) for _ in range(count)]


def _one(chance: random.Random, people: int) -> Record:
    place = _drawn(chance, [(code, share) for code, (share, _) in PREFECTURES.items()])
    counties = PREFECTURES[place][1]
    county = min(int(chance.expovariate(4 / counties)), counties - 1)
    broad = min(int(chance.expovariate(0.25)), BROAD - 1)
    l1, l2, l3 = f"m{broad:02d}", f"{broad}.{chance.randrange(4)}", f"{chance.randrange(4)}"
    return Record(
        quasi=(
            (f"{place[:4]}{county + 1:02d}", place, "*"),
            (f"{l1}|{l2}|{l3}", f"{l1}|{l2}|*", f"{l1}|*|*", "*|*|*"),
            (_drawn(chance, _KINDS), "*"),
            (_drawn(chance, _SOURCES), "*"),
            (_drawn(chance, _DAYS), "*"),
        ),
        sensitive=(
            _drawn(chance, _CLOSINGS),
            _drawn(chance, tuple(zip(RATINGS, _SAID, strict=True))),
        ),
        who=chance.randrange(people * 4),
    )


def _drawn(
    chance: random.Random, shares: list[tuple[str, int]] | tuple[tuple[str, int], ...]
) -> str:
    return chance.choices([each for each, _ in shares], [share for _, share in shares])[0]
