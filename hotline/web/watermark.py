"""水印: who looked, and when, on everything that shows what is otherwise masked."""

import re
from dataclasses import dataclass
from datetime import datetime

from hotline.core.accounts import Actor
from hotline.core.clock import beijing

# How often the words stand on a page: a screen or a sheet of paper is full of them.
TIMES = 60
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class Watermark:
    """Who looks, by the name of their account, and when; `about` is the ticket's number."""

    account: str
    at: datetime
    about: str = ""

    @property
    def words(self) -> str:
        """The mark itself: `agent-7 2026-11-25 12:00 261125000017`."""
        return " ".join((self.account, f"{beijing(self.at):%Y-%m-%d %H:%M}", self.about)).strip()

    @property
    def line(self) -> str:
        """The mark as the line that an export of text begins with."""
        return f"# 导出人、时间：{self.words}。仅限办理使用，不得外传。"

    def on_file(self, name: str) -> str:
        """Return the name under which a file is taken away: it can't be written on itself.

        `字条 (agent-7 2026-11-25 1200 261125000017).txt`, with nothing that a disk won't have.
        """
        stem, dot, kind = name.rpartition(".")
        words = _NO_NAME.sub("-", self.words.replace(":", ""))
        return f"{stem} ({words}).{kind}" if dot else f"{name} ({words})"

    @property
    def repeated(self) -> list[str]:
        """The mark as often as a page shows it."""
        return [self.words] * TIMES


def of(actor: Actor, at: datetime, about: str = "") -> Watermark:
    """Return the watermark of what this actor is shown now."""
    return Watermark(str(actor), at, about)
