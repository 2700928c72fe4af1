"""Calendars and limits over HTTP: read, preview, take in; and why a clock is due when it is."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session
from typer.testing import CliRunner

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, Ticket
from dispatch.rules import reckon_all
from dispatch.rules.policies import POLICIES
from dispatch.timing import clocks
from hotline.cli import app
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import beijing
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

RULES = "/api/v1/rules"
HEADER = "layer,date,kind,name,notice,publisher,issued,found_at\n"
NOTICE = {
    "file": "notice.csv",
    "text": f"{HEADER}540100,2026-12-03,off,放假,测试放假通知,拉萨市,2026-11-20,\n",
    "note": "市政府办公室",
}


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def ticket(session: Session, now: datetime) -> Ticket:
    """A ticket with a department since a Wednesday noon in November."""
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)
    return ticket


def reply_clock(session: Session, ticket: Ticket) -> Clock:
    return next(each for each in clocks.of_ticket(session, ticket) if each.kind == "reply_by")


def printed_due(start: str, limit: str, calendar: str) -> dict[str, object]:
    """Return what `hotline due --json` prints."""
    asked = ["due", "--start", start, "--limit", limit, "--calendar", calendar, "--json"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_calendars_tell_what_their_layers_know_and_which_notices_came(
    supervisor: TestClient,
) -> None:
    before = supervisor.get(f"{RULES}/calendars").json()
    taken = supervisor.post(f"{RULES}/calendars", json=NOTICE).json()["taken"]
    after = supervisor.get(f"{RULES}/calendars").json()

    assert [layer["code"] for layer in before["layers"]] == ["000000", "540000", "540100"]
    assert 2026 in before["layers"][0]["years"]
    assert before["versions"] == []
    assert after["versions"] == [taken]
    assert (taken["file"], taken["note"], taken["by"]) == (
        "notice.csv",
        "市政府办公室",
        "supervisor-1",
    )
    assert taken["finished_at"] is None


def test_preview_shows_the_clocks_and_changes_nothing(
    supervisor: TestClient, session: Session, ticket: Ticket
) -> None:
    shown = supervisor.post(f"{RULES}/calendars/preview", json=NOTICE).json()

    assert shown["days"] == [
        {
            "layer": "540100",
            "date": "2026-12-03",
            "kind_before": "",
            "kind": "off",
            "name": "放假",
            "notice": "测试放假通知",
        }
    ]
    (move,) = [each for each in shown["moves"] if each["ticket"] == ticket.number]
    assert (move["kind"], move["due_before"], move["due_after"]) == (
        "reply_by",
        "2026-12-04T18:00:00+08:00",
        "2026-12-07T18:00:00+08:00",
    )
    assert shown["moved"] == len(shown["moves"])
    assert supervisor.get(f"{RULES}/calendars").json()["versions"] == []
    assert beijing(reply_clock(session, ticket).due_at).day == 4


def test_a_notice_goes_live_once_under_one_key(supervisor: TestClient) -> None:
    key = {"Idempotency-Key": "notice-2026"}
    first = supervisor.post(f"{RULES}/calendars", json=NOTICE, headers=key)
    again = supervisor.post(f"{RULES}/calendars", json=NOTICE, headers=key)
    keyless = supervisor.post(f"{RULES}/calendars", json=NOTICE)

    assert first.json() == again.json()
    assert keyless.json()["taken"] is None


def test_a_moved_clock_says_why_over_http(
    supervisor: TestClient, session: Session, ticket: Ticket, now: datetime
) -> None:
    supervisor.post(f"{RULES}/calendars", json=NOTICE)
    while reckon_all.reckon_batch(session, now=now):
        pass
    session.flush()

    items = supervisor.get(f"/api/v1/tickets/{ticket.number}/clocks").json()["items"]

    (reply,) = [item for item in items if item["kind"] == "reply_by"]
    assert reply["due_at"] == "2026-12-07T18:00:00+08:00"
    assert "12月3日 放假（测试放假通知），不计。" in reply["why"]
    assert "由2026年12月4日18:00改为2026年12月7日18:00" in reply["why"][-1]
    assert "2026-12-03" in [line["date"] for line in reply["trace"]]
    assert all(item["why"] for item in items)


def test_a_file_with_bad_lines_is_refused_with_line_column_and_remedy(
    supervisor: TestClient,
) -> None:
    bad = {
        **NOTICE,
        "text": f"{HEADER}540100,2026-02-30,off,x,n,,,\n110000,2026-01-01,off,x,n,,,\n",
    }
    for path in ("calendars", "calendars/preview"):
        refused = supervisor.post(f"{RULES}/{path}", json=bad)
        assert refused.status_code == 422
        assert "notice.csv, line 2, column date" in refused.json()["detail"]
        assert "line 3, column layer" in refused.json()["detail"]
        assert refused.json()["remedy"]


def test_limits_are_read_replaced_and_dated(supervisor: TestClient) -> None:
    rows = supervisor.get(f"{RULES}/limits").json()
    assert (rows["profile"], len(rows["limits"])) == ("xizang-trial", 27)

    sheet = limits_sheet(reply_in("7wd"), reply_in("5wd", since="2027-01-01"))
    done = supervisor.post(f"{RULES}/limits", json={"text": sheet, "file": "l.csv"}).json()

    assert [(each["rows"], each["in_force"]) for each in done["profiles"]] == [(19, True)]
    for at, limit in (("2026-12-31", "7wd"), ("2027-01-01", "5wd")):
        found = supervisor.get(f"{RULES}/limits", params={"at": f"{at}T10:00:00+08:00"}).json()
        replies = [each for each in found["limits"] if each["clock"] == "reply_by"]
        assert [each["limit"] for each in replies] == [limit]


def test_limits_that_would_leave_a_ticket_unlimited_are_refused(supervisor: TestClient) -> None:
    header = POLICIES.read_text(encoding="utf-8").splitlines()[0]
    asked = {"text": f"{header}\n{reply_in('7wd')}\n", "file": "one.csv"}

    refused = supervisor.post(f"{RULES}/limits", json=asked)
    shown = supervisor.post(f"{RULES}/limits/preview", json=asked).json()

    assert refused.status_code == 422
    assert "no accept_by (*, *, *) that starts at dispatched" in refused.json()["detail"]
    assert "replaces its profile whole" in refused.json()["remedy"]
    assert len(supervisor.get(f"{RULES}/limits").json()["limits"]) == 27
    (profile,) = shown["profiles"]
    missing = [gap["clock"] for gap in profile["gaps"]]
    assert missing == [
        "dispatch_by",
        "accept_by",
        "contact_by",
        "return_by",
        "callback_by",
        "rectify_by",
    ]


def test_preview_of_limits_shows_the_cells_that_change_and_changes_nothing(
    supervisor: TestClient,
) -> None:
    text = POLICIES.read_text(encoding="utf-8")
    asked = {"text": text.replace("reply_by,inquiry,*,*,3wd", "reply_by,inquiry,*,*,2wd")}

    (profile,) = supervisor.post(f"{RULES}/limits/preview", json=asked).json()["profiles"]

    assert profile["gaps"] == []
    (change,) = profile["changes"]
    named = [change[name] for name in ("clock", "request_type", "urgency", "time_class")]
    assert named == ["reply_by", "inquiry", None, "normal"]
    assert (change["before"]["limit"], change["after"]["limit"]) == ("3wd", "2wd")
    assert supervisor.get(f"{RULES}/limits").headers["ETag"] == '"0"'


def limits_sheet(*lines: str) -> str:
    """Return the packaged file with these lines in place of its reply limits."""
    packaged = POLICIES.read_text(encoding="utf-8").splitlines()
    return "\n".join([*(each for each in packaged if ",reply_by," not in each), *lines])


def reply_in(limit: str, since: str = "") -> str:
    row = "xizang-trial,reply_by,*,*,*,{},dispatched,no,suspension,,unit,75,{},,市级规程"
    return row.format(limit, since)


def test_an_agent_may_read_the_rules_and_not_change_them(
    client: TestClient, desk: Callable[[str], TestClient]
) -> None:
    assert client.get(f"{RULES}/limits").status_code == 200
    for path, body in (
        ("calendars", NOTICE),
        ("calendars/preview", NOTICE),
        ("limits", {"text": "x"}),
        ("limits/preview", {"text": "x"}),
    ):
        assert client.post(f"{RULES}/{path}", json=body).status_code == 403
    assert desk("540102-urban").get(f"{RULES}/calendars").status_code == 403


@pytest.mark.parametrize(
    ("start", "limit", "calendar"),
    [
        ("2026-02-12T10:00:00+08:00", "3wd", "540100"),
        ("2026-02-12T10:00:00+08:00", "3wd", "000000"),
        ("2026-12-30T10:00:00+08:00", "3wd", "540100"),
        ("2026-02-14T17:00:00+08:00", "4wh", "540102"),
        ("2026-02-14T17:00:00+08:00", "26h", "540102"),
        ("2026-09-30T17:00:00+08:00", "7d", "000000"),
    ],
)
def test_the_api_reckons_what_the_command_prints(
    client: TestClient, start: str, limit: str, calendar: str
) -> None:
    asked = {"start": start, "limit": limit, "calendar": calendar}
    answer = client.get(f"{RULES}/due", params=asked)
    assert answer.json() == printed_due(start, limit, calendar)


@pytest.mark.parametrize("moment", ["2026-02-12T10:00", "2026-09-30T19:30", "2026-12-30T08:00"])
@pytest.mark.parametrize("changes", [{}, {"time_class": "emergency"}, {"time_class": "complex"}])
def test_due_times_in_the_clock_table_are_what_the_command_prints(
    session: Session, moment: str, changes: dict[str, str]
) -> None:
    now = datetime.fromisoformat(f"{moment}+08:00")
    ticket = create_ticket(session, now=now, **changes)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=MACHINE, now=now)

    found = clocks.of_ticket(session, ticket)

    assert len(found) > 3
    for clock in found:
        printed = printed_due(now.isoformat(), clock.limit, ticket.district)
        assert printed["due"] == beijing(clock.due_at).isoformat()
        assert (printed["provisional"], printed["trace"]) == (clock.provisional, clock.trace)


def test_what_cannot_be_reckoned_is_refused(client: TestClient) -> None:
    start = "2026-02-12T10:00:00+08:00"
    for limit, calendar in (("3weeks", "540100"), ("3wd", "110000"), ("99999wd", "540100")):
        asked = {"start": start, "limit": limit, "calendar": calendar}
        assert client.get(f"{RULES}/due", params=asked).status_code == 422


def test_rules_are_taken_in_on_the_version_that_was_seen(supervisor: TestClient) -> None:
    seen = supervisor.get(f"{RULES}/calendars").headers["ETag"]
    taken = supervisor.post(f"{RULES}/calendars", json=NOTICE, headers={"If-Match": seen})
    assert taken.headers["ETag"] == supervisor.get(f"{RULES}/calendars").headers["ETag"] != seen
    other = {**NOTICE, "text": f"{HEADER}540100,2026-12-04,off,放假,又一通知,拉萨市,2026-11-21,\n"}
    stale = supervisor.post(f"{RULES}/calendars", json=other, headers={"If-Match": seen})
    assert stale.status_code == 412

    seen = supervisor.get(f"{RULES}/limits").headers["ETag"]
    text = POLICIES.read_text().replace("7wd", "6wd", 1)
    limits = {"file": "limits.csv", "text": text}
    for status in (200, 412):
        answer = supervisor.post(f"{RULES}/limits", json=limits, headers={"If-Match": seen})
        assert answer.status_code == status
