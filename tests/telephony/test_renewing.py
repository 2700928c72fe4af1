"""A site's recording is said in the next call; a file that no call could play changes nothing."""

import os
from pathlib import Path

from telephony.media import load_prompts
from telephony.renewing import Renewing
from telephony.site_prompts import SHIPPED


def shipped(name: str) -> bytes:
    return (SHIPPED / f"{name}.wav").read_bytes()


def renewing(folder: Path) -> Renewing:
    folder.mkdir()
    return Renewing(SHIPPED, folder, load_prompts)


def test_a_new_recording_is_taken_up_and_taken_back(tmp_path: Path) -> None:
    worker = renewing(tmp_path / "prompts")
    known, before = worker.prompts, worker.prompts["notice"]
    assert not worker.renew()
    (tmp_path / "prompts" / "notice.wav").write_bytes(shipped("busy"))
    (tmp_path / "prompts" / "notice_bo.wav").write_bytes(shipped("goodbye"))
    assert worker.renew()
    assert known["notice"] == known["busy"] != before
    assert known["notice_bo"] == known["goodbye"]
    assert not worker.renew()
    for name in ("notice", "notice_bo"):
        (tmp_path / "prompts" / f"{name}.wav").unlink()
    assert worker.renew()
    assert known["notice"] == before
    assert "notice_bo" not in known


def test_a_recording_that_was_only_replaced_is_noticed(tmp_path: Path) -> None:
    worker = renewing(tmp_path / "prompts")
    file = tmp_path / "prompts" / "notice.wav"
    file.write_bytes(shipped("busy"))
    assert worker.renew()
    file.write_bytes(shipped("goodbye"))
    os.utime(file, ns=(1, 1))
    assert worker.renew()
    assert worker.prompts["notice"] == worker.prompts["goodbye"]


def test_a_broken_file_leaves_what_was_said(tmp_path: Path) -> None:
    worker = renewing(tmp_path / "prompts")
    before = worker.prompts["notice"]
    (tmp_path / "prompts" / "notice.wav").write_bytes(b"no sound at all")
    assert not worker.renew()
    assert worker.prompts["notice"] is before
    (tmp_path / "prompts" / "notice.wav").write_bytes(shipped("busy"))
    assert worker.renew()


def test_what_only_waits_is_not_said(tmp_path: Path) -> None:
    worker = renewing(tmp_path / "prompts")
    (tmp_path / "prompts" / "waiting").mkdir()
    (tmp_path / "prompts" / "waiting" / "notice.wav").write_bytes(shipped("busy"))
    assert not worker.renew()
