"""考核方案: written, simulated, adopted by somebody else, followed by another version."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.comparing import runs, schemes, terms
from dispatch.comparing.models_comparing import ComparisonScheme
from dispatch.comparing.scheme import Measured, Publication, Scheme, body_of, scheme_of
from dispatch.comparing.states import SCHEME, SchemeAction, SchemeState
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.dispatch.comparing.scene import (
    ADOPTER,
    HOUSING,
    JUDGE,
    OVER,
    URBAN_CITY,
    WATER,
    WRITER,
    adopted,
    in_time,
    measured,
    period,
    scheme,
    simulated,
)


def test_only_what_was_simulated_is_adopted_and_by_somebody_else(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    made = schemes.draft(session, " 月度考核 ", scheme(), actor=WRITER, now=now)
    assert (made.name, made.number, made.state) == ("月度考核", 1, "draft")
    with pytest.raises(Conflict):
        schemes.adopt(session, made, actor=ADOPTER, now=now)
    runs.simulate(session, made, period(now), actor=ADOPTER, now=now + OVER)
    with pytest.raises(NotAllowed):
        schemes.adopt(session, made, actor=WRITER, now=now)
    schemes.adopt(session, made, actor=ADOPTER, now=now)
    assert (made.state, made.adopted_by) == ("adopted", "adopter")
    told = [each.type for each in events.history(session, f"comparison_scheme:{made.id}")]
    assert told == ["comparison.scheme_written", "comparison.scheme_adopted"]


def test_what_is_revised_is_simulated_anew_and_its_reviser_wrote_it_too(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    made, _ = simulated(session, now)
    schemes.revise(session, made, scheme(9), actor=ADOPTER, now=now)
    assert (made.state, made.writers) == ("draft", ["writer", "adopter"])
    with pytest.raises(Conflict):
        schemes.adopt(session, made, actor=JUDGE, now=now)
    runs.simulate(session, made, period(now), actor=WRITER, now=now + OVER)
    with pytest.raises(NotAllowed):
        schemes.adopt(session, made, actor=ADOPTER, now=now)
    assert schemes.adopt(session, made, actor=JUDGE, now=now).state == "adopted"


def test_an_adopted_scheme_is_never_changed_and_its_next_version_retires_it(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    first = adopted(session, now)
    with pytest.raises(Conflict):
        schemes.revise(session, first, scheme(9), actor=WRITER, now=now)
    second = adopted(session, now, scheme(9))
    session.refresh(first)
    assert (first.state, second.state, second.number) == ("retired", "adopted", 2)
    assert scheme_of(first.body).indicators[0].minimum == 5
    assert schemes.adopted(session, "月度考核") == second
    assert list(schemes.listed(session)) == [second, first]
    assert list(schemes.listed(session, before=second.id or 0)) == [first]


def test_every_step_that_no_state_has_is_refused(session: Session, now: datetime) -> None:
    measured(session, now + OVER)
    for state in SchemeState:
        row = ComparisonScheme(
            name=state, number=1, state=state, body=body_of(scheme()), writers=[], written_at=now
        )
        session.add(row)
        if (state, SchemeAction.RETIRE) not in SCHEME:
            with pytest.raises(Conflict):
                schemes.retire(session, row, actor=JUDGE, now=now)
        if (state, SchemeAction.SIMULATE) not in SCHEME:
            with pytest.raises(Conflict):
                runs.simulate(session, row, period(now), actor=JUDGE, now=now + OVER)


@pytest.mark.parametrize(
    "unsound",
    [
        scheme(indicators=()),
        scheme(4),
        scheme(indicators=(Measured("close_on_time", 0, 30, True),)),
        scheme(indicators=(Measured("close_on_time", 1, 30, True),) * 2),
        scheme(indicators=(Measured("received", 1, 30, True),)),
        scheme(indicators=(Measured("connect", 1, 30, True),)),
        scheme(indicators=(Measured("no_such", 1, 30, True),)),
        scheme(show_ranks=True),
        scheme(basis=" "),
        scheme(minimum_reason=""),
        scheme(classes={"540100-nobody": "甲类"}),
        scheme(classes={WATER: " "}),
        scheme(classes={WATER: "甲" * 65}),
        scheme(basis="据" * 2001),
        scheme(minimum_reason="因" * 2001),
        scheme(show_ranks=True, ranks_basis="据" * 2001),
    ],
)
def test_a_scheme_that_says_nothing_sound_is_refused(
    session: Session, now: datetime, unsound: Scheme
) -> None:
    with pytest.raises(Invalid):
        schemes.draft(session, "考核", unsound, actor=WRITER, now=now)


def test_a_scheme_is_kept_as_it_was_said(session: Session, now: datetime) -> None:
    said = scheme(
        classes={WATER: "甲类"}, publication=Publication.ALL, show_ranks=True, ranks_basis="2018"
    )
    made = schemes.draft(session, "考核", said, actor=WRITER, now=now)
    session.expire(made)
    assert scheme_of(schemes.find(session, made.id or 0, lock=True).body) == said
    with pytest.raises(NotFound):
        schemes.find(session, 999_999)


def test_classes_are_a_matter_of_kind_and_level_unless_the_scheme_names_them(
    session: Session, now: datetime
) -> None:
    in_time(session, now, {WATER: (1, 1), HOUSING: (1, 1), "540102-urban": (1, 1), "x": (1, 1)})
    measured(session, now + OVER)
    in_time(session, now, {URBAN_CITY: (1, 1)})
    _, run = simulated(session, now, scheme(classes={WATER: "窗口单位"}))
    assert run.inputs["run"]["classes"] == {
        WATER: "窗口单位",
        HOUSING: "prefecture",
        URBAN_CITY: "prefecture",
        "540102-urban": "county",
        "x": "other",
    }
    assert terms.class_of("desk", "county") == "desk"


def test_who_has_a_district_changes_no_scheme_of_the_whole_site(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    made, _ = simulated(session, now)
    local = Actor("local", Role.SUPERVISOR, district="540102")
    for act in (
        lambda: schemes.draft(session, "考核", scheme(), actor=local, now=now),
        lambda: schemes.revise(session, made, scheme(), actor=local, now=now),
        lambda: schemes.adopt(session, made, actor=local, now=now),
        lambda: schemes.retire(session, made, actor=local, now=now),
        lambda: runs.simulate(session, made, period(now), actor=local, now=now + OVER),
    ):
        with pytest.raises(Conflict):
            act()
    assert (made.state, made.number) == ("simulated", 1)
