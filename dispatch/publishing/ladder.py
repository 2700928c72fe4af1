"""The ladder (泛化阶梯): how far each quasi-identifier is generalised at each step; data."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dispatch.publishing.anonymity import Step
from dispatch.rules.sheet import BadCell, Line, read_sheet

LADDER = Path(__file__).parents[1] / "data" / "publishing_ladder.csv"
# What each quasi-identifier's levels are called, the finest first; in the records' order.
LEVELS = {
    "district": ("county", "prefecture", "any"),
    "matter": ("l3", "l2", "l1", "any"),
    "request_type": ("exact", "any"),
    "source": ("exact", "any"),
    "days": ("exact", "any"),
}
_COLUMNS = ("step", *LEVELS, "why")


@dataclass(frozen=True, slots=True)
class Rung:
    number: int
    step: Step
    why: str

    @property
    def named(self) -> tuple[str, ...]:
        """Return what its levels are called, in the order of the columns."""
        levels = zip(LEVELS.values(), self.step, strict=True)
        return tuple(names[level] for names, level in levels)


@cache
def packaged() -> tuple[Rung, ...]:
    """Return the packaged ladder, the finest step first."""
    return read_ladder(LADDER)


def as_statistics() -> int:
    """Return the number of the last step that shows both prefecture and first level."""
    finest = LEVELS["district"].index("prefecture"), LEVELS["matter"].index("l1")
    return max(each.number for each in packaged() if _as_fine(each.step[:2], finest))


def read_ladder(path: Path) -> tuple[Rung, ...]:
    """Read the ladder; raise BadSheet for a step that is not coarser than the one before it."""
    before: list[Rung] = []

    def read(line: Line) -> Rung:
        rung = Rung(len(before), tuple(_level(line, name) for name in LEVELS), line["why"])
        if line["step"] != str(rung.number):
            raise BadCell("step", f"{line['step']!r} is not the next.", f"Write {rung.number}.")
        if before and not _coarser(before[-1].step, rung.step):
            raise BadCell("step", "It is not coarser.", "No column may become finer again.")
        before.append(rung)
        return rung

    return read_sheet(path, _COLUMNS, read, key=lambda rung: rung.number)


def _level(line: Line, name: str) -> int:
    if line[name] not in LEVELS[name]:
        known = ", ".join(LEVELS[name])
        raise BadCell(name, f"{line[name]!r} is no level.", f"Write one of {known}.")
    return LEVELS[name].index(line[name])


def _as_fine(step: Step, asked: Step) -> bool:
    return all(a <= b for a, b in zip(step, asked, strict=True))


def _coarser(fine: Step, coarse: Step) -> bool:
    return fine != coarse and _as_fine(fine, coarse)
