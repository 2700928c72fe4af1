"""What every form of a report shares: its blocks, and the words of who made, signed and sent it."""

from dataclasses import dataclass

from dispatch.reports.blocks import Sheet


@dataclass(frozen=True)
class Paper:
    """A report to be written out. `facts` are its head, each a name and what it says."""

    sheet: Sheet
    facts: tuple[tuple[str, str], ...]
    draft: bool
