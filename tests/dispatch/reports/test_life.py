"""A report from frozen figures to the archive: who may do what, and what is kept."""

import hashlib
from datetime import datetime

import pytest
from sqlmodel import Session, col, select

from dispatch.indicators.models_indicators import IndicatorSnapshot
from dispatch.notices.models_notices import StaffNotice
from dispatch.reports import (
    drafting,
    forms,
    life,
    reading,
    recipients,
    scheduling,
    templating,
)
from dispatch.reports.drafting import Wanted
from dispatch.reports.models_reports import Report, ReportFile, ReportReceipt
from dispatch.reports.periods import When
from dispatch.reports.terms import Form, ReportKind, ReportState
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import Event
from tests.dispatch.indicators.scene import DAY, filled
from tests.dispatch.reports.scene import TO, URBAN, drafted, person, told, week


def test_a_draft_is_made_of_two_frozen_periods_and_told_to_the_signers(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, other = (person(session, name, now) for name in ("author", "other"))
    person(session, "low", now, clearance="internal")
    report = drafted(session, author, now, after)
    assert (report.state, report.author, report.clearance) == ("drafted", "author", "confidential")
    assert report.title.startswith("12345政务服务便民热线周报（2")
    days = [
        (each.since, each.until)
        for each in session.exec(select(IndicatorSnapshot).order_by(col(IndicatorSnapshot.id)))
    ]
    monday, _ = week(now)
    assert days == [(monday, monday + 6 * DAY), (monday - 7 * DAY, monday - DAY)]
    kept = forms.figures(report)
    assert kept["now"]["figures"]["received"]["numerator"] == 2
    assert kept["before"]["figures"]["received"]["numerator"] == 0
    notices = session.exec(select(StaffNotice).where(StaffNotice.says == "report_to_sign")).all()
    assert [each.recipient for each in notices] == [f"person:{other.name}"]


def test_who_wrote_it_does_not_sign_it(session: Session, now: datetime) -> None:
    after = told(session, now)
    author, editor, third = (person(session, name, now) for name in ("author", "editor", "third"))
    report = drafted(session, author, now, after)
    life.remark(session, report, "受雨雪影响，道路类诉求增多。", actor=editor, now=after)
    for wrote in (author, editor):
        with pytest.raises(NotAllowed, match="does not sign"):
            life.sign(session, report, actor=wrote, now=after)
    life.sign(session, report, actor=third, now=after)
    assert (report.state, report.signed_by) == (ReportState.DISTRIBUTED, "third")
    html = session.get_one(ReportFile, (report.id, "html")).content.decode()
    assert "受雨雪影响，道路类诉求增多。" in html
    assert "研判意见" in html
    with pytest.raises(Conflict):
        life.remark(session, report, "再改一句", actor=editor, now=after)


def test_who_scheduled_it_or_wrote_its_template_does_not_sign_it(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, writer, third = (person(session, name, now) for name in ("author", "writer", "third"))
    text = templating.newest(session, "weekly").text
    own = templating.Wanted("weekly", ReportKind.WEEKLY, "周报", text)
    templating.save(session, own, actor=writer, now=now)
    when = When(ReportKind.WEEKLY, 0)
    row = scheduling.add(session, scheduling.Wanted("weekly", when), actor=author, now=now)
    report = scheduling.make_due(session, row.id or 0, now=after)
    assert report
    drafting.prepare(session, report, now=after)
    for wrote in (author, writer):
        with pytest.raises(NotAllowed, match="does not sign"):
            life.sign(session, report, actor=wrote, now=after)
    notices = session.exec(select(StaffNotice).where(StaffNotice.says == "report_to_sign")).all()
    assert [each.recipient for each in notices] == [f"person:{third.name}"]
    life.sign(session, report, actor=third, now=after)
    assert report.state == ReportState.SIGNED


def test_somebody_listed_who_left_since_holds_up_no_signature(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, signer = (person(session, name, now) for name in ("author", "signer"))
    person(session, "auditor", now, Role.AUDITOR)
    report = drafted(session, author, now, after, to=False)
    report.recipients = [{"kind": "account", "code": "auditor"}]
    account = accounts.find(session, "auditor")
    assert account
    account.disabled_at = now
    session.add(account)
    session.flush()
    life.sign(session, report, actor=signer, now=after)
    assert report.state == ReportState.SIGNED
    life.distribute(session, report, [TO[1]], actor=signer, now=after)
    assert [each.recipient for each in reading.receipts(session, report)] == [f"department:{URBAN}"]


def test_a_list_names_nobody_to_whom_reports_are_closed(session: Session, now: datetime) -> None:
    person(session, "agent", now, Role.AGENT)
    for kind in ("role", "account"):
        with pytest.raises(Invalid, match="Nobody on a list"):
            recipients.checked(session, [{"kind": kind, "code": "agent"}])


def test_who_was_sent_a_report_from_beyond_their_district_reads_it_and_changes_nothing(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, signer = (person(session, name, now) for name in ("author", "signer"))
    county = person(session, "county", now, district="540102")
    report = drafted(session, author, now, after, to=False)
    life.sign(session, report, actor=signer, now=after)
    life.distribute(
        session, report, [{"kind": "account", "code": "county"}], actor=signer, now=after
    )
    assert reading.find(session, report.id or 0, reader=county).id == report.id
    with pytest.raises(NotFound):
        reading.find(session, report.id or 0, reader=county, lock=True)
    assert not reading.is_within(session, report, reader=county)
    assert reading.is_within(session, report, reader=signer)


def test_a_remark_is_masked_and_the_last_one_of_a_person_stands(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author = person(session, "author", now)
    report = drafted(session, author, now, after)
    life.remark(session, report, "请联系13912345678。", actor=author, now=after)
    life.remark(session, report, "请联系13887654321。", actor=author, now=after)
    (said,) = reading.remarks(session, report)
    assert "138876" not in said.text
    assert said.text.startswith("请联系")
    life.remark(session, report, "", actor=author, now=after)
    assert "研判意见" not in forms.of(session, report)[Form.HTML].decode()


def test_signed_files_are_kept_with_their_hashes_and_written_again_the_same(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, signer = (person(session, name, now) for name in ("author", "signer"))
    report = drafted(session, author, now, after)
    life.sign(session, report, actor=signer, now=after)
    files = {each.form: each for each in reading.files(session, report)}
    assert set(files) == {"html", "xlsx", "docx"}
    for file in files.values():
        assert file.sha256 == hashlib.sha256(file.content).hexdigest()
        assert file.size == len(file.content)
        assert forms.checked(file) == file.content
    session.expire_all()
    again = session.get_one(Report, report.id)
    assert forms.of(session, again)[Form.HTML] == files["html"].content
    files["html"].content += b" "
    with pytest.raises(forms.Broken):
        forms.checked(files["html"])
    assert again.figures
    again.figures = again.figures.replace(b'"kind":"weekly"', b'"kind":"monthly"')
    with pytest.raises(forms.Broken):
        forms.figures(again)


def test_it_goes_to_its_list_and_the_receipt_says_who_opened_it(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, signer = (person(session, name, now) for name in ("author", "signer"))
    auditor = person(session, "auditor", now, Role.AUDITOR)
    desk = person(session, "desk", now, Role.HANDLER, department=URBAN)
    report = drafted(session, author, now, after)
    assert reading.received(session, reader=desk) == []
    life.sign(session, report, actor=signer, now=after)
    assert [each.recipient for each in reading.receipts(session, report)] == [
        f"department:{URBAN}",
        "person:auditor",
    ]
    ((mine, receipt),) = reading.received(session, reader=desk)
    assert (mine.id, receipt.opened_at) == (report.id, None)
    reading.open_file(session, report, Form.HTML, reader=desk, now=after + DAY)
    reading.open_file(session, report, Form.DOCX, reader=desk, now=after + 2 * DAY)
    opened = session.get_one(ReportReceipt, (report.id, f"department:{URBAN}"))
    assert (opened.opened_at, opened.opened_by) == (after + DAY, "desk")
    assert session.get_one(ReportReceipt, (report.id, "person:auditor")).opened_at is None
    assert reading.find(session, report.id or 0, reader=auditor).id == report.id
    told_of = session.exec(
        select(StaffNotice.recipient)
        .where(StaffNotice.says == "report_received")
        .order_by(col(StaffNotice.recipient))
    ).all()
    assert told_of == [f"department:{URBAN}", "person:auditor"]


def test_one_without_a_list_waits_signed_until_it_is_sent(session: Session, now: datetime) -> None:
    after = told(session, now)
    author, signer = (person(session, name, now) for name in ("author", "signer"))
    report = drafted(session, author, now, after, to=False)
    life.sign(session, report, actor=signer, now=after)
    assert report.state == ReportState.SIGNED
    for bad in ([], [{"kind": "account", "code": "nobody"}], [{"kind": "role", "code": "king"}]):
        with pytest.raises(Invalid):
            life.distribute(session, report, bad, actor=signer, now=after)
    life.distribute(session, report, TO, actor=signer, now=after)
    with pytest.raises(Conflict):
        life.distribute(session, report, TO, actor=signer, now=after)
    life.archive(session, report, actor=signer, now=after)
    assert report.state == ReportState.ARCHIVED
    with pytest.raises(Conflict):
        life.withdraw(session, report, "数字有误", actor=signer, now=after)


def test_what_is_withdrawn_is_with_nobody_it_went_to_and_stays_on_record(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, signer = (person(session, name, now) for name in ("author", "signer"))
    desk = person(session, "desk", now, Role.HANDLER, department=URBAN)
    report = drafted(session, author, now, after)
    life.sign(session, report, actor=signer, now=after)
    with pytest.raises(Invalid, match="reason"):
        life.withdraw(session, report, " ", actor=author, now=after)
    life.withdraw(session, report, "口径有误", actor=author, now=after)
    assert reading.received(session, reader=desk) == []
    with pytest.raises(NotFound):
        reading.find_received(session, report.id or 0, reader=desk)
    kept = reading.find(session, report.id or 0, reader=author)
    assert (kept.state, kept.withdrawn_for) == ("withdrawn", "口径有误")
    assert len(reading.files(session, report)) == 3
    events = session.exec(
        select(Event.type).where(Event.chain == drafting.chain(report)).order_by(col(Event.seq))
    ).all()
    assert events == [
        *("report.asked", "report.drafted", "report.signed"),
        *("report.distributed", "report.withdrawn"),
    ]


def test_nobody_reads_beyond_their_district_or_their_clearance(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    city, county = person(session, "city", now), person(session, "county", now, district="540102")
    low = person(session, "low", now, clearance="internal")
    other = person(session, "other", now, district="540103")
    whole, own = drafted(session, city, now, after), drafted(session, county, now, after)
    assert list(reading.listed(session, reading.Wanted(), reader=city)) == [own, whole]
    assert list(reading.listed(session, reading.Wanted(), reader=county)) == [own]
    assert list(reading.listed(session, reading.Wanted(), reader=other)) == []
    assert list(reading.listed(session, reading.Wanted(), reader=low)) == []
    with pytest.raises(NotFound):
        reading.find(session, whole.id or 0, reader=county)
    assert list(reading.listed(session, reading.Wanted(year=1999), reader=city)) == []


def test_what_is_not_over_or_not_measured_is_no_report(session: Session, now: datetime) -> None:
    after = told(session, now)
    author = person(session, "author", now)
    monday, _ = week(now)
    wanted = Wanted(ReportKind.WEEKLY, "weekly", monday)
    with pytest.raises(Invalid, match="not over"):
        drafting.ask(session, wanted, actor=author, now=after - DAY)
    with pytest.raises(Invalid, match="another kind"):
        drafting.ask(session, Wanted(ReportKind.DAILY, "weekly", monday), actor=author, now=after)
    late = Wanted(ReportKind.WEEKLY, "weekly", monday + 7 * DAY)
    report = drafting.ask(session, late, actor=author, now=after + 7 * DAY)
    with pytest.raises(Conflict, match="not measured"):
        drafting.prepare(session, report, now=after + 7 * DAY)


def test_the_week_after_is_compared_with_what_was_published(
    session: Session, now: datetime
) -> None:
    after = told(session, now)
    author, signer = (person(session, name, now) for name in ("author", "signer"))
    first = drafted(session, author, now, after)
    life.sign(session, first, actor=signer, now=after)
    filled(session, after + 8 * DAY)
    second = drafted(session, author, after, after + 7 * DAY)
    assert second.before_id == first.snapshot_id
    assert forms.figures(second)["before"]["figures"]["received"]["numerator"] == 2
