"""Another system's tickets, taken over: every word of the sheets is ours."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import text as sql
from sqlmodel import Session, col, func, select
from typer.testing import CliRunner

from dispatch import history, numbers, tickets
from dispatch.beside.models_beside import DirectAnswer
from dispatch.handling import orders, replies, reviews
from dispatch.models import Alarm, Callback, Clock, Notice, Rating, Ticket
from dispatch.taking_over import import_people, importing
from dispatch.taking_over.import_mapping import BadMapping, ColumnMapping, parse_mapping
from dispatch.taking_over.import_reading import SHOWN, BadImport, Report
from dispatch.taking_over.import_sheets import UnreadFile, read_rows
from dispatch.timing import clocks, sweep
from dispatch.timing.clocks import Threshold
from hotline.cli import app
from hotline.core import events, privacy
from hotline.core.accounts import MACHINE
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from tests.factories import create_ticket

MAPPING = """
origin = "旧热线系统"

[columns]
number = "工单编号"
registered_at = "受理时间"
text = "诉求内容"
caller = "来电号码"
request_type = "诉求类型"
matter = "事项"
district = "区县"
status = "状态"
department = "承办单位"
dispatched_at = "派单时间"
due_at = "截止时间"
replied_at = "答复时间"
public_reply = "答复内容"
closed_at = "办结时间"
satisfaction = "满意度"

[values.status]
"待派单" = "registered"
"待签收" = "dispatched"
"办理中" = "accepted"
"待审核" = "replied"
"待回访" = "awaiting_callback"
"已办结" = "closed"

[values.request_type]
"求助类" = "assistance"
"投诉类" = "complaint"

[values.department]
"城管" = "540102-urban"

[values.matter]
"*" = ""

[values.satisfaction]
"满意" = "5"

