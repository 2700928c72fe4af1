"""A process that dies at an upload leaves nothing of it that could be opened."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.attachments import receiving, sweeps
from dispatch.attachments.nameless import nameless, reached_by
from dispatch.attachments.receiving import House
from dispatch.attachments.scanners import CommandScanner, Verdict
from hotline.core import clock
from hotline.core.workbench.refusals import Limits

SECRET = b"NOBODY MAY READ THIS " * 20_000
# Receives a file, and waits when it is examined.
HELD = """
import io, sys, time
from pathlib import Path
from dispatch.attachments import receiving
from hotline.core.workbench.refusals import Limits

class Waits:
    def scan(self, path):
        assert b"NOBODY MAY READ" in path.read_bytes()
        print("held", flush=True)
        time.sleep(60)

house = receiving.House(Path(sys.argv[1]), 20, 50, Limits(), Waits(), 1)
with receiving.received(io.BytesIO(b"NOBODY MAY READ THIS " * 20_000), "a.txt", house):
    pass
"""


def lying(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_an_upload_cut_off_by_a_kill_leaves_no_file(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HELD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"held\n"
        assert lying(tmp_path) == []  # not even meanwhile
        process.send_signal(signal.SIGKILL)
    assert lying(tmp_path) == []


def test_a_nameless_file_is_reached_by_who_holds_it(tmp_path: Path) -> None:
    with nameless(tmp_path) as handle:
        reached_by(handle).write_bytes(SECRET)
        assert reached_by(handle).read_bytes() == SECRET
        assert os.stat(handle).st_nlink == 0
        read = [sys.executable, "-c", f"print(len(open('/proc/self/fd/{handle}','rb').read()))"]
        told = subprocess.run(read, pass_fds=[handle], capture_output=True, check=True)
    assert int(told.stdout) == len(SECRET)


@pytest.fixture
def house(tmp_path: Path) -> House:
    scanner = CommandScanner('sh -c \'cp "$0" "$0".seen && exit 0\'', 5, tmp_path / "incoming")
    return House(tmp_path, 20, 50, Limits(), scanner, 1)


def test_a_scanners_command_is_shown_a_name_that_is_gone_afterwards(house: House) -> None:
    with receiving.workplace(house) as handle:
        reached_by(handle).write_bytes(SECRET)
        assert house.scanner.scan(reached_by(handle)) is Verdict.CLEAN
    assert lying(house.folder) == []


def test_what_a_killed_scan_left_is_removed_soon_and_what_is_scanned_now_stays(
    house: House,
) -> None:
    left, young = house.incoming / "left", house.incoming / "young"
    for folder in (left, young):
        folder.mkdir(parents=True)
        (folder / "clean").write_bytes(SECRET)
    long_ago = time.time() - 100
    os.utime(left, (long_ago, long_ago))
    sweeps.clear_abandoned(house, before=clock.now() - timedelta(seconds=80))
    assert lying(house.folder) == [young / "clean"]
