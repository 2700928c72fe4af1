"""What an article says, as a frozen value, and what of it must be right before anybody reads it."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from hotline.core.errors import Invalid

MOST_VARIANTS = 40
SHORTEST_SAY = 6  # characters, as an answer on the line
LONGEST_SMS = 500  # what a message of several parts carries


class Language(StrEnum):
    """How the Tibetan words stand to the Chinese ones."""

    NONE = "none"  # 尚无藏文
    DRAFT = "draft"  # 藏文初稿，未经核对
    STALE = "stale"  # 汉文已改，藏文待更新
    IN_SYNC = "in_sync"  # 藏汉一致


class Missing(StrEnum):
    """What callers ask for and nobody could support with a source: it stays empty."""

    PHONE = "phone"
    FEE = "fee"
    LIMIT = "limit"
    BASIS = "basis"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of an article; `missing` names what it can't say yet (`Missing`)."""

    question: str
    say: str
    department_code: str
    valid_from: date
    variants: tuple[str, ...] = ()
    send: str = ""
    question_bo: str = ""
    say_bo: str = ""
    send_bo: str = ""
    bo_state: Language = Language.NONE
    source: str = ""
    matter_codes: tuple[str, ...] = ()
    district_code: str = ""
    valid_to: date | None = None
    review_by: date | None = None
    missing: tuple[str, ...] = ()
    sample: bool = False

    @property
    def zh(self) -> tuple[str, ...]:
        """The Chinese words."""
        return self.question, self.say, self.send

    @property
    def bo(self) -> tuple[str, ...]:
        """The Tibetan words that go with them."""
        return self.question_bo, self.say_bo, self.send_bo

    def holds_on(self, day: date) -> bool:
        """Return whether the text is in force on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


_LISTS = ("variants", "matter_codes", "missing")


def columns(wording: Wording) -> dict[str, Any]:
    """Return the values as the table keeps them."""
    values = {each.name: getattr(wording, each.name) for each in fields(wording)}
    return values | {name: list(values[name]) for name in _LISTS}


def wording_of(row: Any) -> Wording:
    """Return a text's row as a wording."""
    values = {each.name: getattr(row, each.name) for each in fields(Wording)}
    lists = {name: tuple(values[name]) for name in _LISTS}
    return Wording(**values | lists | {"bo_state": Language(values["bo_state"])})


def check(
    wording: Wording,
    *,
    departments: Collection[str],
    matters: Collection[str],
    districts: Collection[str],
) -> None:
    """Raise Invalid for the first thing that can't stand, naming it and what to write."""
    if not wording.question.strip():
        raise Invalid("There is no question.", remedy="Write the question as people ask it.")
    if len(wording.say.strip()) < SHORTEST_SAY:
        raise Invalid("The answer says too little.", remedy="Write what the agent reads out.")
    if len(wording.send) > LONGEST_SMS or len(wording.send_bo) > LONGEST_SMS:
        raise Invalid(
            f"A message holds {LONGEST_SMS} characters at most.", remedy="Send what matters most."
        )
    if len(wording.variants) > MOST_VARIANTS:
        raise Invalid(f"There are more than {MOST_VARIANTS} variants.", remedy="Keep the best.")
    if wording.department_code not in departments:
        raise Invalid(
            f"{wording.department_code!r} is no department.", remedy="Name the owner by its code."
        )
    if unknown := [each for each in wording.matter_codes if each not in matters]:
        raise Invalid(f"{unknown[0]!r} is no matter.", remedy="Name matters by their codes.")
    if wording.district_code and wording.district_code not in districts:
        raise Invalid(f"{wording.district_code!r} is no district.", remedy="Use a six-digit code.")
    _check_days(wording)
    _check_languages(wording)


def _check_days(wording: Wording) -> None:
    if wording.valid_to and wording.valid_to < wording.valid_from:
        raise Invalid("It ends before it begins.", remedy="Mend the days it holds.")
    if wording.missing and set(wording.missing) - set(Missing):
        raise Invalid(
            f"{wording.missing[0]!r} is nothing that can be missing.",
            remedy=f"Name some of {', '.join(Missing)}.",
        )


def _check_languages(wording: Wording) -> None:
    says_bo = bool(wording.question_bo.strip() or wording.say_bo.strip())
    if (wording.bo_state is Language.NONE) is says_bo:
        raise Invalid(
            "The Tibetan words and their state disagree.",
            remedy="Give a state to Tibetan words, and none where there are none.",
        )
