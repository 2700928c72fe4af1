"""A provider of its own process, and a browser on the app that is set to use it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hotline.core import settings as core_settings
from hotline.core.people import oidc
from tests.api.conftest import anonymous, client
from tests.people.provider import CLIENT, SECRET

__all__ = ["anonymous", "client"]

ROLES = """
[[person]]
claim = "hotline-agents"
role = "agent"

[[person]]
claim = "urban-leaders"
role = "department_leader"
department = "540102-urban"
district = "540102"
clearance = "internal"

[[person]]
claim = "ghosts"
role = "department_leader"
department = "540102-no-such"
"""


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The address of a provider that runs."""
    command = [sys.executable, "-m", "tests.people.provider"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture
def site(issuer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The settings of a site that uses the provider."""
    roles = tmp_path / "roles.toml"
    roles.write_text(ROLES, encoding="utf-8")
    for name, value in {
        "ISSUER": issuer,
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
        "ROLES": str(roles),
    }.items():
        monkeypatch.setenv(f"HOTLINE_OIDC_{name}", value)
    monkeypatch.setattr(oidc, "TIMEOUT_S", 60.0)  # a busy machine's provider is slow
    core_settings.settings.cache_clear()
    yield issuer
    monkeypatch.undo()
    core_settings.settings.cache_clear()


def told(issuer: str, *, fault: str = "", **who: Any) -> None:
    """Tell the provider who signs in next, and how it is to misbehave."""
    known = {"sub": "person-1", "preferred_username": "dawa", "name": "达瓦"}
    held = {"groups": ["staff", "hotline-agents"]}
    body = {"who": {**known, **held, **who}, "fault": fault}
    httpx.post(f"{issuer}/control", json=body, timeout=60).raise_for_status()
