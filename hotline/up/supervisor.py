"""Everything on one machine: servers, migrations, seed data, then the processes, kept running."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import structlog
from sqlmodel import Session

from hotline.core import accounts
from hotline.core import log as logging
from hotline.core.clock import now
from hotline.core.db import connect, transaction
from hotline.core.errors import CannotStart
from hotline.core.people import login_sessions
from hotline.core.settings import Settings
from hotline.demo import cast
from hotline.demo.cast import Shown, living_command
from hotline.switch import kamailio
from hotline.up import database
from hotline.up.children import Child
from hotline.up.embedded import EmbeddedPostgres, redis_command
from hotline.up.preflight import prepare
from hotline.web import audio_door, transport

ROUND_S = 0.25
HEALTHY_WITHIN_S = 90.0
# What is loaded longest starts first.
PROCESSES = ("speech", "seats", "serve", "worker", "switch", "schedule")
KAMAILIO = "kamailio"  # where it is installed

log = structlog.get_logger()


class Supervisor:
    """Brings everything up, keeps it up, takes it down."""

    def __init__(
        self, own: Settings, *, ready_file: Path | None = None, living: bool = False
    ) -> None:
        self._own = kamailio.resolve(own)
        self._ready_file = ready_file
        self._living = living  # `--demo`: made-up people at work
        self._visitors: list[Shown] = []
        self._stopping = threading.Event()
        self._postgres: EmbeddedPostgres | None = None
        self._children: list[Child] = []

    def run(self) -> None:
        """Serve until Ctrl-C or SIGTERM; raise CannotStart when a part does not come up."""
        logging.configure("up", as_json=self._own.log_json)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())
        with prepare(self._own):
            try:
                self._start()
                while not self._stopping.wait(ROUND_S):
                    self._keep()
            finally:
                self._stop()

    def _start(self) -> None:
        began = time.monotonic()
        if not self._own.database_url:
            self._postgres = EmbeddedPostgres(self._own)
            self._own = self._own.model_copy(update={"database_url": self._postgres.start()})
            log.info("postgres.ready", embedded=True)
        environment = self._own.child_environment()
        bare = self._own.child_environment(secrets=False)
        if not self._own.redis_url:
            self._children.append(Child("redis", redis_command(self._own), bare))
        password, token = self._prepare_database()
        for name in PROCESSES:
            command = (sys.executable, "-m", "hotline.cli", name)
            self._children.append(Child(name, command, environment))
        if self._own.proxied and self._own.kamailio != kamailio.BESIDE:
            command = (sys.executable, "-m", "hotline.cli", KAMAILIO)
            self._children.append(Child(KAMAILIO, command, bare))  # hostile packets are read there
        if self._living:
            self._children.append(Child("demo", living_command(), environment))
        self._keep()
        self._wait_until_healthy()
        if self._stopping.is_set():
            return
        log.info("up.ready", took_s=round(time.monotonic() - began, 1))
        self._announce(password, token)

    def _prepare_database(self) -> tuple[str | None, str]:
        """Migrate and seed; return the first-run password, if new, and a token if one is asked."""
        engine = connect(self._own.database_address, pool=1)
        password = database.prepare(engine, self._own, now=now())
        token = ""
        if self._living:
            with transaction(engine) as session:
                self._visitors = cast.visitors(cast.enrol(session, now=now()))
        if self._ready_file:
            with transaction(engine) as session:
                token = _administrator_token(session, self._own)
        engine.dispose()
        return password, token

    def _keep(self) -> None:
        try:
            if self._postgres and self._postgres.ensure():
                log.warning("postgres.restarted")
        except (OSError, subprocess.SubprocessError) as error:
            log.error("postgres.not_started", error=str(error).splitlines()[0])
        for child in self._children:
            child.ensure()

    def _wait_until_healthy(self) -> None:
        url = f"{self._address()}/readyz"
        verify = transport.trusting(self._own)
        end = time.monotonic() + HEALTHY_WITHIN_S
        missing: object = "web: no answer"
        while time.monotonic() < end and not self._stopping.is_set():
            self._keep()
            try:
                answer = httpx.get(url, timeout=3, trust_env=False, verify=verify)
                if answer.status_code == httpx.codes.OK:
                    return
                missing = {k: v for k, v in answer.json()["parts"].items() if v != "ok"}
            except httpx.TransportError:
                missing = "web: no answer"
            self._stopping.wait(ROUND_S)
        if not self._stopping.is_set():
            raise CannotStart(
                f"Not everything came up in {HEALTHY_WITHIN_S:.0f} s: {missing}.",
                remedy="The lines above say why.",
            )

    def _announce(self, password: str | None, token: str) -> None:
        own = self._own
        lines = [
            f"网页 web      {self._address()}/console/",
            f"电话 phone    sip:12345@{own.sip_host}:{own.sip_port}",
        ]
        if own.proxied:
            lines.append(f"中继 trunks   {own.trunks or 'none'} (HOTLINE_TRUNKS)")
        if password:
            lines.append(f"首次登录 first sign-in (shown once)   admin / {password}")
        if self._living:
            lines += cast.announced(self._visitors, own.data_dir)
        sys.stdout.write("\n" + "\n".join(f"  {line}" for line in lines) + "\n\n")
        sys.stdout.flush()
        if self._ready_file:
            people = {each.part.username: each.password for each in self._visitors}
            _write_ready_file(self._ready_file, own, self._address(), password, token, people)

    def _stop(self) -> None:
        log.info("up.stopping")
        for child in reversed(self._children):
            child.stop()
        if self._postgres:
            self._postgres.stop()
        log.info("up.stopped")

    def _address(self) -> str:
        host = "127.0.0.1" if self._own.http_host == "0.0.0.0" else self._own.http_host  # noqa: S104  # a comparison
        return f"{self._own.web_scheme}://{host}:{self._own.http_port}"


def _administrator_token(session: Session, own: Settings) -> str:
    account = accounts.first_administrator(session)
    return login_sessions.open_session(session, account, hours=own.session_hours, now=now())


def _write_ready_file(
    path: Path,
    own: Settings,
    web: str,
    password: str | None,
    token: str,
    people: dict[str, str],
) -> None:
    """Write what a script needs, for its owner's eyes only, whole or not at all."""
    body = {
        "urls": {
            "web": web,
            "console": f"{web}/console/",
            "api": f"{web}/api/v1",
            "docs": f"{web}/docs",
            "sip": f"sip:12345@{own.sip_host}:{own.sip_port}",
        },
        "ports": {
            "http": own.http_port,
            "sip": own.sip_port,
            "seats": audio_door.port(own),
        },
        "admin": {
            "username": accounts.FIRST_ADMINISTRATOR,
            "password": password,
            "token": token,
        },
        "data_dir": str(own.data_dir.resolve()),
        **({"people": people} if people else {}),
    }
    partial = path.with_name(path.name + ".part")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(body, indent=2))
    partial.rename(path)