[defaults]
district = "540102"
closing = "resolved"
is_true = "yes"
is_solved = "yes"
"""
HEADINGS = (
    *("工单编号", "受理时间", "诉求内容", "来电号码", "诉求类型", "事项", "区县", "状态"),
    *("承办单位", "派单时间", "截止时间", "答复时间", "答复内容", "办结时间", "满意度"),
)
WORDS = "八一路的井盖破了，我的电话是13989005678，请来修。"
REPLY = "井盖已于当日更换，现场已经恢复通行。"
OPEN = {
    "工单编号": "JX-0001",
    "受理时间": "2026-11-24 09:00:00",
    "诉求内容": WORDS,
    "来电号码": "13989005678",
    "诉求类型": "求助类",
    "状态": "待派单",
}
DISPATCHED = OPEN | {"状态": "待签收", "承办单位": "城管", "派单时间": "2026-11-24 09:20"}
REPLIED = DISPATCHED | {"状态": "待审核", "答复时间": "2026-11-25 10:00", "答复内容": REPLY}
CLOSED = REPLIED | {"状态": "已办结", "办结时间": "2026-11-25 11:00", "满意度": "满意"}


@pytest.fixture
def mapping() -> ColumnMapping:
    return parse_mapping("mapping.toml", MAPPING)


def written(folder: Path, *lines: Mapping[str, str], name: str = "old.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, HEADINGS, restval="")
        sheet.writeheader()
        sheet.writerows(lines)
    return path


def take_in(session: Session, path: Path, mapping: ColumnMapping, now: datetime) -> Report:
    def know(phones: Sequence[PhoneNumber | None]) -> list[Person]:
        return import_people.know_many(session, phones, now=now).people

    took = partial(importing.take_in, actor=MACHINE, now=now, progress=lambda _: None)
    return took(session, path, mapping, know)


def check(session: Session, path: Path, mapping: ColumnMapping, now: datetime) -> Report:
    return importing.check(session, path, mapping, now=now, progress=lambda _: None)


def running(session: Session, ticket: Ticket) -> dict[str, Clock]:
    return {each.kind: each for each in clocks.of_ticket(session, ticket) if not each.stopped_at}


def struck(session: Session, at: datetime) -> list[tuple[str, Threshold]]:
    found = []
    while batch := sweep.strike_batch(session, now=at).struck:
        found += [(each.clock.kind, each.threshold) for each in batch]
    return found


def test_a_ticket_keeps_its_number_and_says_where_it_came_from(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    report = take_in(session, written(tmp_path, OPEN), mapping, now)
    assert (report.added, report.unchanged) == (1, 0)
    ticket = tickets.find(session, "JX-0001")
    assert (ticket.origin, ticket.status, ticket.district) == ("旧热线系统", "registered", "540102")
    assert ticket.created_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    (event,) = history.story(session, ticket)
    assert event.type == "ticket.imported"
    assert (event.refs["origin"], event.refs["status"]) == ("旧热线系统", "registered")
    assert events.verify(session) >= 1


def test_the_callers_words_are_masked_and_the_vault_keeps_them(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, OPEN), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert "13989005678" not in ticket.text + ticket.title
    person = session.get_one(Person, ticket.person_id)
    assert privacy.unseal(person, ticket.sealed_text, "ticket") == WORDS
    known = privacy.know_person(session, PhoneNumber("+8613989005678"), now=now)
    assert known.id == person.id
    for refs in session.execute(sql("SELECT refs::text FROM event")).scalars():
        assert "井盖" not in refs
        assert "13989005678" not in refs


def test_a_caller_who_is_known_already_stays_one_person(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    known = privacy.know_person(session, PhoneNumber("+8613989005678"), now=now)
    lines = [OPEN, OPEN | {"工单编号": "JX-0002"}]
    nameless = [OPEN | {"工单编号": f"JX-000{n}", "来电号码": ""} for n in (3, 4)]
    take_in(session, written(tmp_path, *lines, *nameless), mapping, now)
    owners = [tickets.find(session, f"JX-000{n}").person_id for n in (1, 2, 3, 4)]
    assert owners[:2] == [known.id, known.id]
    assert len(set(owners)) == 3


def test_people_of_an_import_that_failed_are_forgotten_again(
    session: Session, now: datetime
) -> None:
    caller = create_ticket(session, now=now).person_id
    phones = [PhoneNumber("+8613989001234"), PhoneNumber("+8613989005678"), None]
    known = import_people.know_many(session, phones, now=now)
    assert known.people[0].id == caller
    assert set(known.added) == {each.id for each in known.people[1:]}
    import_people.forget(session, [*known.added, caller])
    left = session.exec(
        select(Person.id).where(col(Person.id).in_([each.id for each in known.people]))
    ).all()
    assert left == [caller]


def test_a_dispatched_ticket_has_its_order_and_the_clocks_it_would_have_had_here(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, DISPATCHED), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    (order,) = orders.of_ticket(session, ticket)
    assert (order.number, order.department) == ("JX-0001-1", "540102-urban")
    assert (order.role, order.status, ticket.status) == ("lead", "dispatched", "dispatched")
    found = running(session, ticket)
    assert sorted(found) == ["accept_by", "contact_by", "reply_by", "return_by"]
    reply = found["reply_by"]
    assert reply.subject == "order:JX-0001-1"
    assert reply.started_at == datetime(2026, 11, 24, 1, 20, tzinfo=UTC)
    assert (reply.limit, reply.due_at) == ("7wd", datetime(2026, 12, 3, 10, tzinfo=UTC))


def test_an_accepted_ticket_waits_for_no_signature(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, DISPATCHED | {"状态": "办理中"}), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert orders.of_ticket(session, ticket)[0].status == "accepted"
    assert sorted(running(session, ticket)) == ["contact_by", "reply_by", "return_by"]


def test_a_reply_that_awaits_review_can_be_judged_here(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    path = written(tmp_path, REPLIED, REPLIED | {"工单编号": "JX-0002"})
    take_in(session, path, mapping, now)
    first, second = (tickets.find(session, f"JX-000{n}") for n in (1, 2))
    assert not running(session, first)
    reviews.complete(session, orders.of_ticket(session, first)[0], actor=MACHINE, now=now)
    assert first.status == "awaiting_callback"
    assert [each.public_reply for each in replies.told(session, first)] == [REPLY]
    order = orders.of_ticket(session, second)[0]
    reviews.reject(session, order, note="没有照片。", actor=MACHINE, now=now)
    assert sorted(running(session, second)) == ["reply_by"]


def test_who_awaits_a_callback_is_rung(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, REPLIED | {"状态": "待回访"}), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    callback = session.exec(select(Callback).where(Callback.ticket_id == ticket.id)).one()
    assert (callback.status, callback.mode, callback.round) == ("planned", "machine", 1)
    assert callback.planned_for >= now
    assert sorted(running(session, ticket)) == ["callback_by"]
    assert orders.of_ticket(session, ticket)[0].status == "completed"


def test_what_is_closed_stays_closed_and_nobody_is_told(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    told = session.exec(select(func.count()).select_from(Notice)).one()
    take_in(session, written(tmp_path, CLOSED), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert (ticket.status, ticket.closing) == ("closed", "resolved")
    assert ticket.closed_at == datetime(2026, 11, 25, 3, tzinfo=UTC)
    rating = session.exec(select(Rating).where(Rating.ticket_id == ticket.id)).one()
    assert (rating.satisfaction, rating.via, rating.at) == (5, "imported", ticket.closed_at)
    assert not clocks.of_ticket(session, ticket)
    assert not session.exec(select(Callback).where(Callback.ticket_id == ticket.id)).all()
    assert session.exec(select(func.count()).select_from(Notice)).one() == told


def test_what_was_answered_on_the_line_needs_no_department(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    told = CLOSED | {"承办单位": "", "派单时间": "", "答复时间": ""}
    take_in(session, written(tmp_path, told), mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert not orders.of_ticket(session, ticket)
    answer = session.exec(select(DirectAnswer).where(DirectAnswer.ticket_id == ticket.id)).one()
    assert (answer.text, answer.at) == (REPLY, ticket.closed_at)


def test_a_late_ticket_strikes_once_whatever_it_missed(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    long_ago = {"受理时间": "2026-10-12 09:00", "派单时间": "2026-10-12 09:20"}
    path = written(tmp_path, DISPATCHED | long_ago, OPEN | {"工单编号": "JX-0002"} | long_ago)
    take_in(session, path, mapping, now)
    assert sorted(struck(session, now)) == [
        ("dispatch_by", Threshold.ESCALATED),
        ("reply_by", Threshold.ESCALATED),
    ]
    assert struck(session, now + timedelta(days=30)) == []


def test_what_is_not_due_yet_strikes_when_it_is(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    take_in(session, written(tmp_path, DISPATCHED | {"状态": "办理中"}), mapping, now)
    assert struck(session, now) == []
    assert ("reply_by", Threshold.WARNING) in struck(session, now + timedelta(days=8))
    silent = session.exec(select(Alarm.threshold).where(Alarm.at == now)).all()
    assert silent  # the contact it missed counts as struck


def test_a_due_time_of_theirs_that_differs_is_reported_and_ours_stands(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    lines = [
        DISPATCHED | {"截止时间": "2026-12-01 18:00"},
        DISPATCHED | {"工单编号": "JX-0002", "截止时间": "2026-12-03 18:00"},
        DISPATCHED | {"工单编号": "JX-0003", "截止时间": "2026-12-03"},
    ]
    report = take_in(session, written(tmp_path, *lines), mapping, now)
    assert report.differing.lines == [
        "old.csv, row 2: due 2026-12-03 18:00 by our limits, 2026-12-01 18:00 by theirs"
    ]
    reply = running(session, tickets.find(session, "JX-0001"))["reply_by"]
    assert reply.due_at == datetime(2026, 12, 3, 10, tzinfo=UTC)


def test_the_same_file_again_changes_nothing(
    session: Session, tmp_path: Path, mapping: ColumnMapping, now: datetime
) -> None:
    path = written(tmp_path, OPEN, CLOSED | {"工单编号": "JX-0002"})
    take_in(session, path, mapping, now)
    session.flush()
    before = session.execute(sql("SELECT count(*), max(id) FROM event")).one()
    report = take_in(session, path, mapping, now + timedelta(days=1))
    assert (report.added, report.unchanged) == (0, 2)
    assert session.execute(sql("SELECT count(*), max(id) FROM event")).one() == before


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


def workbook(path: Path, rows: Sequence[Sequence[str | float | datetime]]) -> Path:
    """Write the rows as a workbook with one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.title = "工单"
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


