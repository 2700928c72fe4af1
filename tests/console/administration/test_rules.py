"""工作日历 and 办理时限: what would change is seen first, and only what was seen goes live."""

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.rules import policy_rows, rules_stamp
from dispatch.rules.policies import POLICIES, parse_policies, read_policies
from dispatch.rules.policy_text import text_of
from dispatch.timing import clocks
from hotline.core.accounts import MACHINE
from hotline.core.clock import beijing_day, now
from tests.console.administration.conftest import got, hidden, sent
from tests.factories import create_ticket

HEADING = "layer,date,kind,name,notice,publisher,issued,found_at\n"


def notice(session: Session) -> tuple[str, str]:
    """Return a notice that makes a day off on which a clock of a new ticket is due, and its ticket.

    So the clock must move, whichever day the test runs on.
    """
    ticket = create_ticket(session, now=now())
    urban = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, urban, actor=MACHINE, now=now())
    last = max(clocks.of_ticket(session, ticket), key=lambda clock: clock.due_at)
    day = beijing_day(last.due_at)
    line = f"540100,{day.isoformat()},off,测试放假,测试通知,测试办公室,,\n"
    return HEADING + line, ticket.number


def test_a_notice_shows_which_clocks_it_moves_and_then_goes_live(
    boss: TestClient, session: Session
) -> None:
    text, number = notice(session)
    before = rules_stamp.current(session).calendar
    page = sent(boss, "/calendars/preview", 200, text=text, name="通知.csv")
    assert "1 个日子，其中 1 个与现在不同" in page
    assert f'href="/console/tickets/{number}"' in page
    assert rules_stamp.current(session).calendar == before
    form = {name: hidden(page, name) for name in ("checked", "version")}
    sent(boss, "/calendars/apply", text=text, name="通知.csv", note="测试", **form)
    assert "通知.csv" in got(boss, "/calendars")
    again = sent(boss, "/calendars/apply", 412, text=text, name="通知.csv", **form)
    assert "别人已经改过" in again
    assert "测试放假" in again


def test_what_was_not_previewed_does_not_go_live(boss: TestClient, session: Session) -> None:
    text, _ = notice(session)
    assert "请先重新预演" in sent(boss, "/calendars/apply", 422, text=text, name="a.csv")
    assert "请选择文件" in sent(boss, "/calendars/preview", 422, text=" ")


def test_a_bad_notice_names_its_row_and_column(boss: TestClient) -> None:
    bad = HEADING + "540100,2027-02-30,off,春节,某通知,,,\n540100,2027-03-01,maybe,春节,某通知,,,\n"
    page = sent(boss, "/calendars/preview", 422, text=bad, name="n.csv")
    for words in ("有 2 处不能导入", "“2027-02-30”不是日期", "写成 2026-02-15 的样子", "kind"):
        assert words in page
    assert "2027-02-30,off" in page


def test_a_file_in_the_national_encoding_is_read(boss: TestClient) -> None:
    text = HEADING + "540100,2031-02-03,off,藏历新年,测试通知,,,\n"
    files = {"sheet": ("通知.csv", text.encode("gb18030"), "text/csv")}
    answer = boss.post("/console/administration/calendars/preview", files=files)
    assert answer.status_code == 200
    assert "藏历新年" in answer.text
    files = {"sheet": ("通知.csv", b"\xff\xff\xff\xff", "text/csv")}
    answer = boss.post("/console/administration/calendars/preview", files=files)
    assert answer.status_code == 422


def test_limits_are_changed_from_the_text_of_those_in_force(
    boss: TestClient, session: Session
) -> None:
    assert "reply_by" in got(boss, "/limits", draft="1")
    rows = policy_rows.current(session)
    text = text_of(rows)
    assert "没有时限会变" in sent(boss, "/limits/preview", 200, text=text, name="p.csv")
    limit = next(str(row.limit) for row in rows if row.kind == "reply_by")
    changed = text.replace(f",{limit},", ",41wd,")
    page = sent(boss, "/limits/preview", 200, text=changed, name="p.csv")
    assert "41 个工作日" in page
    form = {name: hidden(page, name) for name in ("checked", "version")}
    sent(boss, "/limits/apply", text=changed, name="p.csv", **form)
    assert any(str(row.limit) == "41wd" for row in policy_rows.current(session))
    assert "41 个工作日" in got(boss, "/limits")


def test_limits_that_leave_a_request_without_one_can_not_go_live(
    boss: TestClient, session: Session
) -> None:
    rows = [row for row in policy_rows.current(session) if row.kind != "reply_by"]
    page = sent(boss, "/limits/preview", 200, text=text_of(rows), name="p.csv")
    assert "因此不能生效" in page
    assert 'name="checked"' not in page


def test_a_profile_as_text_reads_as_itself() -> None:
    rows = read_policies(POLICIES)
    assert parse_policies("p.csv", text_of(rows)) == rows
