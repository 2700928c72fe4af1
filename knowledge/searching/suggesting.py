"""What to answer while somebody still speaks: the last of their words, asked of the index."""

from datetime import date

from knowledge.searching.entries import Asked, Found, Kind
from knowledge.searching.index import Index

SHOWN = 3
LATEST = 160  # characters: what was said minutes ago is often answered already
FEWEST = 4  # 你好 asks nothing
LEAST = 0.06  # of many words the few that matter: less is chance


def suggest(
    index: Index,
    said: str,
    *,
    on: date,
    districts: tuple[str, ...] = (),
    kinds: tuple[Kind, ...] = (Kind.ARTICLE,),
    limit: int = SHOWN,
) -> list[Found]:
    """Return what may answer what was said last; none that no longer holds."""
    heard = said.strip()[-LATEST:]
    if len(heard) < FEWEST:
        return []
    found = index.search(Asked(heard, on, districts, limit=limit, kinds=kinds))
    return [each for each in found if not each.expired and each.covers >= LEAST]
