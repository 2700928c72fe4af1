"""评分: a card of weighted criteria and fatal items, and what marks on it come to; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from hotline.core.errors import Invalid

MOST_CRITERIA = 40
MOST_LETTERS = 200  # of an item
_CENT = Decimal("0.01")


class Level(StrEnum):
    MET = "met"  # 做到
    PARTLY = "partly"  # 部分做到
    MISSED = "missed"  # 未做到
    NA = "na"  # 不适用: its weight is the others'


PERCENT = {Level.MET: 100, Level.PARTLY: 50, Level.MISSED: 0}


@dataclass(frozen=True)
class Item:
    """One criterion, or one fatal item, whose weight is 0; its words by language."""

    code: str
    weight: int
    words: Mapping[str, str]

    def said(self, language: str) -> str:
        """Return the item's words, in Chinese where the language has none."""
        return self.words.get(language) or self.words["zh"]


@dataclass(frozen=True)
class Card:
    """评分卡: whoever reaches `pass_mark` of 100 without a fatal item passes."""

    title: Mapping[str, str]
    pass_mark: int
    criteria: tuple[Item, ...]
    fatal: tuple[Item, ...]

    @property
    def codes(self) -> set[str]:
        return {each.code for each in self.criteria}


@dataclass(frozen=True)
class Score:
    """`total` of 100, to the cent."""

    total: Decimal
    passed: bool


def card_of(body: Mapping[str, Any]) -> Card:
    """Return the card that a body holds; raise Invalid naming what is wrong with it."""
    try:
        card = Card(
            _words(body["title"]),
            int(body["pass_mark"]),
            tuple(_item(each, int(each["weight"])) for each in body["criteria"]),
            tuple(_item(each, 0) for each in body.get("fatal", ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Invalid(f"The card lacks or misspells {error}.", remedy="See the sample.") from error
    _require_whole(card)
    return card


def body_of(card: Card) -> dict[str, Any]:
    """Return the card as it is kept."""
    return {
        "title": dict(card.title),
        "pass_mark": card.pass_mark,
        "criteria": [{"code": e.code, "weight": e.weight, **e.words} for e in card.criteria],
        "fatal": [{"code": e.code, **e.words} for e in card.fatal],
    }


def score(card: Card, marks: Mapping[str, str], fatal: Collection[str]) -> Score:
    """Return what the marks come to; a fatal item makes it 0. Raises Invalid for missing marks."""
    require_known(card, marks, fatal)
    if missing := card.codes - marks.keys():
        raise Invalid(
            f"{len(missing)} criteria have no mark.", remedy="Mark each, or as not applicable."
        )
    counted = [each for each in card.criteria if marks[each.code] != Level.NA]
    weight = sum(each.weight for each in counted)
    if not weight:
        raise Invalid("No criterion applies.", remedy="Mark at least one.")
    got = sum(each.weight * PERCENT[Level(marks[each.code])] for each in counted)
    total = (Decimal(got) / weight).quantize(_CENT, ROUND_HALF_UP)
    if fatal:
        return Score(Decimal(0), passed=False)
    return Score(total, passed=total >= card.pass_mark)


def require_known(card: Card, marks: Mapping[str, str], fatal: Collection[str]) -> None:
    """Raise Invalid for a mark, a level or a fatal item that the card does not have."""
    strange = set(marks) - card.codes | set(fatal) - {each.code for each in card.fatal}
    if strange or not set(marks.values()) <= set(Level):
        raise Invalid("A mark is not of this card.", remedy="Use its criteria and levels.")


def _item(given: Mapping[str, Any], weight: int) -> Item:
    return Item(str(given["code"]).strip(), weight, _words(given))


def _words(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the words by language; raise ValueError for what is no text, or is long."""
    words = {name: str(given[name]).strip() for name in ("zh", "en") if given.get(name)}
    for text in words.values():
        if len(text) > MOST_LETTERS or not text.isprintable():
            raise ValueError(f"a text of {len(text)} letters")
    return words


def _require_whole(card: Card) -> None:
    items = (*card.criteria, *card.fatal)
    codes = [each.code for each in items]
    if not card.criteria or len(items) > MOST_CRITERIA:
        raise Invalid(f"A card has 1 to {MOST_CRITERIA} items.", remedy="Add or merge some.")
    if len(set(codes)) < len(codes) or not all(code.isidentifier() for code in codes):
        raise Invalid("An item's code is no name, or is there twice.", remedy="Name each once.")
    if not all(each.words.get("zh") for each in items) or not card.title.get("zh"):
        raise Invalid("An item has no Chinese words.", remedy="Word it.")
    if any(not 0 < each.weight <= 100 for each in card.criteria) or not 0 < card.pass_mark <= 100:
        raise Invalid("A weight or the pass mark is not 1 to 100.", remedy="Mend the number.")
    if sum(each.weight for each in card.criteria) != 100:
        raise Invalid("The weights are not 100 together.", remedy="Mend the weights.")
