"""The shared database with the tables of `knowledge` emptied, for the tests of import and seed."""

import pytest
from sqlmodel import Session, delete

from knowledge.models import Department, District, Matter, Responsibility
from telephony.models_lines import MergedHotline


@pytest.fixture
def session(session: Session) -> Session:
    """A session in which nothing is known yet; rolled back like any other."""
    for table in (MergedHotline, Responsibility, Matter, Department, District):
        session.exec(delete(table))
    return session
