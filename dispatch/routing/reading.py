"""What can be read from a request before anyone is asked to answer for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dispatch.routing import doubtful
from dispatch.terms import RequestType
from knowledge.directory import Directory
from knowledge.matching import Match, match
from nlp.classifier import Model, Prediction
from nlp.doubts import LONGEST, Doubt, excerpt, find_doubts
from nlp.entities import Entity, extract, mask
from nlp.heard import respelled
from nlp.language import Language, language_of, syllables
from nlp.places import Located, locate
from nlp.request_type import TypeFound, find_type
from nlp.text import normalise
from nlp.urgency import UrgencyFound, find_urgency

_FIGURES = re.compile(r"[\d零〇一二三四五六七八九幺]{5,}")
PRAISE = ("其他", "表扬", "表扬")
PRAISE_ABOVE = 0.6
# Danger to people and traffic is police matter whatever else the text speaks of.
DANGER_MATTER: Mapping[str, str] = {"110": "公安政法", "119": "公安政法", "122": "公安政法"}
DANGER_WORTH = 1.5
# What the classifier was never taught is left to keywords, which no labelled row calibrates. Of
# departments_train's unknown requests they were right about 25 of 35, the police's aside
# (docs/routing.md): a person confirms them, below any threshold of 自动派单.
UNKNOWN_AT_MOST = 0.7


@dataclass(frozen=True, slots=True)
class Reading:
    """The cleaned text, its personal values masked, and what each reader found in it."""

    text: str
    entities: tuple[Entity, ...]
    prediction: Prediction
    kind: TypeFound
    urgency: UrgencyFound
    located: Located
    matched: Match
    language: Language
    tibetan: bool
    doubts: tuple[Doubt, ...]


def read(text: str, directory: Directory, model: Model, home: str) -> Reading:
    """Return the kind, urgency, place and matter of what a requester said."""
    whole = normalise(text)
    doubts, said = find_doubts(text, whole), language_of(whole)
    text = excerpt(whole)
    entities = extract(text)
    # Nothing below may learn from a phone number (12345 stands in some), nor repeat it.
    text = mask(text, entities)
    prediction = model.predict([text])[0]
    spelled = respelled(text)
    kind, urgency = find_type(text, spelled), _urgency(whole, text, spelled)
    matched = match(directory, text, prediction.top, also=_danger(urgency))
    if kind.type == RequestType.COMMENDATION and kind.score >= PRAISE_ABOVE:
        matched = _praise(directory, matched, kind.score)
    if not prediction.known:
        matched = replace(matched, probability=min(matched.probability, UNKNOWN_AT_MOST))
    matched = doubtful.lessened(directory, matched, doubts)
    located = locate(directory.gazetteer, text, home)
    tibetan = bool(syllables(text))
    return Reading(
        text, entities, prediction, kind, urgency, located, matched, said, tibetan, doubts
    )


def _urgency(whole: str, text: str, spelled: str) -> UrgencyFound:
    """Danger is heard anywhere, also in what of a long text is read no further."""
    if len(whole) <= LONGEST:
        return find_urgency(text, spelled)
    return find_urgency(_no_figures(whole))


def _no_figures(text: str) -> str:
    """A reason may repeat what stands beside a word of danger, never a telephone number."""
    return _FIGURES.sub(lambda found: "*" * len(found[0]), text)


def _danger(urgency: UrgencyFound) -> dict[str, float]:
    return {
        DANGER_MATTER[number]: DANGER_WORTH for number in urgency.numbers if number in DANGER_MATTER
    }


def _praise(directory: Directory, matched: Match, score: float) -> Match:
    """表扬 is a matter of its own, whatever the praised people do."""
    matter = directory.matter(*PRAISE)
    return Match(matter, score, matched.shares, matched.evidence) if matter else matched
