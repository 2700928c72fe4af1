"""HTTPS for anything but this machine: by TLS files, or through a proxy that is named."""

import os
import ssl
import stat
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from hotline.core.clock import now
from hotline.core.errors import CannotStart
from hotline.core.ports import free_port
from hotline.core.settings import Settings, read_settings
from hotline.web import certificates
from hotline.web.transport import require_safe, trusting
from tests.web.conftest import Serve

pytestmark = pytest.mark.long

ANY = "0.0.0.0"  # noqa: S104  # what is refused
PAGE = "/openapi.json"
WAITS_S = 60.0  # the document is made at the first request for it
ask = partial(httpx.get, timeout=WAITS_S)


def start(own: Settings, command: str, **given: str) -> subprocess.CompletedProcess[str]:
    environment = {**own.child_environment(), **given}
    argv = (sys.executable, "-m", "hotline.cli", command)
    return subprocess.run(
        argv, env=environment, capture_output=True, text=True, check=False, timeout=240
    )


@pytest.mark.parametrize("command", ["serve", "up"])
def test_it_does_not_start_in_the_clear_for_others(own: Settings, command: str) -> None:
    port = str(free_port("127.0.0.1", 12450))
    refused = start(own, command, HOTLINE_HTTP_HOST=ANY, HOTLINE_HTTP_PORT=port)
    assert refused.returncode == 1
    assert "in the clear" in refused.stderr
    assert "HOTLINE_TLS_CERT" in refused.stderr
    assert "HOTLINE_BEHIND_PROXY" in refused.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_needs_no_certificate(own: Settings, host: str) -> None:
    require_safe(own.model_copy(update={"http_host": host}))


@pytest.mark.parametrize("host", [ANY, "::", "10.1.2.3", "hotline.example", ""])
def test_others_do_unless_a_proxy_is_named(own: Settings, host: str) -> None:
    site = own.model_copy(update={"http_host": host})
    with pytest.raises(CannotStart, match="in the clear"):
        require_safe(site)
    require_safe(site.model_copy(update={"behind_proxy": "10.0.0.0/8"}))


def test_files_that_are_no_pair_are_named_at_the_start(
    own: Settings, tls: dict[str, Path], tmp_path: Path
) -> None:
    other = certificates.ensure(tmp_path / "other", now=now())[1]
    for key in (tmp_path / "none.pem", other):
        site = own.model_copy(update={**tls, "tls_key": key})
        with pytest.raises(CannotStart, match="no certificate and its key"):
            require_safe(site)


@pytest.mark.parametrize("given", [{"tls_cert": "x.pem"}, {"behind_proxy": "10.0.0.0/8 elsewhere"}])
def test_half_a_setting_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(CannotStart):
        read_settings(given)


def test_over_tls_the_answer_says_to_come_back_so_and_only_modern_tls_is_spoken(
    serve: Serve, own: Settings, tls: dict[str, Path]
) -> None:
    _, port = serve(**tls)
    verified = trusting(own.model_copy(update=tls))
    with httpx.Client(verify=verified, timeout=WAITS_S) as client:
        answer = client.get(
            f"https://127.0.0.1:{port}{PAGE}", headers={"Host": "hotline.lasa.example"}
        )
        local = client.get(f"https://127.0.0.1:{port}{PAGE}")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in local.headers  # a developer's machine is not bound
    assert "server" not in answer.headers
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(httpx.ConnectError):
        ask(f"https://127.0.0.1:{port}{PAGE}", verify=old)


def test_a_browser_is_shown_a_certificate_for_localhost(serve: Serve, tls: dict[str, Path]) -> None:
    _, port = serve(**tls)
    strict = ssl.create_default_context(cafile=str(tls["tls_cert"]))
    strict.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    assert ask(f"https://localhost:{port}{PAGE}", verify=strict).status_code == 200


FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


def test_a_named_proxy_is_believed(serve: Serve) -> None:
    host, port = serve(behind_proxy="127.0.0.0/8")
    headers = {**FORWARDED, "Host": "hotline.lasa.example"}
    secure = ask(f"http://{host}:{port}{PAGE}", headers=headers)
    assert secure.status_code == 200
    assert "Strict-Transport-Security" in secure.headers
    clear = ask(f"http://{host}:{port}{PAGE}", headers={**FORWARDED, "X-Forwarded-Proto": "http"})
    assert clear.status_code == 403
    assert clear.headers["content-type"] == "application/problem+json"
    assert "https" in clear.json()["remedy"]


def test_nobody_else_is_believed(serve: Serve) -> None:
    for proxies in ("", "10.9.0.0/16"):
        host, port = serve(behind_proxy=proxies)
        answer = ask(f"http://{host}:{port}{PAGE}", headers={**FORWARDED, "Host": "x.example"})
        assert "Strict-Transport-Security" not in answer.headers


def test_the_certificate_is_kept_until_it_must_be_made_anew(tmp_path: Path) -> None:
    certificate, key = certificates.ensure(tmp_path, now=now())
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600
    first = certificate.read_bytes()
    assert x509.load_pem_x509_certificate(first).extensions
    certificates.ensure(tmp_path, now=now())
    assert certificate.read_bytes() == first
    certificates.ensure(tmp_path, ("hotline.test",), now=now())
    second = certificate.read_bytes()
    assert second != first
    certificates.ensure(tmp_path, ("hotline.test",), now=now() + timedelta(days=390))
    assert certificate.read_bytes() != second


def test_the_command_makes_one_and_names_the_settings(own: Settings, tmp_path: Path) -> None:
    done = start(own, "certificate", HOTLINE_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    told = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    given = {"tls_cert": told["HOTLINE_TLS_CERT"], "tls_key": told["HOTLINE_TLS_KEY"]}
    require_safe(read_settings({**given, "http_host": ANY}))
    assert certificates.fingerprint(Path(given["tls_cert"])) in done.stdout
