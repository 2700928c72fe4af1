"""The documented proxies: valid where their program is at hand, and as the hotline expects them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hotline.web.bodies import LONGEST_MB
from tests.test_docker import ROOT

CADDY = ROOT / "docker/Caddyfile"
NGINX = ROOT / "docker/nginx.conf"


def test_caddy_takes_its_file() -> None:
    program = shutil.which("caddy")
    if not program:
        pytest.skip("caddy is not installed here: apt-get install caddy")
    command = (program, "validate", "--adapter", "caddyfile", "--config", str(CADDY))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not program:
        pytest.skip("nginx is not installed here: apt-get install nginx-light")
    around = tmp_path / "nginx.conf"
    around.write_text(f"events {{}}\nhttp {{\n{NGINX.read_text()}\n}}\n")
    done = subprocess.run(
        (program, "-t", "-c", str(around)), capture_output=True, text=True, check=False
    )
    assert "syntax is ok" in done.stderr or "cannot load certificate" in done.stderr


@pytest.mark.parametrize("path", [CADDY, NGINX])
def test_a_proxy_passes_what_the_hotline_takes(path: Path) -> None:
    text = path.read_text()
    largest = max(most for _, most in LONGEST_MB)
    assert re.search(rf"(max_size|client_max_body_size) {largest}(MB|m)", text)
    assert "127.0.0.1:8000" in text
    assert "HOTLINE_BEHIND_PROXY=127.0.0.1" in text


def test_nginx_writes_the_forwarding_headers_anew_and_keeps_the_host() -> None:
    text = NGINX.read_text()
    for line in (
        "proxy_set_header Host $host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_buffering off;",
    ):
        assert line in text


@pytest.mark.parametrize("path", [CADDY, NGINX])
def test_a_proxys_log_holds_no_path(path: Path) -> None:
    text = path.read_text()
    assert "request>uri delete" in text or "$request_method $status" in text
    assert "$request_uri $status" not in text
