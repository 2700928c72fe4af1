"""Where webhooks may go: anywhere public, and nowhere else unless a site says so."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.webhooks.addresses import check_url, is_allowed, resolve
from hotline.core.errors import CannotStart, Invalid
from hotline.core.settings import read_settings

OWN = (ip_network("10.20.0.0/16"), ip_network("fd00:1::/64"))
NEVER = (
    "127.0.0.1",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",  # a cloud's metadata
    "100.100.100.200",  # Alibaba Cloud's
    "168.63.129.16",  # Azure's
    "0.0.0.0",  # noqa: S104  # an address that is refused
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",  # 127.0.0.1 behind NAT64
    "2002:7f00:1::",  # and by 6to4
)


@pytest.mark.parametrize("address", NEVER)
def test_no_address_of_a_private_network_is_allowed(address: str) -> None:
    assert not is_allowed(ip_address(address), ())
    assert not is_allowed(ip_address(address), OWN)


@pytest.mark.parametrize("address", ["1.2.4.8", "2400:3200::1", "64:ff9b::102:408"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_allowed(ip_address(address), ())


@pytest.mark.parametrize("address", ["10.20.3.4", "fd00:1::5", "::ffff:10.20.3.4"])
def test_a_site_may_name_networks_of_its_own(address: str) -> None:
    assert is_allowed(ip_address(address), OWN)
    assert not is_allowed(ip_address(address), ())


@given(st.ip_addresses())
def test_what_is_allowed_without_leave_is_public(address: object) -> None:
    found = ip_address(str(address))
    if is_allowed(found, ()):
        assert found.is_global
        assert not found.is_private


@pytest.mark.parametrize(
    "url",
    [
        "http://oa.example.gov.cn/hook",  # no https
        "ftp://oa.example.gov.cn/hook",
        "https:///hook",
        "https://user:word@oa.example.gov.cn/hook",
        "https://oa.example.gov.cn/hook#part",
        "https://oa.example.gov.cn:99999/hook",
        "https://[::1/hook",
        "https://127.0.0.1/hook",
        "https://[fe80::1]/hook",
        "https://政务.example/hook",
        "https://oa.example.gov.cn/a b",
        "https://oa.example.gov.cn/" + "x" * 500,
        "javascript:alert(1)",
        "",
    ],
)
def test_what_would_never_be_sent_to_is_refused_when_it_is_named(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url, ())
    assert refused.value.remedy


def test_http_may_be_named_where_a_site_has_networks_of_its_own() -> None:
    assert check_url("http://10.20.0.7:8080/hook", OWN).port == 8080
    assert check_url("https://oa.example.gov.cn/hook", ()).hostname == "oa.example.gov.cn"


def test_a_name_stands_for_its_addresses_the_fourth_version_first() -> None:
    found = resolve("localhost", 80)
    assert str(found[0]) == "127.0.0.1"


def test_a_setting_that_names_no_network_stops_the_start() -> None:
    with pytest.raises(CannotStart, match="does not appear to be"):
        read_settings({"webhook_allowed": "10.0.0"})
    assert read_settings({"webhook_allowed": "10.0.0.0/8 ::1/128"}).webhook_networks
