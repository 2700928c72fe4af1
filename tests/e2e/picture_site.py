"""A site of its own for pictures: a database, a busy day in it, and one web process."""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from sqlmodel import Session

from hotline import migrations
from hotline.bench import webs
from hotline.core import clock, db, demo_mark, vault
from hotline.core import settings as core_settings
from hotline.core.db import connect, transaction
from hotline.core.demo_mark import Mark
from hotline.core.settings import Settings
from hotline.up.embedded import start_server
from knowledge import seed
from tests.console.scenes import Scene
from tests.e2e import lively


@dataclass(frozen=True)
class Site:
    """Where it answers, and what its pages are named by."""

    url: str
    scene: Scene


@contextmanager
def running() -> Iterator[Site]:
    """Yield a site that answers, marked as made up; nothing of it is left afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-pictures-"))
    server = start_server(folder / "postgres")
    own = _settings(folder / "data", server.get_uri())
    try:
        with _as_environment(own):
            scene = _fill(own)
        with webs.running(own, 1) as (port,):
            yield Site(f"http://{webs.HOST}:{port}", scene)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, uri: str) -> Settings:
    folder.mkdir()
    vault.ensure_master_key(folder / "master.key")
    url = uri.replace("postgresql://", "postgresql+psycopg://")
    made = Settings(data_dir=folder, database_url=url, redis_url="unix:///nonexistent/redis.sock")
    demo_mark.write(made, Mark(1, clock.now().isoformat()))
    return made


def _fill(own: Settings) -> Scene:
    quiet = structlog.make_filtering_bound_logger(logging.ERROR)  # a day is hundreds of lines
    structlog.configure(wrapper_class=quiet)
    engine = connect(own.database_url)
    migrations.upgrade(engine)
    with Session(engine) as session:
        seed.seed(session, now=clock.now())
        session.commit()
    with transaction(engine) as session:
        scene = lively.arrange(session, at=clock.now())
    engine.dispose()
    return scene


@contextmanager
def _as_environment(own: Settings) -> Iterator[None]:
    """Let this process have these settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in own.child_environment().items():
            if name.startswith("HOTLINE_"):
                patch.setenv(name, value)
        core_settings.settings.cache_clear()
        db.engine.cache_clear()
        yield
    core_settings.settings.cache_clear()
    db.engine.cache_clear()
