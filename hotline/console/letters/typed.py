"""What the form of a letter holds, and the letter that it asks for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import Depends, Form
from sqlmodel import Session

from dispatch.letters import reading, references
from dispatch.letters.drafting import Draft, Meeting
from dispatch.letters.interviews import Agreed
from dispatch.letters.models_letters import Letter
from dispatch.letters.references import Reference, Thing
from dispatch.letters.states import Kind
from hotline.console import form_times
from hotline.console.faults import Misfilled
from hotline.console.words import name_of, say
from hotline.core.accounts import Actor
from hotline.core.clock import beijing
from knowledge import names

Text = Annotated[str, Form(max_length=4000)]
_INDICATOR_PARTS = 4  # code, first day, last day, figure


@dataclass
class Typed:
    """The form's fields as they were typed; `named` and `to` hold one thing a line."""

    kind: Kind = Kind.BULLETIN
    subject: str = ""
    body: str = ""
    to: str = ""
    everybody: bool = False
    basis: str = ""
    clause: str = ""
    named: str = ""
    answer_on: str = ""
    meets_at: str = ""
    place: str = ""
    offices: str = ""
    version: int = field(default=0)

    def draft(self, session: Session) -> Draft:
        """Return the letter that is asked for; raise Misfilled, and NotFound for no department."""
        return Draft(
            kind=self.kind,
            subject=self.subject,
            body=self.body,
            departments=[names.department(session, each).code for each in _lines(self.to)],
            everybody=self.everybody,
            basis=self.basis,
            clause=self.clause,
            references=[_reference(each) for each in _lines(self.named)],
            answer_on=day(self.answer_on) if self.answer_on else None,
            meeting=self._meeting(),
        )

    def _meeting(self) -> Meeting | None:
        at = form_times.moment(self.meets_at)
        return Meeting(at, self.place, _lines(self.offices)) if at else None


def typed(
    kind: Annotated[Kind, Form()],
    subject: Text = "",
    body: Text = "",
    to: Text = "",
    everybody: Annotated[bool, Form()] = False,
    basis: Text = "",
    clause: Text = "",
    named: Text = "",
    answer_on: Text = "",
    meets_at: Text = "",
    place: Text = "",
    offices: Text = "",
    version: Annotated[int, Form()] = 0,
) -> Typed:
    """Return the form as it was sent."""
    words = (subject, body, to, basis, clause, named, answer_on, meets_at, place, offices)
    said = [each.replace("\0", "") for each in words]
    subject, body, to, basis, clause, named, answer_on, meets_at, place, offices = said
    return Typed(
        *(kind, subject, body, to, everybody, basis, clause),
        *(named, answer_on, meets_at, place, offices, version),
    )


LetterForm = Annotated[Typed, Depends(typed)]


def of(session: Session, letter: Letter, reader: Actor) -> Typed:
    """Return the form that asks for the letter as it is, without what the reader may not see."""
    codes = [each.department for each in reading.recipients(session, letter)]
    called = names.department_names(session, codes)
    return Typed(
        kind=Kind(letter.kind),
        subject=letter.subject,
        body=letter.body,
        to="\n".join(called.get(each, each) for each in codes),
        basis=letter.basis,
        clause=letter.clause,
        named=written(references.shown(session, letter, reader)),
        answer_on=letter.answer_on.isoformat() if letter.answer_on else "",
        meets_at=f"{beijing(letter.meets_at):%Y-%m-%dT%H:%M}" if letter.meets_at else "",
        place=letter.place,
        offices="\n".join(letter.offices),
        version=letter.version,
    )


def written(named: Iterable[Reference]) -> str:
    """Return the references as one types them, one a line."""
    return "\n".join(
        " ".join(
            part
            for part in (
                name_of("letter_thing", each.thing),
                each.code,
                each.since,
                each.until,
                each.figure,
            )
            if part
        )
        for each in named
    )


def agreed(text: str) -> list[Agreed]:
    """Return the measures that were typed, one a line: its day, and what is done by then."""
    found = []
    for line in _lines(text.replace("\0", "")):
        due, _, what = line.partition(" ")
        found.append(Agreed(what, day(due)))
    return found


def _reference(line: str) -> Reference:
    word, *rest = line.split()
    things = {name_of("letter_thing", each): each for each in Thing}
    thing = things.get(word) or next((each for each in Thing if each == word), None)
    if thing is None or not rest:
        raise Misfilled(say("letters.no_reference", line=line))
    if thing is not Thing.INDICATOR:
        return Reference(thing, rest[0])
    if len(rest) != _INDICATOR_PARTS or None in map(form_times.day, rest[1:3]):
        raise Misfilled(say("letters.no_reference", line=line))
    return Reference(thing, *rest)


def _lines(text: str) -> Sequence[str]:
    return [each.strip() for each in text.splitlines() if each.strip()]


def day(text: str) -> date:
    """Return the day that was typed; raise Misfilled for none that can be meant."""
    found = form_times.day(text)
    if found is None:
        raise Misfilled(say("letters.no_day", day=text))
    return found
