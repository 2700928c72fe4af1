"""How well 相似工单 are found: `python -m tests.dispatch.measure_duplicates`; counts alone.

A pair is one thing in one spot told by two people in their own words, among the same thing in other
spots of the county, which no agent would merge. `misheard`: the share of the new request's
characters that are others of the same sound.
"""

import random
import time

from dispatch.drafting.alike import LEAST_OTHERS
from nlp.similar import hear, likeness
from tests.dispatch.duplicate_pairs import misheard, requests

SHOWN = 4


def measure(share: float) -> str:
    rng = random.Random(11)  # noqa: S311
    told = requests()
    heard = [hear(each.text) for each in told]
    found = offered = right = sought = first = 0
    for each in told:
        mine = hear(misheard(each.text, share, rng))
        others = [
            place
            for place, other in enumerate(told)
            if other.thing == each.thing and other.teller != each.teller
        ]
        ranked = sorted(((likeness(mine, heard[place]), place) for place in others), reverse=True)
        shown = [place for score, place in ranked[:SHOWN] if score >= LEAST_OTHERS]
        same = [place for place in others if told[place].spot == each.spot]
        hits = sum(place in same for place in shown)
        found, right, offered = found + (hits > 0), right + hits, offered + len(shown)
        sought, first = sought + len(same), first + bool(shown and shown[0] in same)
    return (
        f"misheard {share:.0%}: a duplicate offered to {found}/{len(told)}, first {first}; "
        f"pairs found {right}/{sought}, of {offered} offered"
    )


def main() -> None:
    for share in (0.0, 0.1, 0.2, 0.3):
        print(measure(share))
    texts = [each.text for each in requests()] * 6
    began = time.perf_counter()
    mine = hear(texts[0])
    for each in texts[:200]:
        likeness(mine, hear(each))
    print(f"200 texts heard and compared in {(time.perf_counter() - began) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
