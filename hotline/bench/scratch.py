"""A place to measure in: databases, a queue and a folder that are nobody's, and gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url

from hotline import migrations
from hotline.core.db import connect
from hotline.core.settings import Settings
from hotline.up.embedded import redis_command, start_server


@dataclass(frozen=True)
class Place:
    """One scratch database with the settings of processes that work on it."""

    own: Settings
    engine: Engine


@contextmanager
def places(site: Settings, names: tuple[str, ...]) -> Iterator[dict[str, Place]]:
    """Yield a migrated, empty database for each name, on the site's server or one of its own.

    The site's own database and queue are never touched.
    """
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        root = site.database_url or _own_server(folder, stack)
        queue = site.model_copy(update={"data_dir": folder, "redis_url": ""})
        queue.run_dir.mkdir(parents=True, exist_ok=True)
        _run(redis_command(queue), stack)
        made = {}
        for name in names:
            url = _database(root, f"hotline_bench_{name}_{os.getpid()}", stack)
            engine = connect(url)
            stack.callback(engine.dispose)
            migrations.upgrade(engine)
            given = {"database_url": url, "redis_url": f"unix://{queue.redis_socket}"}
            own = site.model_copy(update={"data_dir": folder, **given})
            made[name] = Place(own, engine)
        yield made


def _own_server(folder: Path, stack: ExitStack) -> str:
    server = start_server(folder / "postgres")
    stack.callback(server.stop)
    return str(server.get_uri())


def _run(command: list[str], stack: ExitStack) -> None:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  # our own program
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)


def _database(root: str, name: str, stack: ExitStack) -> str:
    """Create a database on the server and return its URL; it is dropped at the end."""
    address = make_url(root).set(drivername="postgresql")
    plain = address.render_as_string(hide_password=False)

    def do(statement: str) -> None:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))

    do("CREATE DATABASE {}")
    stack.callback(do, "DROP DATABASE IF EXISTS {} WITH (FORCE)")
    url = address.set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)
