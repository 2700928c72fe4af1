"""The demo's data are kept apart from a site's, and reach nobody outside."""

from datetime import datetime
from pathlib import Path

import pytest

from hotline.core import demo_mark
from hotline.core.errors import CannotStart
from hotline.core.phone import PhoneNumber
from hotline.core.settings import Settings
from hotline.demo import site
from telephony.destinations import NotAllowed, destination


def test_a_demo_lies_beside_the_site_and_uses_none_of_its_systems(
    tmp_path: Path, now: datetime
) -> None:
    real = Settings(
        data_dir=tmp_path / "data",
        database_url="postgresql://site.example/hotline",
        redis_url="redis://site.example",
        notice_url="https://sms.example",
        sip_outbound="sip:{number}@trunk.example:5060",
        trunks="192.0.2.0/24",
        secret_key="ab" * 32,
    )
    demo = site.enter(real, now=now)
    assert demo.data_dir == tmp_path / "data-demo"
    assert (demo.database_url, demo.redis_url, demo.notice_url, demo.secret_key) == ("",) * 4
    assert demo.sip_outbound.startswith("sip:{number}@127.0.0.1:")
    assert demo.trunks == "127.0.0.0/8"
    assert not (tmp_path / "data").exists()
    assert demo_mark.is_demo(demo)
    assert not demo_mark.is_demo(real)


def test_a_second_start_goes_on_with_the_same_dice(tmp_path: Path, now: datetime) -> None:
    own = Settings(data_dir=tmp_path / "data")
    first = demo_mark.read(site.enter(own, now=now, seed=7))
    assert demo_mark.read(site.enter(own, now=datetime.max.replace(tzinfo=now.tzinfo))) == first


def test_a_folder_that_somebody_else_began_is_refused(tmp_path: Path, now: datetime) -> None:
    own = Settings(data_dir=tmp_path / "data")
    (tmp_path / "data-demo").mkdir()
    (tmp_path / "data-demo" / "FORMAT").write_text("1\n")
    with pytest.raises(CannotStart, match="not the demo's"):
        site.enter(own, now=now)
    assert not (tmp_path / "data-demo" / demo_mark.NAME).exists()


def test_a_demos_folder_is_not_served_as_a_real_site(tmp_path: Path, now: datetime) -> None:
    real = Settings(data_dir=tmp_path / "data")
    site.require_real(real)
    with pytest.raises(CannotStart, match="is a demo's"):
        site.require_real(site.enter(real, now=now))


@pytest.mark.parametrize(("number", "rung"), [("+8613900002001", True), ("+8613800138000", False)])
def test_only_the_demos_own_numbers_are_rung(tmp_path: Path, number: str, rung: bool) -> None:
    demo = site.settings_of(Settings(data_dir=tmp_path / "data"))
    found = destination(PhoneNumber(number), "", demo.sip_outbound, demo.outbound_allowed)
    assert isinstance(found, str) is rung
    assert isinstance(found, NotAllowed) is not rung
