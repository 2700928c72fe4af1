"""移交的去处: who takes what the hotline can't handle, from a file."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dispatch.rules.sheet import BadCell, Line, read_sheet
from hotline.core.errors import Invalid

RECEIVERS = Path(__file__).parents[1] / "data" / "receivers.csv"

_COLUMNS = ("code", "title", "number", "needs_region", "source")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who takes a ticket over; `number` is dialled, empty where there is none for all."""

    code: str
    title: str
    number: str
    needs_region: bool
    source: str


@cache
def receivers() -> dict[str, Receiver]:
    """Return the packaged receivers by code, in the file's order."""
    return {each.code: each for each in read_receivers(RECEIVERS)}


def read_receivers(path: Path) -> tuple[Receiver, ...]:
    """Read the receivers: all of them, or BadSheet with an error per bad line."""
    return read_sheet(path, _COLUMNS, _read, key=lambda receiver: receiver.code)


def find(code: str) -> Receiver:
    """Return the receiver; raise Invalid naming the ones that there are."""
    receiver = receivers().get(code)
    if receiver is None:
        raise Invalid(
            f"There is no receiver {code!r}.", remedy=f"Use one of: {', '.join(receivers())}."
        )
    return receiver


def _read(line: Line) -> Receiver:
    for column in ("code", "title", "source"):
        if not line[column]:
            raise BadCell(column, "It is empty.", "Every receiver needs its name and its source.")
    if line["needs_region"] not in ("yes", "no"):
        said = line["needs_region"]
        raise BadCell("needs_region", f"{said!r} is neither yes nor no.", "Write yes or no.")
    return Receiver(
        line["code"],
        line["title"],
        line["number"],
        line["needs_region"] == "yes",
        line["source"],
    )
