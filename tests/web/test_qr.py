"""二维码: a picture that any page can hold, with its quiet zone."""

from xml.etree import ElementTree

from hotline.web import qr

ADDRESS = "https://12345.example.cn/t/"


def test_a_picture_has_its_quiet_zone_and_is_black_on_white() -> None:
    root = ElementTree.fromstring(qr.svg(ADDRESS))  # noqa: S314  # our own picture
    assert root.attrib["viewBox"] == "0 0 37 37"  # version 3: 29 modules, and 4 on each side
    light, dark = root
    assert (light.attrib["fill"], dark.attrib["stroke"]) == ("#fff", "#000")


def test_another_address_is_another_code() -> None:
    assert qr.svg(ADDRESS) != qr.svg(f"{ADDRESS}1")
