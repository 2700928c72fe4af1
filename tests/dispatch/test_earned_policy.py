"""One policy: what an entry has earned, and what a site opted in to, by the stricter of both."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from dispatch.routing import earned_policy
from dispatch.routing.auto import OPTED_IN, WAITS, Cell, EarnedPolicy, cell_of
from dispatch.routing.bars import LEVELS
from dispatch.routing.earning import EntryState
from dispatch.routing.models_earned import EarnedDispatch
from knowledge.entries import ResponsibilityEntry

HERE = ResponsibilityEntry("0101", "540102", "water", "", date(2026, 1, 1))
ELSEWHERE = ResponsibilityEntry("0101", "540103", "water", "", date(2026, 1, 1))
CONFIDENCES = st.floats(0, 1)
BARS: st.SearchStrategy[dict[tuple[Cell, bool], float]] = st.dictionaries(
    st.tuples(st.sampled_from([cell_of(HERE), cell_of(ELSEWHERE)]), st.booleans()),
    st.sampled_from([*LEVELS, WAITS]),
)


@given(BARS, CONFIDENCES, st.booleans(), st.booleans())
def test_opting_in_never_lowers_what_an_entry_has_earned(
    bars: dict[tuple[Cell, bool], float], confidence: float, spoken: bool, place: bool
) -> None:
    goes = EarnedPolicy(bars, OPTED_IN).permits(
        HERE, confidence=confidence, spoken=spoken, place_heard=place
    )
    own = bars.get((cell_of(HERE), spoken))
    if goes:
        assert OPTED_IN.permits(HERE, confidence=confidence, spoken=spoken, place_heard=place)
        assert own is None or (place and confidence >= own)
        assert not spoken or confidence >= bars.get((cell_of(HERE), False), 0)


@given(BARS, CONFIDENCES, st.booleans(), st.booleans())
def test_without_opting_in_only_an_entry_s_own_bar_lets_it_go(
    bars: dict[tuple[Cell, bool], float], confidence: float, spoken: bool, place: bool
) -> None:
    goes = EarnedPolicy(bars).permits(HERE, confidence=confidence, spoken=spoken, place_heard=place)
    own = bars.get((cell_of(HERE), spoken))
    assert goes == (own is not None and place and confidence >= own)


@given(CONFIDENCES, st.booleans(), st.booleans())
def test_what_nothing_is_known_of_goes_as_the_site_opted_in(
    confidence: float, spoken: bool, place: bool
) -> None:
    asked = {"confidence": confidence, "spoken": spoken, "place_heard": place}
    policy = EarnedPolicy({(cell_of(ELSEWHERE), spoken): WAITS}, OPTED_IN)
    assert policy.permits(HERE, **asked) == OPTED_IN.permits(HERE, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "threshold", "short", "least"),
    [
        (EntryState.EARNED, 0.97, "", 0.97),
        (EntryState.EARNED, 0.8, "", 0.85),  # speech: what the site opted in to is stricter
        (EntryState.COUNTING, None, "too_few", 0.85),
        (EntryState.COUNTING, None, "not_sure", None),
        (EntryState.SUSPENDED, None, "upheld_returns", None),
        (EntryState.OFF, None, "", None),
    ],
)
def test_each_state_of_an_entry_on_a_site_that_opted_in(
    session: Session,
    now: datetime,
    state: EntryState,
    threshold: float | None,
    short: str,
    least: float | None,
) -> None:
    matter, district, department = cell_of(HERE)
    row = EarnedDispatch(
        matter_code=matter,
        district_code=district,
        department=department,
        spoken=True,
        state=state,
        threshold=threshold,
        short=short,
        since=now,
    )
    session.add(row)
    session.flush()
    policy = earned_policy.current(session, opted_in=True)
    goes = [
        one
        for one in (0.84, 0.85, 0.96, 0.97, 1.0)
        if policy.permits(HERE, confidence=one, spoken=True, place_heard=True)
    ]
    assert (min(goes) if goes else None) == least
