"""Which part of a recording a player is given."""

import pytest

from hotline.web.ranges import NoSuchPart, part_of


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        (None, None),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-500", (90, 100)),
        ("bytes=-30", (70, 100)),
        ("bytes=-300", (0, 100)),
        ("bytes=-", None),
        ("bytes=1-2,5-6", None),
        ("lines=1-2", None),
    ],
)
def test_the_part_that_is_asked_for(asked: str | None, part: tuple[int, int] | None) -> None:
    assert part_of(asked, 100) == part


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=20-10", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(asked: str) -> None:
    with pytest.raises(NoSuchPart):
        part_of(asked, 100)
