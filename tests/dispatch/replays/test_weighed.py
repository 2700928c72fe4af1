"""三率权重: a department's score by the weights that held and by others, in the reader's area."""

from datetime import datetime

from sqlmodel import Session

from dispatch.indicators.document import RATES
from dispatch.replays import reading
from dispatch.replays.changes import Changes
from dispatch.replays.reading import Scored
from hotline.core.accounts import Actor, Role
from tests.dispatch.rating_scene import DEPARTMENT, rated
from tests.dispatch.replays.scene import replayed

BEGAN = datetime.fromisoformat("2026-11-04T10:00:00+08:00")
OTHERS = Changes(weights={"response": 0, "resolution": 0, "satisfaction": 100})


def test_a_score_by_other_weights_is_what_its_rates_make_of_them(session: Session) -> None:
    for grade in (5, 5, 5, 1):
        rated(session, BEGAN, grade)
    replay = replayed(session, OTHERS)
    found = reading.scores(session, replay, reader=None)
    assert [each.department for each in found] == ["", DEPARTMENT]
    assert {each.after for each in found} == {75.0}
    rates = reading.compared(session, replay, RATES, reader=None)
    by_hand = {each.measure: each.some_before / each.of_before for each in rates}
    weigh = {"response": 30, "resolution": 35, "satisfaction": 35}
    before = sum(weigh[rate] * share for rate, share in by_hand.items())
    whole = sum(weigh[rate] for rate in by_hand)
    assert {each.before for each in found} == {round(100 * before / whole, 1)}


def test_who_sees_another_district_scores_nothing(session: Session) -> None:
    rated(session, BEGAN, 5)
    replay = replayed(session, OTHERS)
    elsewhere = Actor("far", Role.TEAM_LEAD, district="540200")
    assert reading.scores(session, replay, reader=elsewhere) == [Scored("", None, None)]
