"""检索: the items alone, by the one index over all kinds (`knowledge.searching.shelf`)."""

from dataclasses import replace

from sqlmodel import Session

from knowledge.searching import shelf
from knowledge.searching.entries import Asked, Found, Kind


def search(session: Session, asked: Asked) -> list[Found]:
    """Return the items that answer best, by id; behind those that hold, who no longer does."""
    return shelf.search(session, replace(asked, kinds=(Kind.ITEM,)))


def forget() -> None:
    """Have the next who asks build the index anew."""
    shelf.forget()
