"""从话到单: what the words of a call put into each field of its form, and what each rests on.

The department is the catalogue's for the matter and the place that stand: what the agent decided
where they did, else what was heard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch.drafting.drafts import FieldName, Form
from dispatch.drafting.wording import Said, as_text, where_said, without_beginnings
from dispatch.intake import LEAST_CONFIDENCE
from dispatch.live_proposals import LEAST_CHARACTERS
from dispatch.routing import accused, live_model, reasons
from dispatch.routing.reading import Reading, read
from dispatch.tickets import title_of
from hotline.core import privacy
from knowledge import stored
from knowledge.catalogue import candidates
from knowledge.directory import Directory
from knowledge.entries import DistrictEntry, MatterEntry
from nlp.chinese import join_words
from nlp.classifier import Model
from nlp.entities import EntityKind
from nlp.spelling import as_known
from nlp.text import normalise
from telephony import spoken, words_now
from telephony.models import Call

LONGEST_SUMMARY = 1000


@dataclass(frozen=True)
class Suggestion:
    """What a field might hold, why, and where it was said, if it was said anywhere."""

    value: str
    why: tuple[str, ...] = ()
    said: Said | None = None


Suggestions = Mapping[FieldName, Suggestion]


@dataclass(frozen=True)
class Words:
    """What the caller said, and what the agent wrote of it: together they are read."""

    said: Sequence[Said]
    spelled: Sequence[str]
    reading: Reading


def suggest(session: Session, call: Call, form: Form, *, home: str, at: datetime) -> Suggestions:
    """Return a suggestion for each field that the words say something of; none for too few."""
    said = heard_of(session, call, form)
    if sum(len(each.text) for each in said) < LEAST_CHARACTERS:
        return {}
    directory = stored.current(session)
    words = _read(said, directory, live_model.current(session), home)
    found = {
        FieldName.REQUEST_TYPE: _type(words),
        FieldName.DISTRICT: _district(directory, words),
        FieldName.ADDRESS: _address(words),
        FieldName.MATTER: _matter(words),
        FieldName.DEPARTMENT: _department(directory, words, form, at),
        FieldName.URGENCY: _urgency(words),
        FieldName.TITLE: _title(words),
        FieldName.SUMMARY: _summary(words),
    }
    return {name: each for name, each in found.items() if each and each.value}


def heard_of(session: Session, call: Call, form: Form) -> list[Said]:
    """Return the caller's utterances, masked, and the summary that the agent wrote themselves."""
    said = [
        Said(join_words(each.text), each.start_s)
        for each in spoken.lines(session, call)
        if each.speaker == words_now.CALLER and each.confidence >= LEAST_CONFIDENCE
    ]
    own = form.of(FieldName.SUMMARY) if FieldName.SUMMARY not in form.taken else ""
    return [*said, Said(privacy.mask_text(own))] if own else said


def matter_of(directory: Directory, written: str) -> MatterEntry | None:
    """Return the matter that is written as its path."""
    path = [level.strip() for level in written.split("/") if level.strip()]
    return directory.matter(*path) if 1 <= len(path) <= 3 else None


def district_of(directory: Directory, written: str) -> DistrictEntry | None:
    """Return the district of this code, or of this name when one alone has it."""
    found = directory.districts.get(written)
    named = [
        each for each in directory.districts.values() if written in (each.name_zh, *each.aliases)
    ]
    return found or (named[0] if len(named) == 1 else None)


def _read(said: Sequence[Said], directory: Directory, model: Model, home: str) -> Words:
    spelled = [as_known(normalise(each.text), directory.keywords) for each in said]
    reading = read("，".join(spelled), directory, model, home)
    return Words(said, spelled, reading)


def _at(words: Words, *terms: str) -> Said | None:
    return where_said(words.said, words.spelled, terms)


def _type(words: Words) -> Suggestion:
    found = words.reading.kind
    heard = _at(words, *(sign.heard for sign in found.signs))
    return Suggestion(found.type, (reasons.of_type(found),), heard)


def _district(directory: Directory, words: Words) -> Suggestion:
    located = words.reading.located
    entry = directory.districts[located.code]
    alone = district_of(directory, entry.name_zh) is entry
    heard = _at(words, *(place.heard for place in located.heard))
    return Suggestion(
        entry.name_zh if alone else entry.code, (reasons.of_district(directory, located),), heard
    )


def _address(words: Words) -> Suggestion | None:
    found = [each for each in words.reading.entities if each.kind is EntityKind.ADDRESS]
    if not found:
        return None
    longest = max(found, key=lambda each: len(each.text))
    return Suggestion(longest.shown, (), _at(words, longest.text))


def _matter(words: Words) -> Suggestion | None:
    matched, prediction = words.reading.matched, words.reading.prediction
    if not matched.decided:
        return None
    why = tuple(reasons.of_matter(matched, prediction))
    return Suggestion(
        "/".join(filter(None, matched.matter.category)), why, _at(words, *_terms(words))
    )


def _terms(words: Words) -> list[str]:
    """Return the words that speak for the matter, the keywords before the classifier's."""
    matched = words.reading.matched
    keywords = [term for one in matched.evidence[:1] for term, _ in one.terms]
    return [*keywords, *(term for term, _ in words.reading.prediction.terms)]


def _department(directory: Directory, words: Words, form: Form, at: datetime) -> Suggestion | None:
    matter = matter_of(directory, form.of(FieldName.MATTER)) or words.reading.matched.matter
    place = district_of(directory, form.of(FieldName.DISTRICT))
    code = place.code if place else words.reading.located.code
    entry, passed = accused.choose(
        directory, words.reading.text, candidates(directory, matter, code, at)
    )
    if entry is None:
        return None
    name = directory.departments[entry.department_code].name
    return Suggestion(name, (reasons.of_department(directory, entry, passed),))


def _urgency(words: Words) -> Suggestion:
    found = words.reading.urgency
    heard = _at(words, *(sign.heard for sign in found.signs if sign.live))
    return Suggestion(found.urgency, tuple(reasons.of_urgency(found)), heard)


def _title(words: Words) -> Suggestion | None:
    """Return the caller's own sentence that says most of the matter, cut to a title."""
    terms = _terms(words)
    parts = [without_beginnings(each.text) for each in words.said]
    weights = [sum(term in text for term in terms) for text in words.spelled]
    ranked = sorted(range(len(parts)), key=lambda place: (-weights[place], place))
    best = next((place for place in ranked if len(parts[place]) >= LEAST_CHARACTERS), None)
    if best is None:
        return None
    return Suggestion(title_of(parts[best]).rstrip("，,"), (), words.said[best])


def _summary(words: Words) -> Suggestion | None:
    """Return all that the caller said; what the agent wrote needs no suggestion."""
    said = [each for each in words.said if each.at_s is not None]
    return Suggestion(as_text(said)[:LONGEST_SUMMARY], (), None) if said else None
