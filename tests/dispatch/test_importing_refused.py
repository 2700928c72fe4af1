"""What an import refuses, in words that repeat nothing personal."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, func, select
from typer.testing import CliRunner

from dispatch import numbers
from dispatch.models import Ticket
from dispatch.taking_over import importing
from dispatch.taking_over.import_mapping import BadMapping, ColumnMapping, parse_mapping
from dispatch.taking_over.import_reading import SHOWN, BadImport
from hotline.cli import app
from tests.dispatch.import_scene import (
    CLOSED,
    DISPATCHED,
    HEADINGS,
    MAPPING,
    OPEN,
    REPLY,
    WORDS,
    check,
    take_in,
    written,
)
from tests.factories import create_ticket

BAD = [
    ({"受理时间": "昨天"}, "受理时间", "a text of 2 characters"),
    ({"受理时间": "2026-11-26 09:00"}, "受理时间", "It must have passed"),
    ({"来电号码": "不愿透露姓名"}, "来电号码", "telephone number"),
    ({"状态": "打回"}, "状态", "one of registered, dispatched"),
    ({"状态": ""}, "状态", "Every ticket has a status"),
    ({"诉求内容": " "}, "诉求内容", "here is nothing"),
    ({"承办单位": "某某局"}, "承办单位", "under [values.department]"),
    ({"派单时间": "2026-11-23 09:00"}, "派单时间", "step before it"),
    ({"工单编号": "JX 1"}, "工单编号", "40 letters"),
    ({"工单编号": "261125" + "00001" + numbers.check_digit("26112500001")}, "工单编号", "to give"),
    ({"满意度": "满意"}, "满意度", "Only a closed ticket"),
    ({"状态": "已办结", "答复内容": REPLY}, "答复时间", "A reply has"),
    ({"诉求内容": "井盖\0破了"}, "诉求内容", "NUL"),
    ({"区县": "别处"}, "区县", "under [values.district]"),
]


@pytest.mark.parametrize(("change", "column", "said"), BAD)
def test_a_bad_line_is_named_with_its_row_and_column(
    session: Session,
    tmp_path: Path,
    mapping: ColumnMapping,
    now: datetime,
    change: dict[str, str],
    column: str,
    said: str,
) -> None:
    path = written(tmp_path, CLOSED | {"工单编号": "JX-0009"}, DISPATCHED | change)
    with pytest.raises(BadImport) as refused:
        take_in(session, path, mapping, now)
    (line,) = refused.value.bad.lines
    assert line.startswith(f"old.csv, row 3, column {column}: ")
    assert said in line


def test_an_error_repeats_nothing_personal(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    private = "13989005678"
    columns = [each for each in HEADINGS if each not in ("工单编号", "诉求内容", "来电号码")]
    lines = [CLOSED | {"工单编号": f"JX-{n}", column: private} for n, column in enumerate(columns)]
    texts = [CLOSED | {"工单编号": f"JY-{n}", c: WORDS} for n, c in enumerate(columns)]
    with pytest.raises(BadImport) as refused:
        check(session, written(tmp_path, *lines, *texts, OPEN | {"来电号码": WORDS}), mapping, now)
    assert refused.value.bad.count > 10
    assert private not in str(refused.value)
    assert "井盖" not in str(refused.value)


def test_long_lists_of_errors_are_cut(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    lines = [OPEN | {"工单编号": f"JX-{n}", "状态": "打回"} for n in range(SHOWN + 312)]
    with pytest.raises(BadImport, match="… and 312 more"):
        check(session, written(tmp_path, *lines), mapping, now)


def test_a_bad_line_at_the_end_takes_back_what_was_written(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    lines = [OPEN | {"工单编号": f"JX-{n}"} for n in range(importing.BATCH)]
    path = written(tmp_path, *lines, OPEN | {"工单编号": "JX-bad", "状态": "打回"})
    before = session.exec(select(func.count()).select_from(Ticket)).one()
    with pytest.raises(BadImport, match="row 502"), session.begin_nested():
        take_in(session, path, mapping, now)
    assert session.exec(select(func.count()).select_from(Ticket)).one() == before


def test_a_number_that_is_taken_is_refused(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    ours = create_ticket(session, now=now - timedelta(days=2))
    lines = [OPEN | {"工单编号": ours.number}, OPEN, OPEN]
    with pytest.raises(BadImport) as refused:
        check(session, written(tmp_path, *lines), mapping, now)
    assert [line[:13] for line in sorted(refused.value.bad.lines)] == [
        "old.csv, row ",
        "old.csv, row ",
    ]
    assert "of another origin" in str(refused.value)
    assert "An earlier line" in str(refused.value)


def test_a_ticket_that_was_imported_is_not_changed_by_a_later_file(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, OPEN), mapping, now)
    with pytest.raises(BadImport, match="imported with other contents"):
        take_in(session, written(tmp_path, DISPATCHED), mapping, now)


def test_a_check_writes_nothing(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    report = check(session, written(tmp_path, OPEN), mapping, now)
    assert report.added == 1
    assert session.exec(select(Ticket).where(Ticket.number == "JX-0001")).first() is None


def test_a_heading_that_is_missing_is_named(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    path = tmp_path / "old.csv"
    path.write_text("工单编号,受理时间\nJX-1,2026-11-24\n", encoding="gb18030")
    with pytest.raises(BadImport, match="row 1, column 诉求内容: The heading stands nowhere"):
        check(session, path, mapping, now)


@pytest.mark.parametrize(
    "arguments",
    [
        ("tickets", "old.csv"),
        ("departments", "old.csv", "--mapping", "mapping.toml"),
        ("calendar", "old.csv", "--check"),
    ],
)
def test_a_mapping_and_tickets_belong_together(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(app, ["import", *arguments]).exit_code == 2


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('origin = "旧热线系统"', "", "`origin` must name"),
        ('number = "工单编号"', "", "names no number"),
        ('status = "状态"', "", "nothing says a ticket's status"),
        ("[defaults]", "[defaults]\ntext = '同样'", "the same text"),
        ("[defaults]", "[defaults]\ncolour = 'x'", "colour means nothing"),
        ("[values.status]", "[values.state]", "values.state means nothing"),
        ("origin", "timezone = 'Lhasa/Nowhere'\norigin", "no time zone"),
        ("origin", "formats = ['%d']\norigin", "`formats`"),
        ("origin", "colour = 1\norigin", "'colour' means nothing"),
        ("[columns]", "[columns", "is no TOML"),
    ],
)
def test_a_bad_mapping_says_which_key(was: str, becomes: str, said: str) -> None:
    with pytest.raises(BadMapping) as refused:
        parse_mapping("mapping.toml", MAPPING.replace(was, becomes, 1))
    assert said in str(refused.value)
