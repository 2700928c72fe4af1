"""What Kamailio is given: the site's own lines, and nothing that a setting could smuggle in."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.errors import CannotStart
from hotline.core.settings import Settings
from hotline.switch import kamailio
from hotline.switch.kamailio_rpc import Silent, ask, folder_of
from hotline.switch.workers import plan


def site(tmp_path: Path, **changes: object) -> Settings:
    return Settings(data_dir=tmp_path, **changes)  # type: ignore[arg-type]


def test_auto_is_off_where_it_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kamailio, "_installed", lambda: "")
    found = kamailio.resolve(site(tmp_path))
    assert (found.kamailio, found.proxied) == ("off", False)
    assert plan(found)[0].port == found.sip_port


def test_auto_is_its_path_where_it_is_and_workers_leave_it_the_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kamailio, "_installed", lambda: "/bin/true")
    found = kamailio.resolve(site(tmp_path, sip_port=25060))
    assert (found.kamailio, found.proxied) == ("/bin/true", True)
    found.run_dir.mkdir(parents=True)
    (found.run_dir / "media-0.json").write_text('{"pid": 1, "port": 25060}')  # of a run without it
    ports = [place.port for place in plan(found)]
    assert len(set(ports)) == found.media_workers
    assert all(port >= 25080 for port in ports)


@pytest.mark.parametrize(
    "changes",
    [{"kamailio": "/nowhere/kamailio"}, {"kamailio": "beside", "sip_host": "0.0.0.0"}],  # noqa: S104
)
def test_what_cannot_be_started_says_what_to_do(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(CannotStart) as caught:
        kamailio.resolve(site(tmp_path, **changes))
    assert "HOTLINE_KAMAILIO=off" in caught.value.remedy


@pytest.mark.parametrize("given", ["off", "auto", "beside"])
@pytest.mark.parametrize("host", ["::", "::1", "2001:db8::5"])
def test_an_address_of_the_sixth_version_is_refused_with_what_to_do(
    tmp_path: Path, given: str, host: str
) -> None:
    with pytest.raises(CannotStart) as caught:
        kamailio.resolve(site(tmp_path, kamailio=given, sip_host=host))
    assert "IPv4" in caught.value.remedy


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sip_host": "127.0.0.3", "sip_public_address": "198.51.100.4"},
        {"trunks": ""},
        {"trunks": "192.0.2.0/24 198.51.100.7"},
    ],
)
def test_kamailio_takes_the_files(tmp_path: Path, changes: dict[str, str]) -> None:
    own = kamailio.resolve(site(tmp_path, kamailio="auto", **changes))
    assert own.proxied, "kamailio is missing: apt-get install kamailio"
    done = subprocess.run(
        (own.kamailio, "-c", "-f", str(kamailio.write(own))),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    trunks = (folder_of(own) / "trunks.list").read_text().splitlines()
    assert len(trunks) == len(own.trunk_networks)


@given(st.text(alphabet='ab."!\\\n\r/ ', max_size=20))
def test_no_setting_becomes_another_line_of_the_configuration(text: str) -> None:
    own = Settings(kamailio="beside", sip_public_address=text)
    plain = kamailio.configuration(Settings(kamailio="beside", sip_public_address="x"))
    try:
        written = kamailio.configuration(own)
    except CannotStart:
        assert set(text) & set('"!\\\n\r')
        return
    assert len(written.splitlines()) == len(plain.splitlines())


def test_a_kamailio_that_is_not_there_is_silent(tmp_path: Path) -> None:
    with pytest.raises(Silent):
        ask(tmp_path, "core.uptime")