@pytest.mark.parametrize("began", [46350.375, datetime(2026, 11, 24, 9)])  # noqa: DTZ001  # a sheet's
def test_a_workbook_reads_like_a_csv_file(
    session: Session,
    tmp_path: Path,
    mapping: ColumnMapping,
    now: datetime,
    began: float | datetime,
) -> None:
    line: list[str | float | datetime] = [DISPATCHED.get(heading, "") for heading in HEADINGS]
    line[1] = began
    line[3] = 13989005678
    path = workbook(tmp_path / "old.xlsx", [list(HEADINGS), line])
    take_in(session, path, mapping, now)
    ticket = tickets.find(session, "JX-0001")
    assert ticket.created_at == datetime(2026, 11, 24, 1, tzinfo=UTC)
    person = session.get_one(Person, ticket.person_id)
    assert privacy.unseal(person, person.sealed_phone or b"", "phone") == "+8613989005678"


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "old.xlsx"
    broken.write_bytes(b"PK no zip")
    with pytest.raises(UnreadFile, match="no XLSX workbook"):
        list(read_rows(broken))
    with pytest.raises(UnreadFile, match="no sheet '别的'"):
        list(read_rows(workbook(tmp_path / "new.xlsx", [["a"]]), "别的"))
    with pytest.raises(UnreadFile, match="can't be read"):
        list(read_rows(tmp_path / "nowhere.csv"))


def test_a_quoted_text_of_many_lines_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes('\ufeff编号,内容\n1,"一\n二"\n\n2,三\n'.encode())
    assert list(read_rows(path)) == [(1, ["编号", "内容"]), (2, ["1", "一\n二"]), (4, ["2", "三"])]
