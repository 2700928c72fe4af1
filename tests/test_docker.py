"""The container files: linted for real, and held against the code they start."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
import yaml  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import Engine, make_url

from hotline.cli import app
from hotline.core.settings import Settings
from hotline.up.supervisor import KAMAILIO
from hotline.up.supervisor import PROCESSES as ALWAYS

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
PROCESSES = (*ALWAYS, KAMAILIO)
DOCKERFILE = ROOT / "docker/Dockerfile"
COMPOSE = ROOT / "docker/compose.yaml"
README = ROOT / "docker/README.md"
YAMLLINT = "{extends: default, rules: {line-length: {max: 100}, document-start: disable}}"
PINNED = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?[\w.-]*(@sha256:[0-9a-f]{64})?")


def lint(tool: str, *arguments: str) -> None:
    """Run a linter of this environment; its complaints fail the test."""
    path = shutil.which(tool, path=str(Path(sys.executable).parent))
    assert path, f"{tool} is not installed: run `make setup`"
    done = subprocess.run((path, *arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(COMPOSE.read_text())["services"])


def hotline_commands(services: dict[str, dict[str, Any]]) -> list[str]:
    ours = [one["command"] for one in services.values() if one["image"].startswith("hotline:")]
    assert all(command[0] == "hotline" and len(command) == 2 for command in ours)
    return [command[1] for command in ours]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    lint("hadolint", "--no-color", str(DOCKERFILE))


def test_yamllint_finds_nothing_in_the_compose_file() -> None:
    lint("yamllint", "--strict", "-d", YAMLLINT, str(COMPOSE))


@pytest.mark.parametrize("path", [DOCKERFILE, COMPOSE, README], ids=lambda path: path.name)
def test_every_hotline_variable_is_a_setting(path: Path) -> None:
    named = set(re.findall(r"\bHOTLINE_([A-Z_]+)", path.read_text()))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}


def test_every_hotline_command_exists(services: dict[str, dict[str, Any]]) -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # a group
    in_dockerfile = re.findall(r'\["hotline", "([\w-]+)"\]', DOCKERFILE.read_text())
    in_dockerfile += re.findall(r"bin/hotline ([\w-]+)", DOCKERFILE.read_text())
    assert sorted(in_dockerfile) == ["prepare", "serve"]
    assert {*in_dockerfile, *hotline_commands(services)} <= known


def test_the_containers_run_what_up_runs_after_one_migration(
    services: dict[str, dict[str, Any]],
) -> None:
    assert sorted(hotline_commands(services)) == sorted((*PROCESSES, "migrate"))
    for process in PROCESSES:
        conditions = {on: how["condition"] for on, how in services[process]["depends_on"].items()}
        assert conditions["migrate"] == "service_completed_successfully"
        assert services[process]["restart"] == "unless-stopped"
    assert services["migrate"]["restart"] == "no"


def test_every_image_is_pinned_to_a_release(services: dict[str, dict[str, Any]]) -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE.read_text(), re.MULTILINE)
    assert len(set(bases)) == 1, "both stages stand on one Python"
    for image in [*bases, *(one["image"] for one in services.values())]:
        assert PINNED.fullmatch(image), f"{image} may change under us"


def test_uv_is_the_one_that_make_uses() -> None:
    in_makefile = re.search(r"^UV_VERSION := (\S+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    in_dockerfile = re.search(r"^ARG UV_VERSION=(\S+)", DOCKERFILE.read_text(), re.MULTILINE)
    assert in_makefile
    assert in_dockerfile
    assert in_makefile[1] == in_dockerfile[1]


def test_nothing_starts_without_its_secrets() -> None:
    text = COMPOSE.read_text()
    for name in ("HOTLINE_SECRET_KEY", "HOTLINE_SIP_HOST", "POSTGRES_PASSWORD"):
        assert re.findall(rf"\$\{{{name}\b(?!:\?)", text) == []
        assert f"${{{name}:?" in text


def test_the_image_holds_every_package_and_no_private_file() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = project["tool"]["setuptools"]["packages"]["find"]["include"]
    files = ["pyproject.toml", "uv.lock", "package.json", "package-lock.json"]
    files.append(project["project"]["readme"])
    files += project["project"]["license-files"]
    kept = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert "*" in lines
    assert sorted(kept) == sorted([*files, *(name.rstrip("*") for name in packages)])


def test_exposed_ports_are_those_of_the_settings() -> None:
    exposed = re.search(r"^EXPOSE (.+)$", DOCKERFILE.read_text(), re.MULTILINE)
    assert exposed
    default = {name: field.default for name, field in Settings.model_fields.items()}
    sip = f"{default['sip_port']}-{default['sip_port'] + default['media_workers'] - 1}"
    rtp = f"{default['rtp_port_min']}-{default['rtp_port_max']}"
    assert set(exposed[1].split()) == {
        f"{default['http_port']}/tcp",
        f"{sip}/udp",
        f"{sip}/tcp",
        f"{rtp}/udp",
    }


@pytest.fixture
def empty_database(engine: Engine) -> str:
    """Return the URL of a database without a table, beside the tests' own."""
    url = engine.url.set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS for_migrate")
        connection.execute("CREATE DATABASE for_migrate")
    return make_url(url).set(database="for_migrate").render_as_string(hide_password=False)


def migrate(own: Settings, database_url: str, **other: str) -> subprocess.CompletedProcess[str]:
    environment = {**own.child_environment(), "HOTLINE_DATABASE_URL": database_url, **other}
    command = (sys.executable, "-m", "hotline.cli", "migrate")
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_migrate_prints_the_first_password_once(own: Settings, empty_database: str) -> None:
    first, second = migrate(own, empty_database), migrate(own, empty_database)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert re.search(r"admin / \S{16}$", first.stdout, re.MULTILINE)
    assert "admin" not in second.stdout


def test_migrate_refuses_a_malformed_secret_key(own: Settings, empty_database: str) -> None:
    refused = migrate(own, empty_database, **{"HOTLINE_SECRET_KEY": "short"})
    assert refused.returncode == 1
    assert "HOTLINE_SECRET_KEY" in refused.stderr
    assert refused.stderr.count("\n") == 1
