"""The proposal follows the talk: only the caller's words, only what is new, only codes."""

from datetime import datetime

from sqlmodel import Session

from dispatch import live_proposals
from hotline.core import events
from hotline.core.events import EventType
from telephony import records, words_now
from telephony.models import Call
from tests.factories import arrival, create_ended_call, create_ticket

HOME = "540102"
LAMP = "八一路的路灯坏了一个星期了"
WAGES = "老板拖欠我三个月的工资一直不给"


def say(session: Session, call: Call, text: str, at: float, now: datetime, who: str = "") -> None:
    records.add_utterance(
        session,
        call,
        speaker=who or words_now.CALLER,
        seq=words_now.place(at),
        start_s=at,
        end_s=at + 2,
        text=text,
        confidence=0.8,
        now=now,
    )


def told(session: Session, call: Call) -> list[dict[str, object]]:
    chain = events.history(session, records.chain(call.id))
    return [dict(each.refs) for each in chain if each.type == EventType.CALL_PROPOSAL]


def test_what_is_proposed_follows_the_callers_words(session: Session, now: datetime) -> None:
    call = records.open_call(session, arrival(now))
    assert live_proposals.propose(session, call.id, home=HOME, now=now) is None  # nothing said
    say(session, call, LAMP, 3, now)
    proposal = live_proposals.propose(session, call.id, home=HOME, now=now)
    assert proposal is not None
    (refs,) = told(session, call)
    assert refs["department"] == proposal.department_code
    assert refs["matter"] == proposal.matter_code
    assert not {text for text in map(str, refs.values()) if "路灯" in text}

    live_proposals.propose(session, call.id, home=HOME, now=now)
    assert len(told(session, call)) == 1  # nothing new
    assert not proposal.auto_dispatch


def test_what_the_agent_says_proposes_nothing(session: Session, now: datetime) -> None:
    call = records.open_call(session, arrival(now))
    say(session, call, WAGES, 1, now, who=words_now.AGENT)
    assert live_proposals.propose(session, call.id, home=HOME, now=now) is None
    say(session, call, LAMP, 4, now)
    assert live_proposals.said_so_far(session, call) == LAMP


def test_a_call_that_has_its_ticket_is_left_to_its_agent(session: Session, now: datetime) -> None:
    call = create_ended_call(session, now=now, said=(LAMP,))
    create_ticket(session, now=now).call_id = call.id
    session.flush()
    assert live_proposals.propose(session, call.id, home=HOME, now=now) is None
    assert told(session, call) == []
