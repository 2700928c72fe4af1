"""A scheme as a form has it: a line an indicator, a line a department that has its own class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Form

from dispatch.comparing import counting, terms
from dispatch.comparing.intervals import Confidence
from dispatch.comparing.scheme import MOST_INDICATORS, Publication, Scheme
from hotline.console.comparing.frame import Short, Words
from hotline.console.faults import Misfilled
from hotline.console.words import say

MOST_ROWS = 4 * MOST_INDICATORS  # of the form: all indicators that there are
Texts = Annotated[list[str], Form(max_length=MOST_ROWS)]
Lines = Annotated[str, Form(max_length=100_000)]


@dataclass(frozen=True)
class Typed:
    """What was typed; `scheme` makes of it what the domain wants, or raises Misfilled."""

    name: str
    rows: Sequence[tuple[str, str, str]]  # code, weight, minimum sample
    confidence: Confidence
    minimum_reason: str
    basis: str
    classes: str
    publication: Publication
    show_ranks: bool
    ranks_basis: str

    def scheme(self) -> Scheme:
        return Scheme(
            indicators=[
                counting.measured(code, _number(weight), _number(least) if least else None)
                for code, weight, least in self.rows
                if weight
            ],
            confidence=self.confidence,
            minimum_reason=self.minimum_reason,
            basis=self.basis,
            classes=dict(_class(line) for line in self.classes.splitlines() if line.strip()),
            publication=self.publication,
            show_ranks=self.show_ranks,
            ranks_basis=self.ranks_basis,
        )

    def shown(self) -> dict[str, Any]:
        """Return the form as it was filled."""
        filled = {code: (weight, least) for code, weight, least in self.rows}
        return {**self.__dict__, "rows": filled, "confidence": int(self.confidence)}


def rows(
    code: Texts = [],  # noqa: B006  # never changed
    weight: Texts = [],  # noqa: B006  # never changed
    minimum: Texts = [],  # noqa: B006  # never changed
) -> list[tuple[str, str, str]]:
    """Return the form's lines: an indicator's code, its weight, its minimum sample."""
    given = zip(code, weight, minimum, strict=False)
    return [(_plain(each[0]), _plain(each[1]), _plain(each[2])) for each in given]


def typed(
    name: Short,
    lines: Annotated[list[tuple[str, str, str]], Depends(rows)],
    confidence: Annotated[Confidence, Form()],
    publication: Annotated[Publication, Form()],
    minimum_reason: Words = "",
    basis: Words = "",
    classes: Lines = "",
    show_ranks: Annotated[bool, Form()] = False,
    ranks_basis: Words = "",
) -> Typed:
    """Return what a scheme's form holds."""
    return Typed(
        name=_plain(name),
        rows=lines,
        confidence=confidence,
        minimum_reason=_plain(minimum_reason),
        basis=_plain(basis),
        classes=_plain(classes),
        publication=publication,
        show_ranks=show_ranks,
        ranks_basis=_plain(ranks_basis),
    )


SchemeForm = Annotated[Typed, Depends(typed)]


def blank() -> dict[str, Any]:
    """Return the form of a scheme that is not written yet."""
    return {
        "name": "",
        "rows": {},
        "confidence": terms.number("confidence"),
        "minimum_reason": terms.reason("minimum"),
        "basis": "",
        "classes": "",
        "publication": Publication.OWN,
        "show_ranks": False,
        "ranks_basis": "",
    }


def of(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form of a scheme that there is."""
    rows = {
        each["code"]: (str(each["weight"]), str(each["minimum"])) for each in body["indicators"]
    }
    classes = "\n".join(f"{unit} {named}" for unit, named in sorted(body["classes"].items()))
    return {**body, "name": name, "rows": rows, "classes": classes}


def _number(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and len(text) < 6):
        raise Misfilled(say("comparing.no_number"))
    return int(text)


def _class(line: str) -> tuple[str, str]:
    unit, *named = line.split(maxsplit=1)
    if not named:
        raise Misfilled(say("comparing.no_class"))
    return unit, named[0].strip()


def _plain(text: str) -> str:
    return text.replace("\0", "").replace("\r", "").strip()
