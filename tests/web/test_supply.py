"""What is inside is listed whole, and an audit that did not happen is never called a clean one."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = ROOT / ".uv/bin/uv"


@pytest.fixture
def uv() -> str:
    found = str(UV) if UV.exists() else shutil.which("uv")
    assert found, "uv is not installed: run `make setup`"
    return found


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, *command),
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_package_that_is_installed_is_in_the_list(uv: str, tmp_path: Path) -> None:
    done = run(".ci/sbom.py", uv, str(tmp_path / "sbom.json"))
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "sbom.json").read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.5")
    named = {each["name"] for each in document["components"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {line.split(";")[0].strip() for line in project["dependencies"]}
    plain = {name.split("[")[0].split(">")[0].split("=")[0].split("<")[0] for name in direct}
    assert plain <= named
    assert {"htmx.org", "htmx-ext-sse"} <= named
    assert "pytest" not in named
    assert all(each.get("purl") for each in document["components"])


# A service that is not there: what this machine may reach is no part of the test.
NOWHERE = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def test_an_audit_that_could_not_happen_says_so_and_fails_when_it_must(uv: str) -> None:
    lenient = run(".ci/audit.py", uv, **NOWHERE, AUDIT_STRICT="")
    assert lenient.returncode == 0, lenient.stderr
    told = lenient.stdout.splitlines()
    assert len(told) == 1
    assert re.match(r"audit: 0 vulnerable, 0 of \d{2,} audited: advisory service unreach", told[0])
    assert "NOT audited" in told[0]
    strict = run(".ci/audit.py", uv, **NOWHERE, AUDIT_STRICT="1")
    assert strict.returncode == 1


def test_lint_lists_what_is_inside_where_git_does_not_look() -> None:
    told = subprocess.run(
        ("make", "--dry-run", "--no-print-directory", "lint"),  # noqa: S607  # whichever is there
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert ".ci/sbom.py .uv/bin/uv build/sbom.json" in told
    assert told.index(".ci/sbom.py") < told.index(".ci/audit.py")
    assert "/build/" in (ROOT / ".gitignore").read_text().splitlines()
