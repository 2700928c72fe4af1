"""Which layers a district has, and reading notices from files and the library."""

from datetime import date
from pathlib import Path

import pytest

from dispatch.rules.holiday_notices import CALENDARS, library_days, load_calendar, read_days
from dispatch.rules.hours import Hours, parse_spans
from dispatch.rules.layers import BadCalendar, Day, DayKind, Layer, Source, chain, stack
from dispatch.rules.sheet import BadSheet

HEADER = "layer,date,kind,name,notice,publisher,issued,found_at\n"
KNOWN = ("000000", "540000", "540100", "542500")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("000000", ("000000",)),
        ("540000", ("000000", "540000")),
        ("540100", ("000000", "540000", "540100")),
        ("540102", ("000000", "540000", "540100")),
        ("542521", ("000000", "540000", "542500")),
        ("540100/water", ("000000", "540000", "540100", "540100/water")),
    ],
)
def test_a_district_code_leads_to_its_layers(code: str, expected: tuple[str, ...]) -> None:
    assert chain(code, KNOWN) == expected


@pytest.mark.parametrize("code", ["", "54", "Lhasa", "110000", "549900", "540001", "５４０１００"])
def test_an_unknown_district_names_the_known_ones(code: str) -> None:
    with pytest.raises(BadCalendar) as refused:
        load_calendar(code)
    assert "540100" in refused.value.remedy


def test_a_layer_without_lasting_hours_cannot_be_the_whole_calendar() -> None:
    with pytest.raises(BadCalendar, match="business hours"):
        stack(
            [Layer("000000", "", (), (Hours(parse_spans("09:00-12:00"), since=date(2026, 1, 1)),))]
        )


def test_a_notice_file_is_read_with_its_source(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    line = "540100,2026-08-12,half,雪顿节,a notice,拉萨市人民政府,2026-08-01,lasa.gov.cn\n"
    path.write_text("\ufeff" + HEADER + line + "\n", encoding="utf-8")

    source = Source("a notice", "拉萨市人民政府", date(2026, 8, 1), "lasa.gov.cn")
    assert read_days(path) == (Day("540100", date(2026, 8, 12), DayKind.HALF, "雪顿节", source),)


def test_every_bad_line_is_named_and_nothing_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text(
        HEADER
        + "540100,2026-08-12,off,,n,,,\n"
        + "540100,2026-02-30,off,,n,,,\n"
        + "540100,2026-08-13,holiday,,n,,,\n"
        + "999999,2026-08-13,off,,n,,,\n"
        + "540100,2026-08-14,off,,,,,\n"
        + "540100,2026-08-12,work,,n,,,\n"
        + "540100,2026-08-15,off\n",
        encoding="utf-8",
    )
    with pytest.raises(BadSheet) as refused:
        read_days(path)

    assert [(bad.line, bad.column) for bad in refused.value.lines] == [
        (3, "date"),
        (4, "kind"),
        (5, "layer"),
        (6, "notice"),
        (7, "layer"),
        (8, "kind"),
    ]
    assert all(bad.file == str(path) and bad.remedy for bad in refused.value.lines)
    assert "off, work, half" in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"date\n", b"\xd6\xd0\n", b'layer,"date\n'])
def test_a_file_that_is_no_day_sheet_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "days.csv"
    path.write_bytes(content)
    with pytest.raises(BadSheet):
        read_days(path)


def test_packaged_days_all_name_their_source() -> None:
    packaged = [day for path in CALENDARS.glob("[0-9]*.csv") for day in read_days(path)]
    assert {(2023, "540100"), (2025, "540100"), (2026, "540100")} <= {
        (day.date.year, day.layer) for day in packaged
    }
    assert all(day.source.notice and day.source.found_at for day in packaged)
    assert {day.date.year for day in library_days()} >= set(range(2004, 2027))
