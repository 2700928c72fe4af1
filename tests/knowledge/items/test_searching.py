"""Items are found by what people call them."""

from datetime import date, datetime

from sqlmodel import Session

from knowledge.items import finding, searching, seeding
from knowledge.searching.entries import Asked

ON = date(2026, 6, 1)


def test_nearly_every_name_that_people_use_finds_its_item(session: Session, now: datetime) -> None:
    seeding.seed(session, now=now)
    codes = {each.id: each.code for each, _ in finding.everything(session, on=ON)}
    places = []
    for key, content in seeding.packaged():
        for name in (content.name, *content.aliases):
            found = [codes[each.id] for each in searching.search(session, Asked(name, ON))]
            places.append(found.index(key.code) if key.code in found else 99)
    assert max(places) < 3
    assert sum(place == 0 for place in places) / len(places) >= 0.95
