"""拆单: one requester's several matters each get a number, a notice and a department."""

from datetime import datetime
from typing import Any

import pytest
from sqlmodel import Session, select

from dispatch import history, intake
from dispatch.clustering import clusters, splitting
from dispatch.clustering.splitting import Part
from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from dispatch.models import Clock, Notice
from dispatch.requesters import confiding
from dispatch.terms import RequestType
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid
from hotline.core.privacy import Person, unseal
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
BOTH = "小区门口的路灯坏了，另外楼上夜里施工太吵，我的电话是13989001234。"
LAMP = Part("小区门口的路灯坏了，请打13989001234。")
NOISE = Part("楼上夜里施工噪音太大。", request_type=RequestType.COMPLAINT)


def test_each_part_is_a_ticket_of_the_same_person_and_the_original_keeps_its_words(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, text=BOTH)
    before = (ticket.text, ticket.sealed_text, ticket.title)
    lamp, noise = splitting.split(session, ticket, [LAMP, NOISE], actor=AGENT, now=now)
    assert (ticket.text, ticket.sealed_text, ticket.title) == before
    assert ticket.status == lamp.status == noise.status == "registered"
    assert len({ticket.number, lamp.number, noise.number}) == 3
    assert lamp.split_from_id == noise.split_from_id == ticket.id
    assert lamp.person_id == noise.person_id == ticket.person_id
    assert (lamp.source, lamp.district) == (ticket.source, ticket.district)
    assert noise.request_type == "complaint"
    assert "13989001234" not in lamp.text
    person = session.get_one(Person, ticket.person_id)
    assert unseal(person, lamp.sealed_text, "ticket") == LAMP.text
    assert list(splitting.parts_of(session, ticket)) == [lamp, noise]
    proposal = intake.proposal_of(session, lamp)
    assert proposal
    assert proposal.department


def test_every_side_tells_of_the_split_and_every_part_has_its_notice_and_clock(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, text=BOTH)
    lamp, noise = splitting.split(session, ticket, [LAMP, NOISE], actor=AGENT, now=now)
    last = history.story(session, ticket)[-1]
    assert (last.type, last.refs["parts"]) == ("ticket.split", [lamp.number, noise.number])
    for part in (lamp, noise):
        registered, split = history.story(session, part)
        assert (registered.type, split.type) == ("ticket.registered", "ticket.split")
        assert (split.refs["origin"], split.refs["parts"]) == (ticket.number, [part.number])
        owed = session.exec(select(Notice.template).where(Notice.ticket_id == part.id)).all()
        kinds = session.exec(select(Clock.kind).where(Clock.ticket_id == part.id)).all()
        assert (list(owed), list(kinds)) == (["registered"], ["dispatch_by"])
    events.verify(session)


def test_a_part_is_never_less_confidential_than_what_it_came_from(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, text=BOTH, request_type=RequestType.REPORT)
    open_part = Part(LAMP.text, request_type=RequestType.ASSISTANCE)
    (lamp,) = splitting.split(session, ticket, [open_part], actor=AGENT, now=now)
    assert (lamp.request_type, lamp.confidentiality) == ("assistance", "confidential")


def test_given_matter_and_district_decide_whom_the_part_is_proposed_to(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, text=BOTH)
    given = Part(NOISE.text, category=("城乡建设", "市政设施", "路灯"), district="540103")
    (part,) = splitting.split(session, ticket, [given], actor=AGENT, now=now)
    assert (part.category[2], part.district) == ("路灯", "540103")
    proposal = intake.proposal_of(session, part)
    assert proposal
    assert proposal.department.startswith("540103")


def test_what_can_not_be_split_is_refused(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now, text=BOTH)
    nowhere = Part(LAMP.text, district="110000")
    unknown = Part(LAMP.text, category=("没有", "这个", "事项"))
    for parts in ([], [LAMP] * 2, [Part("灯")], [LAMP, NOISE] * 5, [nowhere], [unknown]):
        with pytest.raises(Invalid):
            splitting.split(session, ticket, parts, actor=AGENT, now=now)
    assert list(splitting.parts_of(session, ticket)) == []
    to = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=now)
    with pytest.raises(Conflict):
        splitting.split(session, ticket, [LAMP], actor=AGENT, now=now)


def test_a_merged_ticket_can_still_be_split_and_stays_merged(
    session: Session, now: datetime
) -> None:
    main, ticket = create_ticket(session, now=now), create_ticket(session, now=now, text=BOTH)
    clusters.merge(session, main, [ticket], "路灯", actor=AGENT, now=now)
    (noise,) = splitting.split(session, ticket, [NOISE], actor=AGENT, now=now)
    dispatching.dispatch(session, main, [Assignment("540102-urban")], actor=AGENT, now=now)
    assert (ticket.status, noise.status) == ("dispatched", "registered")


@pytest.mark.parametrize(
    "given", [{}, {"category": ("城乡建设", "市政设施", "路灯")}, {"district": "540102"}]
)
def test_a_part_is_not_proposed_to_whom_it_accuses(
    session: Session, now: datetime, given: dict[str, Any]
) -> None:
    ticket = create_ticket(session, now=now, text=BOTH)
    part = Part("投诉城关区城市管理和综合执法局不作为，路灯坏了没人管。", **given)
    (made,) = splitting.split(session, ticket, [part], actor=AGENT, now=now)
    proposal = intake.proposal_of(session, made)
    assert proposal
    assert proposal.department == "540100-urban"
    assert proposal.body["stated"] == list(given)


def test_what_was_split_off_is_kept_from_the_departments_with_the_whole(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now, text=BOTH)
    lamp, noise = splitting.split(session, ticket, [LAMP, NOISE], actor=AGENT, now=now)
    noise.status = "closed"
    session.flush()
    confiding.keep_secret(session, ticket, now=now)
    assert (ticket.confidentiality, lamp.confidentiality) == ("confidential", "confidential")
    assert noise.confidentiality != "confidential"  # nobody works on it any more
    last = events.history(session, history.chain(lamp))[-1]
    assert last.type == "ticket.made_confidential"
