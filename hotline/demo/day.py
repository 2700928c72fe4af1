"""A made-up day at a hotline: who rang, what they said, and how far it has come; all of it ours."""

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DAY = Path(__file__).parent / "day.csv"
BY_MACHINE, BY_AGENT, BY_WEB = "machine", "agent", "web"


@dataclass(frozen=True)
class Told:
    """One request: what was said, how long ago, by which door, and what was done about it since.

    A step is a verb and what it needs, parted by colons: `return:not_our_duty:540100-urban`.
    """

    said: tuple[str, ...]
    minutes_ago: int
    steps: tuple[str, ...] = ()
    sound: str = "late_bus"
    door: str = BY_MACHINE
    language: str = "zh"
    pictured: bool = field(default=False)


@cache
def read(path: Path = DAY) -> tuple[Told, ...]:
    """Return the whole day, what happened first at first."""
    with path.open(encoding="utf-8", newline="") as lines:
        told = [_of(row) for row in csv.DictReader(lines)]
    return tuple(sorted(told, key=lambda each: -each.minutes_ago))


def pictured() -> tuple[Told, ...]:
    """Return the few that the pictures in the documents show."""
    return tuple(told for told in read() if told.pictured)


def _of(row: dict[str, str]) -> Told:
    return Told(
        said=tuple(row["text"].split("|")),
        minutes_ago=int(row["minutes"]),
        steps=tuple(row["steps"].split()),
        sound=row["sound"],
        door=row["door"],
        language=row["language"],
        pictured=row["pictured"] == "1",
    )
