"""Reports that nobody took outlive their worker."""

import os
from pathlib import Path

from telephony import spool
from telephony.commands import (
    CallEnded,
    CallRefused,
    Message,
)

REFUSED = CallRefused("1", "media-0.1", "13989001234", "12345", "abc", "busy", "")
ENDED = CallEnded("2", "message_left", 3.0, 0, "")


def test_what_was_left_is_read_by_the_next_switch_in_order(tmp_path: Path) -> None:
    spool.write(tmp_path, "media-1.2", [ENDED])
    spool.write(tmp_path, "media-0.1", [REFUSED, ENDED])
    os.utime(tmp_path / "reports-media-1.2.jsonl", (2e9, 2e9))
    left: list[tuple[str, list[Message]]] = [
        (path.name, reports) for path, reports in spool.read(tmp_path)
    ]
    assert left == [
        ("reports-media-0.1.jsonl", [REFUSED, ENDED]),
        ("reports-media-1.2.jsonl", [ENDED]),
    ]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_file_stays_until_its_reader_deletes_it(tmp_path: Path) -> None:
    spool.write(tmp_path, "media-0.1", [REFUSED])
    for path, _ in spool.read(tmp_path) and spool.read(tmp_path):
        path.unlink()
    assert spool.read(tmp_path) == []


def test_an_unreadable_file_is_put_aside_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "reports-media-9.9.jsonl").write_bytes(b'{"type": "CallRefused", "seq": 1}\n[]\n')
    spool.write(tmp_path, "media-0.1", [REFUSED])
    assert [reports for _, reports in spool.read(tmp_path)] == [[REFUSED]]
    assert (tmp_path / "reports-media-9.9.unreadable").exists()


def test_nothing_is_left_by_a_worker_that_could_tell_everything(tmp_path: Path) -> None:
    assert spool.read(tmp_path) == []
    assert spool.read(tmp_path / "not there") == []
