"""The embedded PostgreSQL comes back by itself, however long it takes to recover."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from hotline.core.settings import Settings
from hotline.up.embedded import EmbeddedPostgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """Below /tmp: run by root, the server steps down to a user who must reach the folder."""
    made = Path(tempfile.mkdtemp(prefix="hotline-tests-"))
    (made / "run").mkdir()
    yield made
    shutil.rmtree(made, ignore_errors=True)


@contextmanager
def recovering(folder: Path) -> Iterator[int]:
    """Yield a process that has the server's name and takes nobody in."""
    (folder / "apart").mkdir()
    program = shutil.copy("/bin/sleep", folder / "apart" / "postgres")
    with subprocess.Popen([program, "600"]) as waiting:
        yield waiting.pid
        waiting.kill()


def test_a_server_that_was_killed_is_started_again_and_one_that_recovers_is_let_recover(
    folder: Path,
) -> None:
    server = EmbeddedPostgres(Settings(data_dir=folder))
    url = server.start()
    note = folder / "postgres" / "postmaster.pid"
    killed = psutil.Process(int(note.read_text().splitlines()[0]))
    killed.send_signal(signal.SIGKILL)
    killed.wait(30)
    left = note.read_text().splitlines()
    with recovering(folder) as pid:
        note.write_text("\n".join([str(pid), *left[1:7], "starting"]))
        with pytest.raises(TimeoutError, match="still recovering"):
            server.ensure()
    note.write_text("\n".join(left) + "\n")
    assert server.ensure()
    assert not server.ensure()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()
