"""Places: which district a caller speaks of, from its names as written or as misheard."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from nlp.phrases import Hit, Phrases, longest

SHORTEST_BY_SOUND = 2


class NameKind(StrEnum):
    """OFFICIAL 全称 with its suffix, SHORT 简称 or alias, PLACE a street, temple or township."""

    OFFICIAL = "official"
    SHORT = "short"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A wording for the district `code`; `ambiguous` names also mean something else in Chinese.

    An ambiguous name counts only before an administrative suffix (比如 is 'for example' unless
    县 follows) or behind the name of the district above; a name inside one of the `unless`
    wordings never counts (阿里 in 阿里巴巴).
    """

    text: str
    code: str
    kind: NameKind
    ambiguous: bool = False
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A place in the text; `weight` grows with how surely it is where the matter is."""

    name: PlaceName
    heard: str
    start: int
    exact: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Located:
    """The district of a text: `heard` are its witnesses, none when it is only assumed."""

    code: str
    heard: tuple[Heard, ...] = ()
    others: tuple[str, ...] = ()
    sure: float = 0.0


_WEIGHTS = {NameKind.OFFICIAL: 3.0, NameKind.SHORT: 2.6, NameKind.PLACE: 1.6}
_HEARD_FACTOR = 0.7  # by sound only
_ORIGIN_FACTOR = 0.2  # where somebody comes from is not where the matter is
_LOCATIVE_BONUS = 0.4
_TIE = 0.85  # a second place this close to the first makes the choice unsure

_SUFFIX = re.compile(
    r"[县区市镇乡]|地区|这边|这里|当地|境内|་?(?:རྫོང|གྲོང་ཁྱེར|གྲོང་རྡལ|ཆུས|ས་ཁུལ)(?![\u0F40-\u0FBC])"
)
# A Tibetan name ends where its syllable does, or before a particle written without a tsheg.
_INSIDE_SYLLABLE = re.compile(r"[\u0F40-\u0FBC]")
_SYLLABLE_ENDS = re.compile(r"(?:འི|འང|འམ|འོ|ར|ས)?(?![\u0F40-\u0FBC])")
_LOCATIVE = re.compile(r"(?:在|位于|位置是|地址是|来到|住)$")
_ORIGIN_BEFORE = re.compile(
    r"(?:不在|户口在|户籍在|老家在?|来自|我是|不是|从|原籍|身份证是)(?:西藏|拉萨市?)?$"
)
_ORIGIN_AFTER = re.compile(r"^(?:市|县|区)?(?:人|户口|户籍|的人|籍|来的|过来的|老家)")
_FROM = re.compile(r"从$")
_TO = re.compile(r"^.{0,6}?(?:到|去|往|至)")


@dataclass(frozen=True)
class Gazetteer:
    """Names and the tree of districts they belong to, indexed once."""

    names: Mapping[str, PlaceName]
    parents: Mapping[str, str]
    phrases: Phrases = field(repr=False)

    @classmethod
    def of(cls, names: Iterable[PlaceName], parents: Mapping[str, str]) -> "Gazetteer":
        """Return the index; where two names share a wording the first one given is kept."""
        by_text: dict[str, PlaceName] = {}
        for name in names:
            by_text.setdefault(name.text, name)
        phrases = Phrases.of(by_text, shortest_by_sound=SHORTEST_BY_SOUND)
        return cls(by_text, dict(parents), phrases)

    def lineage(self, code: str) -> tuple[str, ...]:
        """Return the district and those above it, nearest first."""
        chain = [code]
        # A site's own table may name two districts as parents of each other.
        while (parent := self.parents.get(chain[-1])) and parent not in chain:
            chain.append(parent)
        return tuple(chain)

    def find(self, text: str) -> tuple[Heard, ...]:
        """Return the places the text names, in its order, without overlaps."""
        hits = [hit for hit in self.phrases.find(text) if self._credible(text, hit)]
        return tuple(self._weigh(text, hit) for hit in longest(_without_parts(hits)))

    def _credible(self, text: str, hit: Hit) -> bool:
        name = self.names[hit.phrase]
        if any(_covers(text, wording, hit) for wording in name.unless):
            return False
        if not _whole_syllables(text, hit):
            return False
        if self._follows_parent(text, hit):
            return True
        # 初步实 sounds like 楚布寺 by readings nobody uses: one character at least is right.
        if not hit.exact and name.kind is not NameKind.OFFICIAL and not _right(hit):
            return False
        # 比如现 sounds like 比如县: of a short name the suffix at least must be written right.
        if not hit.exact and name.kind is NameKind.OFFICIAL and hit.length <= 3:
            return hit.heard[-1] == hit.phrase[-1]
        doubtful = name.ambiguous or (not hit.exact and hit.length < 3)
        return not doubtful or bool(_SUFFIX.match(text, hit.end))

    def _follows_parent(self, text: str, hit: Hit) -> bool:
        """拉萨市城关…: right behind the name of the district above, a name is meant."""
        above = self.parents.get(self.names[hit.phrase].code, "")
        before = text[: hit.start]
        return any(before.endswith(wording) for wording in self._wordings.get(above, ()))

    @cached_property
    def _wordings(self) -> Mapping[str, tuple[str, ...]]:
        wordings: dict[str, tuple[str, ...]] = {}
        for name in self.names.values():
            if name.kind is not NameKind.PLACE:
                wordings[name.code] = (*wordings.get(name.code, ()), name.text)
        return wordings

    def _weigh(self, text: str, hit: Hit) -> Heard:
        name = self.names[hit.phrase]
        before, after = text[max(0, hit.start - 8) : hit.start], text[hit.end : hit.end + 8]
        weight = _WEIGHTS[name.kind] * (1.0 if hit.exact else _HEARD_FACTOR)
        leaving = _FROM.search(before) and _TO.match(after)
        if not leaving and (_ORIGIN_BEFORE.search(before) or _ORIGIN_AFTER.match(after)):
            weight *= _ORIGIN_FACTOR
        elif _LOCATIVE.search(before):
            weight += _LOCATIVE_BONUS
        return Heard(name, hit.heard, hit.start, hit.exact, weight)


def locate(gazetteer: Gazetteer, text: str, home: str) -> Located:
    """Return the district the text speaks of, or `home` with `sure` 0 when none is named.

    Places that name a district and one inside it agree; two equally weighty districts side by
    side leave the smallest that holds both.
    """
    heard = gazetteer.find(text)
    if not heard:
        return Located(home)
    weights = _by_district(gazetteer, heard)
    # Depth breaks ties: 拉萨市城关区 speaks of 城关区.
    ranked = sorted(weights, key=lambda code: (-weights[code], -len(gazetteer.lineage(code))))
    best = ranked[0]
    rivals = [
        code
        for code in ranked[1:]
        if code not in gazetteer.lineage(best) and weights[code] >= _TIE * weights[best]
    ]
    if rivals:
        code = _common(gazetteer, [best, *rivals])
        return Located(code, heard, (best, *rivals), sure=0.5)
    if weights[best] < 1.0:  # only where people come from: no better than the home district
        return Located(home, (), tuple(ranked))
    others = tuple(code for code in ranked[1:] if code not in gazetteer.lineage(best))
    return Located(best, heard, others, sure=min(1.0, weights[best] / 3.0 + 0.3))


def _by_district(gazetteer: Gazetteer, heard: tuple[Heard, ...]) -> dict[str, float]:
    """A district gains from its own names, and from the names of those above it."""
    own: dict[str, float] = {}
    for place in heard:
        own[place.name.code] = max(own.get(place.name.code, 0.0), place.weight)
    return {
        code: own[code] + sum(own.get(above, 0.0) for above in gazetteer.lineage(code)[1:])
        for code in own
    }


def _common(gazetteer: Gazetteer, codes: list[str]) -> str:
    lineages = [gazetteer.lineage(code) for code in codes]
    shared = [code for code in lineages[0] if all(code in lineage for lineage in lineages)]
    return shared[0] if shared else codes[0]


def _covers(text: str, wording: str, hit: Hit) -> bool:
    """Whether `wording` stands in the text over the hit."""
    at = text.find(wording, max(0, hit.start - len(wording)))
    return at >= 0 and at <= hit.start and at + len(wording) >= hit.end


def _whole_syllables(text: str, hit: Hit) -> bool:
    """སྒར is no place in བསྒར: Tibetan names are made of whole syllables."""
    if not _INSIDE_SYLLABLE.match(hit.phrase):
        return True
    inside = hit.start and _INSIDE_SYLLABLE.match(text, hit.start - 1)
    return not inside and bool(_SYLLABLE_ENDS.match(text, hit.end))


def _without_parts(hits: list[Hit]) -> list[Hit]:
    """Leave out names that are only the well-written end of a longer one (朗县 in 百朗县)."""
    heard = [hit for hit in hits if not hit.exact]
    return [hit for hit in hits if not any(_is_part(hit, longer) for longer in heard)]


def _is_part(hit: Hit, longer: Hit) -> bool:
    at = hit.start - longer.start
    # Only its end: 拉萨市 in 拉萨市去 is the whole name.
    return hit.exact and at > 0 and hit.end == longer.end and longer.phrase[at:] == hit.phrase


def _right(hit: Hit) -> int:
    """Return how many characters are written as the name has them."""
    return sum(map(str.__eq__, hit.heard, hit.phrase))
