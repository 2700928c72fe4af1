"""目录维护: who answers from a day on, and that nobody answers twice on any day."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.errors import Conflict, Invalid, NotFound
from knowledge import changing
from knowledge.changing import Answering, Particulars
from knowledge.models import Department

MATTER, DISTRICT = "0101", "540102"
FIRST = date(2030, 1, 1)


def wanted(department: str = "540102-housing", first: date = FIRST, **more: object) -> Answering:
    given = {"legal_basis": "测试决定", **more}
    return Answering(MATTER, DISTRICT, department, valid_from=first, **given)  # type: ignore[arg-type]


def test_what_held_ends_the_day_before(session: Session, now: datetime) -> None:
    before = changing.cell(session, MATTER, DISTRICT)[-1]
    made = changing.answer_from(session, wanted(), actor=MACHINE, now=now)
    assert before.valid_to == date(2029, 12, 31)
    assert (made.department_code, made.valid_to) == ("540102-housing", None)
    (told,) = events.history(session, f"catalogue:{MATTER}:{DISTRICT}")
    assert told.refs["department"] == "540102-housing"
    again = changing.answer_from(session, wanted("540102-water"), actor=MACHINE, now=now)
    assert again.id == made.id
    assert again.department_code == "540102-water"


def test_an_entry_must_end_before_a_later_one_begins(session: Session, now: datetime) -> None:
    changing.answer_from(session, wanted(), actor=MACHINE, now=now)
    with pytest.raises(Conflict):
        changing.answer_from(session, wanted(first=date(2029, 1, 1)), actor=MACHINE, now=now)
    early = wanted(first=date(2029, 1, 1), valid_to=date(2029, 6, 30))
    changing.answer_from(session, early, actor=MACHINE, now=now)
    assert len(changing.cell(session, MATTER, DISTRICT)) == 3


def test_what_is_unknown_or_without_a_basis_is_refused(session: Session, now: datetime) -> None:
    for bad, error in (
        (wanted("nowhere"), NotFound),
        (wanted(legal_basis=" "), Invalid),
        (wanted(valid_to=date(2029, 1, 1)), Invalid),
    ):
        with pytest.raises(error):
            changing.answer_from(session, bad, actor=MACHINE, now=now)
    with pytest.raises(Conflict):
        changing.end_on(session, MATTER, DISTRICT, date(1999, 1, 1), actor=MACHINE, now=now)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 40) | st.none()), max_size=8))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nobody_answers_twice_on_a_day(
    session: Session, now: datetime, spans: list[tuple[int, int | None]]
) -> None:
    with changing.tried(session):
        for start, length in spans:
            first = FIRST + timedelta(days=start)
            last = None if length is None else first + timedelta(days=length)
            try:
                changing.answer_from(
                    session, wanted(first=first, valid_to=last), actor=MACHINE, now=now
                )
            except Conflict:
                continue
        rows = changing.cell(session, MATTER, DISTRICT)
        for earlier, later in pairwise(rows):
            assert earlier.valid_to is not None
            assert earlier.valid_to < later.valid_from


def test_a_department_s_particulars_change_once_and_leave_one_event(
    session: Session, now: datetime
) -> None:
    row = session.get_one(Department, "540102-urban")
    new = Particulars(row.name, row.short_name, row.aliases, True, "值班室", "0891-0000000")
    for _ in range(2):
        changing.change_department(session, row, new, actor=MACHINE, now=now)
    (told,) = events.history(session, "department:540102-urban")
    assert told.refs["changed"] == ["contact", "telephone"]
    assert "0891" not in str(told.refs)
    with pytest.raises(Invalid):
        changing.change_department(session, row, Particulars(" "), actor=MACHINE, now=now)
