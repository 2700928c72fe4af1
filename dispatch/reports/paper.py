"""What every form of a report shares: its blocks, and the words of who made, signed and sent it."""

import re
from dataclasses import dataclass

from dispatch.reports.blocks import Sheet

# No XML holds these, and with them no document, sheet or chart.
_NO_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Paper:
    """A report to be written out. `facts` are its head, each a name and what it says."""

    sheet: Sheet
    facts: tuple[tuple[str, str], ...]
    draft: bool


def plain(text: str) -> str:
    """Return the text without what no XML can hold."""
    return _NO_TEXT.sub("", text)
