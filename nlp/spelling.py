"""How known words are spelled: what was heard as a homophone of one is written as it is known."""

from nlp.phrases import SHORTEST_BY_SOUND, Hit, Phrases
from nlp.sounds import alike


def as_known(text: str, known: Phrases) -> str:
    """Return the text, as long as it was, with homophones of known wordings spelled as those.

    Three syllables at least, each of them alike: a recogniser writes 班马县 where 斑马线 was said,
    and whoever only reads words (the classifier) would not know it again. A longer wording goes
    before a shorter one beside it, which may be there by chance (加班 in 增加班马县).
    """
    spelled = list(text)
    taken: set[int] = set()
    hits = [hit for hit in known.find(text) if hit.exact or _is_homophone(hit)]
    for hit in sorted(hits, key=lambda hit: (-hit.length, not hit.exact, hit.start)):
        if taken.isdisjoint(range(hit.start, hit.end)):
            taken.update(range(hit.start, hit.end))
            spelled[hit.start : hit.end] = hit.phrase
    return "".join(spelled)


def _is_homophone(hit: Hit) -> bool:
    return len(hit.phrase) >= SHORTEST_BY_SOUND and all(
        alike(one, other) for one, other in zip(hit.heard, hit.phrase, strict=True)
    )
