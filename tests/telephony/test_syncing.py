"""When tapes reach the disk: every few seconds while they run, and at once when they end."""

import os
import threading
from pathlib import Path

import pytest

from telephony import syncing
from telephony.syncing import Syncing

SOON_S = 60.0  # far more than any machine takes; nothing is expected to take it


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """What reached the disk: device, file, and how long it was then."""
    seen: list[tuple[int, int, int]] = []
    real = os.fdatasync

    def watched(handle: int) -> None:
        real(handle)
        found = os.fstat(handle)
        seen.append((found.st_dev, found.st_ino, found.st_size))

    monkeypatch.setattr(os, "fdatasync", watched)
    return seen


def named(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size


def test_what_was_closed_is_on_the_disk_whole_with_its_name(
    tmp_path: Path, synced: list[tuple[int, int, int]]
) -> None:
    path = tmp_path / "a.tape"
    disk = Syncing(every_s=1000)
    with path.open("wb", buffering=0) as file:
        ended = disk.begin(file.fileno(), tmp_path)
        file.write(b"words")
    ended()
    assert disk.settle(SOON_S)
    assert named(path) in synced
    assert any(each[:2] == named(tmp_path)[:2] for each in synced)


def test_what_runs_is_synced_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, again = 0, threading.Event()

    def counted(_handle: int) -> None:
        nonlocal rounds
        rounds += 1
        if rounds > 3:
            again.set()

    monkeypatch.setattr(syncing, "_sync", counted)
    disk = Syncing(every_s=0.01)
    with (tmp_path / "a.tape").open("wb") as file:
        ended = disk.begin(file.fileno(), tmp_path)
        assert again.wait(SOON_S)
        ended()
    assert disk.settle(SOON_S)


def test_a_disk_that_refuses_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_handle: int) -> None:
        raise OSError("Input/output error")

    monkeypatch.setattr(os, "fdatasync", refused)
    disk = Syncing(every_s=0.01)
    with (tmp_path / "a.tape").open("wb") as file:
        disk.begin(file.fileno(), tmp_path / "gone")()
    assert disk.settle(SOON_S)
    with (tmp_path / "b.tape").open("wb") as file:
        disk.begin(file.fileno(), tmp_path)()
    assert disk.settle(SOON_S)


def test_no_handle_is_left_open(tmp_path: Path) -> None:
    disk, before = Syncing(every_s=1000), len(os.listdir("/proc/self/fd"))
    for number in range(20):
        with (tmp_path / f"{number}.tape").open("wb") as file:
            disk.begin(file.fileno(), tmp_path)()
    assert disk.settle(SOON_S)
    assert len(os.listdir("/proc/self/fd")) == before
