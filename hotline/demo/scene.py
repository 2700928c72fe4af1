"""The demo's stage: a hotline of its own on free ports, and a client signed in to it."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from hotline.core.errors import HotlineError
from hotline.core.ports import free_port
from hotline.core.settings import settings

READY_WITHIN_S = 90.0
LOOK_EVERY_S = 0.2
FIRST_HTTP, FIRST_SIP, FIRST_PHONE = 28000, 25060, 26060

T = TypeVar("T")


class DemoFailed(HotlineError):
    """A step did not happen; the demo ends with exit status 1."""

    title = "The demo failed"


@dataclass(frozen=True)
class Scene:
    """A running hotline; `phone_port` is where the demo's telephone listens."""

    client: httpx.Client
    sip_port: int
    phone_port: int
    data_dir: Path
    web: str

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON at a path below /api/v1; raise DemoFailed for anything but 200."""
        return self._body(self.client.get(f"/api/v1{path}"))

    def post(self, path: str, body: object = None, key: str = "") -> dict[str, Any]:
        """Post JSON, as the holder of a department's API key where one is given."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return self._body(self.client.post(f"/api/v1{path}", json=body, headers=headers))

    def _body(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_error:
            raise DemoFailed(
                f"{answer.request.method} {answer.request.url.path} was answered "
                f"{answer.status_code}: {answer.text}"
            )
        return dict(answer.json())


def wait_for(ask: Callable[[], T | None], what: str, *, within_s: float) -> T:
    """Return the first answer that is something; raise DemoFailed naming what did not come."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(LOOK_EVERY_S)
    raise DemoFailed(f"{what} did not happen within {within_s:.0f} s.")


@contextmanager
def stage() -> Iterator[Scene]:
    """Run `hotline up` on a fresh data folder; stop it and remove the folder at the end.

    The demo rings at any hour, and by machine: it is its own caller.
    """
    data_dir = Path(tempfile.mkdtemp(prefix="hotline-demo-"))
    http, sip = free_port("127.0.0.1", FIRST_HTTP), free_port("127.0.0.1", FIRST_SIP)
    note, log = data_dir / "ready.json", data_dir / "up.log"
    own = settings().model_copy(
        update={
            "callback_hours": "00:00-24:00",
            "callback_hours_off": "00:00-24:00",
            "callbacks_by_person": "",
            "database_url": "",
            "redis_url": "",
        }
    )
    arguments = [
        *(sys.executable, "-m", "hotline.cli", "up", "--data-dir", str(data_dir)),
        *("--http-port", str(http), "--sip-port", str(sip), "--once-ready", str(note)),
        "--auto-dispatch",
    ]
    with log.open("wb") as lines:
        process = subprocess.Popen(  # noqa: S603  # our own command
            arguments,
            env=own.child_environment(),
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _ready(process, note, log, sip)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
        shutil.rmtree(data_dir, ignore_errors=True)


def _ready(process: subprocess.Popen[bytes], note: Path, log: Path, sip_port: int) -> Scene:
    wait_for(
        lambda: note.exists() or process.poll() is not None,
        "the start of the hotline",
        within_s=READY_WITHIN_S,
    )
    if not note.exists():
        raise DemoFailed(f"The hotline did not start: {log.read_text()[-800:]}")
    body = json.loads(note.read_text())
    client = httpx.Client(
        base_url=body["urls"]["web"],
        headers={"Authorization": f"Bearer {body['admin']['token']}"},
        timeout=20,
    )
    phone_port = free_port("127.0.0.1", FIRST_PHONE)
    return Scene(client, sip_port, phone_port, Path(body["data_dir"]), body["urls"]["web"])
