"""材料目录: a line in its parts, and back; older lines are read as well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.items.materials import Form, Material, in_order, read, written
from knowledge.items.seeding import packaged

WORDS = st.text("居民身份证户口簿申请表书房屋", min_size=1, max_size=8)
MATERIALS = st.builds(
    Material,
    name=WORDS,
    form=st.none() | st.sampled_from(Form),
    copies=st.integers(0, 99),
    issuer=st.just("") | WORDS,
    later=st.booleans(),
    note=st.just("") | WORDS,
)


@given(MATERIALS)
def test_what_is_written_is_read_again(material: Material) -> None:
    assert read(written(material)) == material
    assert in_order(written(material)) == written(material)


@pytest.mark.parametrize(
    ("line", "material"),
    [
        ("申请表", Material("申请表")),
        ("身份证（原件）", Material("身份证", Form.ORIGINAL)),
        ("身份证(复印件,一式两份)", Material("身份证", Form.COPY, 2)),
        ("身份证（原件、复印件；可后补）", Material("身份证", Form.BOTH, later=True)),
        ("证明（由村委会出具，当地要求的）", Material("证明", issuer="村委会", note="当地要求的")),
        ("营业执照（能联网核查的不用）", Material("营业执照", note="能联网核查的不用")),
        ("（原件）", Material("（原件）")),
    ],
)
def test_lines_as_people_write_them(line: str, material: Material) -> None:
    assert read(line) == material


def test_no_packaged_line_loses_a_word() -> None:
    lines = [line for _, content in packaged() for line in content.materials]
    assert len(lines) > 100
    assert all(sorted(in_order(line)) == sorted(line) for line in lines)
