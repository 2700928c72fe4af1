"""What a department that was told of an alert reads of it: its headline, none of its tickets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.hot.deciding import SAYS
from dispatch.hot.models_hot import HotAlert
from dispatch.hot.raising import chain
from dispatch.notices.models_notices import StaffNotice


@dataclass(frozen=True, slots=True)
class Headline:
    """Where, about what, how many and from when to when; codes and numbers alone."""

    place: str
    matter: str
    count: int
    since: datetime
    until: datetime


def headlines(session: Session, notices: Iterable[StaffNotice]) -> dict[str, Headline]:
    """Return the headline of each notice that tells of an alert, by what the notice is about.

    Whoever may read the notice may read its headline.
    """
    ids = [int(each.about.partition(":")[2]) for each in notices if each.says == SAYS]
    if not ids:
        return {}
    found = session.exec(select(HotAlert).where(col(HotAlert.id).in_(ids))).all()
    return {
        chain(each): Headline(each.place, each.matter, each.count, each.since, each.until)
        for each in found
    }
