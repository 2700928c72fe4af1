"""What `hotline up` says when it can't start: one clear line, non-zero, no traceback."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.core.ports import free_port
from tests.commands import Done, forked, typed
from tests.e2e.conftest import surroundings

pytestmark = pytest.mark.e2e


def up(data_dir: Path, *arguments: str, by_hand: bool = False, **settings: str) -> Done:
    """Run `hotline up`; `by_hand`: with an interpreter of its own, which takes seconds to load."""
    environment = surroundings(
        **{f"HOTLINE_{name.upper()}": value for name, value in settings.items()}
    )
    http, sip = (free_port("127.0.0.1", each + os.getpid() % 500) for each in (13000, 14000))
    ports = ("--http-port", str(http), "--sip-port", str(sip))
    run = typed if by_hand else forked
    return run(environment, "up", "--data-dir", str(data_dir), *ports, *arguments)


def complaint(done: Done) -> str:
    assert done.code == 1, done.output + done.errors
    lines = done.errors.strip().splitlines()
    assert len(lines) == 1, done.errors
    assert "Traceback" not in done.output
    return lines[0]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_named(tmp_path: Path, taken: int) -> None:
    assert f"Port {taken} (TCP)" in complaint(up(tmp_path, "--http-port", str(taken), by_hand=True))


def test_a_taken_sip_port_is_named(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
        assert f"Port {port} (UDP)" in complaint(up(tmp_path, "--sip-port", str(port)))


def test_a_wrong_database_url_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://hotline:secret@127.0.0.1:1/hotline"
    said = complaint(up(tmp_path, by_hand=True, database_url=url))
    assert "127.0.0.1:1/hotline can't be reached" in said
    assert "secret" not in said


def test_a_url_of_another_kind_is_refused(tmp_path: Path) -> None:
    assert "HOTLINE_DATABASE_URL" in complaint(up(tmp_path, database_url="mysql://x/y"))


def test_a_newer_data_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "FORMAT").write_text("99\n")
    assert "has format 99" in complaint(up(tmp_path))


def test_a_full_disk_is_noticed_before_anything_starts(tmp_path: Path) -> None:
    assert "MB are free" in complaint(up(tmp_path, min_free_mb="999999999"))


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("")
    assert "can't be used" in complaint(up(target))


def test_a_missing_speech_model_is_named(tmp_path: Path) -> None:
    said = complaint(up(tmp_path, whisper_model=str(tmp_path / "nowhere")))
    assert "nowhere" in said


def test_a_setting_that_is_no_value_is_named(tmp_path: Path) -> None:
    assert "RTP_PORT_MIN" in complaint(up(tmp_path, rtp_port_min="many"))
