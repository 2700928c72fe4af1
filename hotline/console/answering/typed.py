"""The editor's form: what is typed into it, and the wording that it means."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from hotline.console import form_times
from hotline.console.faults import Misfilled
from hotline.console.words import say
from hotline.core.clock import beijing_day, now
from knowledge import names
from knowledge.articles.models_articles import ArticleText
from knowledge.articles.wording import Language, Missing, Wording

Line = Annotated[str, Field(max_length=500)]
Words = Annotated[str, Field(max_length=4000)]


class Typed(BaseModel):
    """As the form sends it; an unticked box is not sent at all."""

    model_config = ConfigDict(extra="ignore")

    question: Line = ""
    variants: Words = ""
    say: Words = ""
    send: Words = ""
    question_bo: Line = ""
    say_bo: Words = ""
    send_bo: Words = ""
    bo_state: Language = Language.NONE
    source: Line = ""
    department: Line = ""
    matters: Line = ""
    district: Annotated[str, Field(max_length=6)] = ""
    valid_from: Annotated[str, Field(max_length=10)] = ""
    valid_to: Annotated[str, Field(max_length=10)] = ""
    review_by: Annotated[str, Field(max_length=10)] = ""
    missing: list[Missing] = []
    seen: Annotated[str, Field(max_length=64)] = ""  # the mark of the text it was filled with

    @classmethod
    def of(cls, row: ArticleText, called: dict[str, str]) -> "Typed":
        """Return the form filled with this text."""
        same = ("question", "say", "send", "question_bo", "say_bo", "send_bo", "source")
        return cls(
            **{name: getattr(row, name) for name in same},
            bo_state=Language(row.bo_state),
            variants="\n".join(row.variants),
            department=called.get(row.department_code, row.department_code),
            matters=" ".join(row.matter_codes),
            district=row.district_code,
            valid_from=written_day(row.valid_from),
            valid_to=written_day(row.valid_to),
            review_by=written_day(row.review_by),
            missing=[Missing(each) for each in row.missing],
        )


def typed_of(session: Session, given: Typed) -> Wording:
    """Return what the form means; raise Misfilled for a department or a day that can't be meant."""
    clean: dict[str, Any] = {
        name: getattr(given, name).replace("\0", "").replace("\r", "").strip()
        for name in ("question", "say", "send", "question_bo", "say_bo", "send_bo", "source")
    }
    has_bo = bool(clean["question_bo"] or clean["say_bo"])
    state = given.bo_state if given.bo_state is not Language.NONE else Language.DRAFT
    return Wording(
        **clean,
        bo_state=state if has_bo else Language.NONE,
        department_code=names.department(session, given.department.replace("\0", "")).code,
        valid_from=day_of(given.valid_from) or beijing_day(now()),
        valid_to=day_of(given.valid_to),
        review_by=day_of(given.review_by),
        variants=lines_of(given.variants),
        matter_codes=tuple(given.matters.replace("\0", "").split()),
        district_code=given.district.replace("\0", "").strip(),
        missing=tuple(each.value for each in given.missing),
    )


def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines that say something, each once."""
    lines = (line.strip() for line in text.replace("\0", "").splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def day_of(text: str) -> date | None:
    """Return the day of a field, None for an empty one; raise Misfilled for what is none."""
    if not text.strip():
        return None
    found = form_times.day(text)
    if found is None:
        raise Misfilled(say("fault.no_moment"))
    return found


def written_day(day: date | None) -> str:
    """Return the day as a field holds it."""
    return day.isoformat() if day else ""
