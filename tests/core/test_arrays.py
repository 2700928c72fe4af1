"""An array's literal is read by PostgreSQL as the very values that were written."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from hotline.core import arrays

TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
    | st.sampled_from(["", "NULL", '"', "\\", "{}", "a,b", " ", "\n", '\\"', "工单"])
)
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=40_000)).map(lambda after: FIRST + after)
SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def read(session: Session, literal: str, type: str) -> list[object]:
    found = session.execute(text(f"SELECT CAST(:literal AS {type}[])"), {"literal": literal})
    return list(found.scalar_one())


@SHARED
@given(TEXTS)
def test_texts_come_back_as_they_were(session: Session, values: list[str]) -> None:
    assert read(session, arrays.of_texts(values), "text") == values


@SHARED
@given(st.lists(st.none() | st.integers(-(2**31), 2**31 - 1)))
def test_numbers_come_back_as_they_were(session: Session, values: list[int | None]) -> None:
    assert read(session, arrays.of_numbers(values), "int") == values


@SHARED
@given(st.lists(st.none() | MOMENTS))
def test_moments_come_back_as_they_were(session: Session, values: list[datetime | None]) -> None:
    assert read(session, arrays.of_moments(values), "timestamptz") == values


def test_a_text_that_no_database_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        arrays.of_texts(["a\0b"])
