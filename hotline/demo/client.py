"""Somebody of the demo at the hotline's own API, signed in like anybody else."""

from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from sqlalchemy import Engine

from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.people import login_sessions
from hotline.core.settings import Settings
from hotline.demo import cast
from hotline.web import transport

API = "/api/v1"
TIMEOUT_S = 30.0
HOURS = 24 * 14  # a demo is left running over the weekend

log = structlog.get_logger()


@dataclass(frozen=True)
class Colleague:
    """One played person; what is refused is told in the log and changes nothing."""

    name: str
    http: httpx.Client

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """Return the JSON below the API; nothing for what is refused."""
        return self._body(self.http.get(f"{API}{path}", params=params))

    def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return the items of a list below the API."""
        return list(self.get(path, **params).get("items", ()))

    def post(self, path: str, body: object = None) -> dict[str, Any]:
        """Post JSON and return the answer; nothing for what is refused."""
        return self._body(self.http.post(f"{API}{path}", json=body))

    def put(self, path: str, body: object) -> dict[str, Any]:
        """Put JSON and return the answer; nothing for what is refused."""
        return self._body(self.http.put(f"{API}{path}", json=body))

    def _body(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.is_error:
            path = answer.request.url.path
            title = answer.text[:200]
            log.info("demo.refused", who=self.name, path=path, code=answer.status_code, said=title)
            return {}
        return dict(answer.json()) if answer.content else {}


def address(own: Settings) -> str:
    """Return the web's address on this machine."""
    host = "127.0.0.1" if own.http_host == "0.0.0.0" else own.http_host  # noqa: S104  # a comparison
    return f"{own.web_scheme}://{host}:{own.http_port}"


def connection(own: Settings) -> httpx.Client:
    """Return a connection of one's own to the web."""
    verify = transport.trusting(own)
    return httpx.Client(base_url=address(own), timeout=TIMEOUT_S, trust_env=False, verify=verify)


def sign_in(engine: Engine, own: Settings, name: str) -> Colleague:
    """Return the played person with a session of their own; they have no password."""
    with transaction(engine) as session:
        account = cast.played(session, name)
        token = login_sessions.open_session(
            session, account, hours=HOURS, now=now(), device="hotline demo"
        )
    http = connection(own)
    http.headers["Authorization"] = f"Bearer {token}"
    return Colleague(name, http)
