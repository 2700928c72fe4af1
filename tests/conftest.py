"""A real PostgreSQL for every test that names it: migrated once, each test rolled back."""

import contextlib
import gc
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import _lru_cache_wrapper
from pathlib import Path

import psutil
import pytest
import structlog
from fastapi.dependencies import models
from hypothesis import HealthCheck
from hypothesis import settings as properties
from sqlalchemy import Engine
from sqlmodel import Session

from hotline import migrations
from hotline.core import settings as core_settings
from hotline.core import vault
from hotline.core.db import connect
from hotline.core.settings import Settings
from hotline.up.embedded import start_server
from knowledge import seed
from tests import committed

MUCH_BYTES = 200 << 20
SHARED = Path(__file__).parents[2] / "shared"

# Properties: the same examples every time, and none too slow for a busy machine. New ones are
# sought by `pytest --hypothesis-profile=default`.
_BUSY = [HealthCheck.too_slow]
properties.register_profile(
    "same", deadline=None, derandomize=True, database=None, suppress_health_check=_BUSY
)
properties.load_profile("same")

# One 500 in a test would otherwise print every variable of every frame: a million lines of them.
_LINES = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _LINES])

# The session's database, once a test has asked for it.
_SHARED: list[Engine] = []


@pytest.fixture(scope="module", autouse=True)
def _apps_let_go() -> Iterator[None]:
    """Let a module's apps go: FastAPI remembers functions of the last 4,096, 14 MB an app.

    What a web process makes of the collector (`warming`) holds for the tests too: it seldom looks.
    """
    before = psutil.Process().memory_info().rss
    yield
    for kept in vars(models).values():
        if isinstance(kept, _lru_cache_wrapper):
            kept.cache_clear()
    if psutil.Process().memory_info().rss - before > MUCH_BYTES:
        gc.collect()


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a data folder that only these tests use."""
    folder = tmp_path_factory.mktemp("data")
    vault.ensure_master_key(folder / "master.key")
    made = Settings(data_dir=folder, redis_url="unix:///nonexistent/redis.sock")
    core_settings.settings.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.child_environment().items():
            if name.startswith("HOTLINE_"):
                patch.setenv(name, value)
        yield made
    core_settings.settings.cache_clear()


@pytest.fixture(scope="session")
def engine(own: Settings) -> Iterator[Engine]:
    """A migrated and seeded database on a server of its own."""
    assert own.data_dir.exists()  # its master key seals what the database holds
    # Below /tmp: run by root, the server steps down to a user who must reach the folder.
    folder = Path(tempfile.mkdtemp(prefix="hotline-tests-"))
    server = start_server(folder / "postgres")
    made = connect(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    migrations.upgrade(made)
    with Session(made) as session:
        seed.seed(session, now=datetime(2026, 1, 1, tzinfo=UTC))
        session.commit()
    _SHARED.append(made)
    yield made
    _SHARED.clear()
    made.dispose()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module", autouse=True)
def leaves_nothing() -> Iterator[None]:
    """A module that leaves rows in the shared database fails itself, not whoever comes after it."""
    yield
    for shared in _SHARED:
        left = committed.left(shared)
        if left:
            committed.remove(shared)
        assert not left, f"Rows were left in {', '.join(left)}: take the fixture `emptied`."


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session inside a transaction that is rolled back: what it commits is only a savepoint."""
    with engine.connect() as connection, contextlib.ExitStack() as stack:
        outer = connection.begin()
        stack.callback(outer.rollback)
        yield stack.enter_context(
            Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
        )


@pytest.fixture
def emptied(engine: Engine) -> Iterator[Engine]:
    """A database whose transactions commit; what they wrote is removed afterwards."""
    yield engine
    committed.remove(engine)


@pytest.fixture
def now() -> datetime:
    """Return noon in Lhasa on a Wednesday."""
    return datetime(2026, 11, 25, 4, tzinfo=UTC)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Raise UsageError for an end-to-end test where `make test` looks for none."""
    marks = {each.name for each in item.iter_markers()}
    if "e2e" in marks and "soak" not in marks and "e2e" not in item.path.parts:
        raise pytest.UsageError(f"{item.nodeid} is an end-to-end test: its place is tests/e2e.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have long files run in the middle, before what lets two processes end together."""
    long = [each for each in items if each.get_closest_marker("long")]
    others = [each for each in items if not each.get_closest_marker("long")]
    rooms = (at for at, each in enumerate(others) if "dispatch" in each.path.parts)
    half = next(rooms, 0)
    items[:] = [*others[:half], *long, *others[half:]]


# End-to-end tests that may be skipped, with the reason. Any other skipped one fails the run.
MAY_SKIP: dict[str, str] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every end-to-end test that did not run."""
    for report in _silently_skipped(terminalreporter):
        terminalreporter.write_line(f"SKIPPED WITHOUT LEAVE: {report.nodeid}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when an end-to-end test was skipped without leave."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if isinstance(reporter, pytest.TerminalReporter) and _silently_skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _silently_skipped(reporter: pytest.TerminalReporter) -> list[pytest.TestReport]:
    skipped: list[pytest.TestReport] = reporter.stats.get("skipped", [])
    return [
        report
        for report in skipped
        if "tests/e2e/" in report.nodeid and report.nodeid not in MAY_SKIP
    ]
