"""一次告知 on a ticket: found in seconds, read out at once, sent once."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch import history
from dispatch.models import Notice, Ticket
from knowledge.articles import seeding as articles
from knowledge.items import finding
from telephony.models import Call
from tests.console.answering.conftest import say
from tests.console.items.test_library import YAK, keys, published
from tests.factories import create_ticket

KEY = "border-pass@540000"
PART = {"HX-Request": "true"}


@pytest.fixture
def ticket(session: Session, now: datetime) -> Ticket:
    return create_ticket(session, now=now)


def page(ticket: Ticket) -> str:
    return f"/console/tickets/{ticket.number}/items"


def owed(session: Session, ticket: Ticket) -> list[Notice]:
    mine = select(Notice).where(Notice.ticket_id == ticket.id, Notice.template == "checklist")
    return list(session.exec(mine))


def told(session: Session, ticket: Ticket) -> list[str]:
    story = history.story(session, ticket)
    return [each.refs["item"] for each in story if each.type == "ticket.checklist_sent"]


def test_an_agent_on_a_ticket_finds_the_item_and_reads_it_out(
    agent: TestClient, ticket: Ticket
) -> None:
    assert f'action="{page(ticket)}"' in agent.get(f"/console/tickets/{ticket.number}").text
    part = agent.get(page(ticket), params={"q": "边防证怎么办"}, headers=PART).text
    assert keys(part)[0] == KEY
    assert len(keys(part)) <= 5
    assert 'class="read-out"' in part
    assert "<html" not in part
    whole = agent.get(page(ticket), params={"q": "边防证怎么办"}).text
    assert keys(whole)[0] == KEY
    assert "<h1>办事指南</h1>" in whole


def test_the_articles_that_answer_too_stand_below_the_items(
    agent: TestClient, session: Session, ticket: Ticket, now: datetime
) -> None:
    articles.seed(session, now=now)
    part = agent.get(page(ticket), params={"q": "边防证怎么办"}, headers=PART).text
    assert 'href="/console/articles/read/border-pass"' in part
    assert part.index(KEY) < part.index('data-key="aborder-pass"')


def test_a_checklist_is_sent_once_with_one_event(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    for _ in range(2):
        part = agent.post(
            f"{page(ticket)}/send", data={"item": KEY, "q": "边防证"}, headers=PART
        ).text
        assert "交短信发送" in part
    (notice,) = owed(session, ticket)
    assert "材料" in notice.words["text"]
    assert told(session, ticket) == [KEY]
    assert "已把一次告知发给诉求人" in agent.get(f"/console/tickets/{ticket.number}").text
    opened = agent.get(f"/console/items/read/{KEY}", params={"ticket": ticket.number}).text
    assert "交短信发送" in opened


def test_it_is_sent_from_the_items_own_page_and_without_script(
    agent: TestClient, session: Session, ticket: Ticket
) -> None:
    opened = agent.get(f"/console/items/read/{KEY}", params={"ticket": ticket.number}).text
    assert f'action="{page(ticket)}/send"' in opened
    done = agent.post(f"{page(ticket)}/send", data={"item": KEY, "from_item": "true"})
    assert done.status_code == 200
    assert str(done.url).endswith(f"/console/items/read/{KEY}?ticket={ticket.number}")
    assert len(owed(session, ticket)) == 1


def test_what_has_ended_is_told_by_nobody_and_who_only_looks_sends_nothing(
    agent: TestClient, auditor: TestClient, session: Session, ticket: Ticket, now: datetime
) -> None:
    assert auditor.post(f"{page(ticket)}/send", data={"item": KEY}).status_code == 403
    for version in finding.versions(session, finding.find(session, KEY)):
        version.expired_at, version.status = now, "expired"
    session.flush()
    assert agent.post(f"{page(ticket)}/send", data={"item": KEY}).status_code == 404
    assert owed(session, ticket) == []
    assert agent.get(f"/console/tickets/{ticket.number}x/items").status_code == 404


def test_of_an_item_at_several_levels_the_nearest_to_the_ticket_is_told(
    agent: TestClient,
    editor: TestClient,
    supervisor: TestClient,
    session: Session,
    ticket: Ticket,
) -> None:
    ticket.district = "540102"
    session.flush()
    for each in (YAK, YAK | {"district": "540100"}, YAK | {"district": "540200"}):
        published(editor, supervisor, each)
    part = agent.get(page(ticket), params={"q": "运牦牛"}, headers=PART).text
    assert [key for key in keys(part) if key.startswith("sample-yak")] == ["sample-yak@540100"]


def test_items_stand_beside_the_articles_while_the_caller_speaks(
    agent: TestClient, session: Session, ticket: Ticket, call: Call, now: datetime
) -> None:
    answers = f"/console/calls/{call.id}/answers"
    say(session, call, "我要去边境，想办边防证，要带什么", now)
    shown = agent.get(answers, headers=PART).text
    assert KEY in keys(shown)
    assert 'class="read-out"' in shown
    assert "send_item" not in shown
    assert agent.post(f"{answers}/send_item", data={"item": KEY}).status_code == 409
    ticket.call_id = call.id
    session.flush()
    for _ in range(2):
        assert (
            "已交短信发送"
            in agent.post(f"{answers}/send_item", data={"item": KEY}, headers=PART).text
        )
    assert told(session, ticket) == [KEY]
