"""演示: the mark in a data folder whose calls, tickets and people are all made up.

A file rather than a setting: it stays with the data, whoever serves them and however.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from hotline.core.settings import Settings, settings

NAME = "DEMO"


@dataclass(frozen=True)
class Mark:
    """By which dice the demo goes on, and since when somebody lives in it."""

    seed: int
    since: str  # RFC 3339

    @property
    def began(self) -> datetime:
        return datetime.fromisoformat(self.since)


def path(own: Settings) -> Path:
    """Return where the mark lies, or would."""
    return own.data_dir / NAME


def is_demo(own: Settings) -> bool:
    """Return whether everything in this data folder is made up."""
    return path(own).exists()


def here() -> bool:
    """Return the same of this process's own data folder; a page asks at each showing."""
    return is_demo(settings())


def read(own: Settings) -> Mark:
    """Return what the mark says; raise FileNotFoundError where there is none."""
    told = json.loads(path(own).read_text())
    return Mark(int(told["seed"]), str(told["since"]))


def write(own: Settings, mark: Mark) -> None:
    """Mark the data folder for good."""
    path(own).write_text(json.dumps(asdict(mark)) + "\n")
