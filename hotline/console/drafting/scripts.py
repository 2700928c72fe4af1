"""话术: short texts that an agent reads out or writes with one key, in Chinese and Tibetan."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KINDS = ("read_out", "checklist", "write")


_FILLED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Part:
    """A stretch of a text; with `fill`, the name of what the form puts there."""

    text: str
    fill: bool


@dataclass(frozen=True)
class Script:
    """One text; `bo` is empty where nobody has worded it, and a draft unless `checked`."""

    kind: str
    name: str
    zh: str
    bo: str = ""
    checked: bool = False

    @property
    def parts(self) -> list[Part]:
        """The Chinese text, cut where what stands in the form is read out with it."""
        cut = _FILLED.split(self.zh)
        return [Part(text, fill=place % 2 == 1) for place, text in enumerate(cut) if text]


@cache
def scripts() -> tuple[Script, ...]:
    """Return the texts of scripts.toml, in its order; raise TypeError for an unknown key."""
    text = (files("hotline.console.drafting") / "data" / "scripts.toml").read_text("utf-8")
    return tuple(Script(**each) for each in tomllib.loads(text)["script"])


def by_kind() -> dict[str, list[Script]]:
    """Return the texts by kind, in the order that they are needed in a call."""
    return {kind: [each for each in scripts() if each.kind == kind] for kind in KINDS}
