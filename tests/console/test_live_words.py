"""The words of a running call on a page: masked, marked, and said to be late if they are."""

import uuid
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from telephony import records, words_now
from telephony.models import Call
from tests.factories import arrival


@pytest.fixture
def call(session: Session, now: datetime) -> Call:
    """A call in which both have spoken."""
    made = records.open_call(session, arrival(now))
    records.answer_call(session, str(made.id), at=now)
    for speaker, start_s, text in (
        (words_now.AGENT, 4.0, "请说您的电话"),
        (words_now.CALLER, 1.0, "路灯坏了"),
        (words_now.CALLER, 6.5, "我的电话是13989001234，欠两万八千元"),
    ):
        records.add_utterance(
            session,
            made,
            speaker=speaker,
            seq=words_now.place(start_s),
            start_s=start_s,
            end_s=start_s + 1,
            text=text,
            confidence=0.9,
            now=now,
        )
    session.flush()
    return made


def page(client: TestClient, call: Call) -> str:
    answer = client.get(f"/console/calls/{call.id}/words")
    assert answer.status_code == 200
    return answer.text


def test_who_said_what_in_the_order_of_the_talk(agent: TestClient, call: Call) -> None:
    text = page(agent, call)
    places = [text.index(word) for word in ("路灯坏了", "请说您的电话", "我的电话是")]
    assert places == sorted(places)
    assert text.count("<b>来电人</b>") == 2
    assert text.count("<b>坐席</b>") == 1


def test_numbers_are_masked_and_marked_to_be_read_back(agent: TestClient, call: Call) -> None:
    text = page(agent, call)
    assert "13989001234" not in text
    assert text.count("<mark") == 2
    assert ">139****1234</mark>" in text
    assert ">两万八千元</mark>" in text


def test_what_is_being_said_and_how_late_words_are(
    agent: TestClient, session: Session, call: Call, now: datetime
) -> None:
    assert "稍后到达" not in page(agent, call)
    words_now.understood(session, call, words_now.CALLER, "还有一个", now=now)
    words_now.be_behind(session, call.id, words_now.CALLER, 3.0, now=now)
    text = page(agent, call)
    assert "还有一个" in text
    assert "稍后到达" not in text
    words_now.be_behind(session, call.id, words_now.CALLER, 12.4, now=now)
    assert "晚约12秒" in page(agent, call)


def test_a_call_that_is_not_there_is_not_found(agent: TestClient) -> None:
    assert agent.get(f"/console/calls/{uuid.uuid4()}/words").status_code == 404
