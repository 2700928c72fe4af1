"""延期规则: the row that names a case most closely decides, and a bad line is named."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dispatch.rules.extension_policies import EXTENSIONS, load_extensions, policy_for, site_policies
from dispatch.rules.sheet import BadSheet
from dispatch.terms import RequestType, TimeClass


def test_the_closest_row_in_force_decides(tmp_path: Path, now: datetime) -> None:
    shipped = load_extensions(EXTENSIONS)
    header = EXTENSIONS.read_text(encoding="utf-8").splitlines()[0]
    own = tmp_path / "extensions.csv"
    own.write_text(
        f"{header}\n"
        "lhasa,*,*,1,10,,,notice\n"
        "lhasa,*,*,2,7,2027-01-01,,notice\n"
        "lhasa,complaint,*,0,0,,,notice\n"
        "lhasa,*,complex,2,20,,2026-12-31,notice\n",
        encoding="utf-8",
    )
    rows = site_policies(tmp_path)
    assert site_policies(tmp_path / "nowhere") == shipped

    def most(kind: RequestType, time_class: TimeClass, at: datetime = now) -> int:
        found = policy_for(kind, time_class, at, profile="lhasa", policies=rows)
        assert found
        return found.most * 100 + found.longest

    assert most(RequestType.INQUIRY, TimeClass.NORMAL) == 110
    assert most(RequestType.INQUIRY, TimeClass.NORMAL, now + timedelta(days=60)) == 207
    assert most(RequestType.COMPLAINT, TimeClass.NORMAL) == 0
    assert most(RequestType.COMPLAINT, TimeClass.COMPLEX) == 220
    elsewhere = policy_for(
        RequestType.INQUIRY, TimeClass.NORMAL, now, profile="nowhere", policies=rows
    )
    assert elsewhere is None


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("p,*,*,one,15,,,notice", "most"),
        ("p,*,*,1,0,,,notice", "longest"),
        ("p,praise,*,1,15,,,notice", "request_type"),
        ("p,*,slow,1,15,,,notice", "time_class"),
        ("p,*,*,1,15,2027-01-01,2026-01-01,notice", "until"),
        ("p,*,*,1,15,,,", "source"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, column: str) -> None:
    path = tmp_path / "extensions.csv"
    header = EXTENSIONS.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{header}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadSheet) as caught:
        load_extensions(path)
    assert [(bad.line, bad.column) for bad in caught.value.lines] == [(2, column)]
