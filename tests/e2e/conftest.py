"""One hotline for all end-to-end tests: `hotline up` as its user runs it, on free ports."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from hotline.core.ports import free_port
from tests.e2e import phone
from tests.e2e.test_callbacks_telephone import PROMPT_S, silence

READY_WITHIN_S = 240
LEAST_S = 60  # no wait is shorter: a busy machine needs longer than a test thinks
STOPPED_WITHIN_S = 120
AT_ANY_HOUR = {
    "HOTLINE_CALLBACK_HOURS": "00:00-24:00",
    "HOTLINE_CALLBACK_HOURS_OFF": "00:00-24:00",
    "HOTLINE_CALLBACKS_BY_PERSON": "",
}
WRITES_DOWN = {"HOTLINE_WRAP_UP_S": "900"}  # whoever takes a call there gives it its code
# What nobody may interrupt, or nobody who is tested here does: a site's own prompts, and short.
SHORT = (
    *("notice", "leave_request", "tone", "still_there", "nothing_heard"),
    *("callback_thanks", "callback_sorry"),
)
SHARED = Path(__file__).parents[3] / "shared"


@dataclass
class Hotline:
    """A running hotline and a client signed in to it."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    sip_port: int
    client: httpx.Client
    log: Path

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON at a path below /api/v1."""
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == httpx.codes.OK, answer.text
        return dict(answer.json())

    def calls_of(self, masked_end: str) -> list[dict[str, Any]]:
        """Return the calls whose caller's masked number ends so, newest first."""
        calls = self.get("/calls?limit=200")["items"]
        return [call for call in calls if call["caller"].endswith(masked_end)]

    def ticket_of(self, masked_end: str, *, within_s: float = 60) -> dict[str, Any]:
        """Return the ticket of the newest call from this number, once it stands."""

        def number() -> str | None:
            calls = self.calls_of(masked_end)
            return calls[0]["ticket"] if calls else None

        return self.get(f"/tickets/{wait_for(number, within_s, 'no ticket')}")

    def process_named(self, name: str) -> psutil.Process:
        """Return one of the supervisor's processes, or a media worker of the switch."""
        note = self.data_dir / "run" / f"{name}.json"
        if note.exists():
            return psutil.Process(json.loads(note.read_text())["pid"])
        for child in psutil.Process(self.process.pid).children(recursive=True):
            line = child.cmdline()
            if line[-1:] == [name] or (line and line[0].startswith(f"rq:{name}:")):  # as RQ says it
                return child
        raise AssertionError(f"{name} does not run")

    def ready(self) -> bool:
        try:
            return self.client.get("/readyz").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def wait_for(ask: Callable[[], Any], within_s: float, what: str) -> Any:
    """Return the first true answer; fail with `what` when none comes in time."""
    within_s = max(within_s, LEAST_S)
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"{what} within {within_s:.0f} s")


def surroundings(**more: str) -> dict[str, str]:
    """Return the environment, without what tests inside this process have set of places."""
    places = {f"HOTLINE_{name}" for name in ("DATA_DIR", "DATABASE_URL", "REDIS_URL", "SECRET_KEY")}
    outer = {name: value for name, value in os.environ.items() if name not in places}
    # Most tests are of the workers themselves; test_kamailio.py puts it in front.
    # No wrap-up and no owed calls shown: a seat that is free is free for the next test.
    quiet = {"HOTLINE_WRAP_UP_S": "0", "HOTLINE_OWED_AFTER_S": "86400"}
    return {"HOTLINE_KAMAILIO": "off", **quiet, **outer, **more}


def start(data_dir: Path, *arguments: str) -> Hotline:
    """Start `hotline up` and wait until it says that all is healthy."""
    # From whoever else runs these tests on this machine: `make test` does so in two processes.
    apart = os.getpid() * 37 % 900
    http, sip = free_port("127.0.0.1", 18000 + apart), free_port("127.0.0.1", 15060 + 2 * apart)
    note, log = data_dir / "ready.json", data_dir / "log"
    command = [
        *(sys.executable, "-m", "hotline.cli", "up", "--data-dir", str(data_dir)),
        *("--http-port", str(http), "--sip-port", str(sip), "--once-ready", str(note)),
        *arguments,
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env=surroundings()
        )
    try:
        wait_for(lambda: note.exists() or process.poll() is not None, READY_WITHIN_S, "not ready")
        assert note.exists()
    except AssertionError as error:  # nobody else would end it, and its log says why
        process.terminate()
        process.wait(STOPPED_WITHIN_S)
        raise AssertionError(f"{error}\n{log.read_text()[-3000:]}") from None
    body = json.loads(note.read_text())
    client = httpx.Client(
        base_url=body["urls"]["web"],
        headers={"Authorization": f"Bearer {body['admin']['token']}"},
        timeout=60,
    )
    return Hotline(process, data_dir, sip, client, log)


def stop(running: Hotline) -> int:
    """Press Ctrl-C and return the exit status."""
    running.client.close()
    running.process.send_signal(signal.SIGINT)
    return running.process.wait(STOPPED_WITHIN_S)


# The hotlines that a session of tests shares.
SHARED_HOTLINES = {"hotline", "ringing"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "apart: in a file that asks for neither shared hotline")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the files that may run beside the hotlines that the others share (`make test`)."""
    asked = {
        item.path for item in items if SHARED_HOTLINES & set(getattr(item, "fixturenames", ()))
    }
    for item in items:
        if item.path not in asked and item.get_closest_marker("e2e"):
            item.add_marker("apart")


@pytest.fixture(scope="module", autouse=True)
def no_call_is_left() -> Iterator[None]:
    yield
    phone.put_down_all()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    # Not below pytest's private folder: an embedded PostgreSQL started by root steps down to a
    # user who must be able to reach it.
    return Path(tempfile.mkdtemp(prefix="hotline-e2e-"))


@pytest.fixture(scope="session")
def hotline(data_dir: Path) -> Iterator[Hotline]:
    running = start(data_dir)
    yield running
    code = stop(running)
    assert code == os.EX_OK, running.log.read_text()[-3000:]


@pytest.fixture(scope="session")
def ringing() -> Iterator[Hotline]:
    """A hotline that rings at any hour, by machine whatever the request, and says little.

    Shared, for it takes long to start: tests kill its processes, and wait until it is well again.
    """
    folder = Path(tempfile.mkdtemp(prefix="hotline-ringing-"))
    (folder / "prompts").mkdir()
    for name in SHORT:
        (folder / "prompts" / f"{name}.wav").write_bytes(silence(PROMPT_S))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (AT_ANY_HOUR | WRITES_DOWN).items():
            patch.setenv(name, value)
        running = start(folder)
    yield running
    code, log = stop(running), running.log.read_text()
    assert code == os.EX_OK, log[-3000:]
    # Even the schedule, which Redis may have forgotten by now, goes without a fault.
    assert "Traceback" not in log.partition("up.stopping")[2]


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Return the synthetic hotline calls of `../shared`; they are laid beside every checkout."""
    folder = SHARED / "data" / "speech" / "hotline"
    assert folder.exists(), f"{folder} is missing: the end-to-end tests speak its recordings"
    return folder
