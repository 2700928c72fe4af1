"""签发: where the policy asks for it, a reply waits for its leader while its clock runs on."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from dispatch import history
from dispatch.handling import dispatching, onward, orders, replies, reviews, signing
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Clock, Reply, Ticket, WorkOrder
from dispatch.rules import sign_off
from dispatch.rules.sheet import BadSheet
from dispatch.rules.sign_off import SIGN_OFF, load_sign_off, needs_signature
from dispatch.terms import RequestType, TimeClass
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed
from tests.factories import create_ticket

AGENT = Actor("dawa", Role.AGENT)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")
CITY = Actor("540100-urban#1", Role.SYSTEM, "540100-urban")
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
BETTER = Answer("更换电缆", is_true=True, is_solved=True, public_reply="电缆已经更换。")
HEADER = "profile,request_type,time_class,district,since,until,source\n"


def accepted(
    session: Session,
    now: datetime,
    *,
    kind: TimeClass = TimeClass.COMPLEX,
    department: str = "540102-urban",
) -> tuple[Ticket, WorkOrder]:
    ticket = create_ticket(session, now=now, time_class=kind)
    dispatching.dispatch(session, ticket, [Assignment(department)], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=Actor("x", Role.SYSTEM, department), now=now)
    return ticket, order


def running(session: Session, order: WorkOrder) -> set[str]:
    found = session.exec(select(Clock).where(Clock.subject == orders.subject(order))).all()
    return {each.kind for each in found if not each.stopped_at}


def told(session: Session, ticket: Ticket, since: int = 0) -> list[str]:
    return [each.type for each in history.story(session, ticket)][since:]


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Reply)).one()


def test_an_unsigned_reply_is_the_units_own_until_its_leader_signs(
    session: Session, now: datetime
) -> None:
    ticket, order = accepted(session, now)
    before = len(told(session, ticket))
    kept = replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    assert (order.status, kept.awaits_signature) == ("accepted", True)
    assert "reply_by" in running(session, order)
    assert replies.latest_reply(session, order) is None  # nobody else reads it
    with pytest.raises(Conflict), session.begin_nested():
        reviews.complete(session, order, actor=AGENT, now=now)
    later, version = now + timedelta(hours=3), order.version
    signed = signing.sign(session, order, signed_by="局长", actor=URBAN, now=later)
    assert signed is kept
    assert (kept.signed_at, kept.signed_by, kept.awaits_signature) == (later, "局长", False)
    assert (order.status, order.version) == ("replied", version + 2)  # signed, and so given
    assert running(session, order) == {"contact_by"}
    assert told(session, ticket, before) == ["order.drafted", "order.signed", "order.replied"]
    assert "局长" not in str([each.refs for each in history.story(session, ticket)])
    reviews.complete(session, order, actor=AGENT, now=later)
    assert ticket.status == "awaiting_callback"
    assert replies.told(session, ticket) == [kept]


def test_a_newer_reply_takes_the_place_of_the_unsigned_one(session: Session, now: datetime) -> None:
    ticket, order = accepted(session, now)
    version = order.version
    first = replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    assert replies.reply(session, order, ANSWER, actor=URBAN, now=now) is first
    assert order.version == version + 1
    later = now + timedelta(hours=1)
    second = replies.reply(session, order, BETTER, actor=URBAN, now=later)
    assert (second.result, second.at, order.version) == (BETTER.result, later, version + 2)
    assert count(session) == 1
    signing.sign(session, order, signed_by="局长", actor=URBAN, now=later)
    assert [each.result for each in replies.replies_of(session, order)] == [BETTER.result]
    assert told(session, ticket).count("order.drafted") == 2


def test_what_comes_signed_is_given_at_once_and_only_once(session: Session, now: datetime) -> None:
    ticket, order = accepted(session, now)
    for _ in range(3):
        kept = replies.reply(session, order, ANSWER, signed_off_by="局长", actor=URBAN, now=now)
    assert (order.status, kept.signed_by, count(session)) == ("replied", "局长", 1)
    types = told(session, ticket)
    assert (types.count("order.signed"), types.count("order.replied")) == (1, 1)
    assert "order.drafted" not in types
    for _ in range(2):  # nor is it signed twice
        assert signing.sign(session, order, signed_by="局长", actor=URBAN, now=now) is kept
    with pytest.raises(Conflict), session.begin_nested():
        signing.sign(session, order, signed_by="副局长", actor=URBAN, now=now)


def test_a_waiting_reply_sent_again_with_its_signature_is_given(
    session: Session, now: datetime
) -> None:
    _, order = accepted(session, now)
    draft = replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    again = replies.reply(session, order, ANSWER, signed_off_by="局长", actor=URBAN, now=now)
    assert again is draft
    assert (order.status, count(session)) == ("replied", 1)


def test_where_no_signature_is_asked_for_a_reply_is_given_as_it_comes(
    session: Session, now: datetime
) -> None:
    ticket, order = accepted(session, now, kind=TimeClass.NORMAL)
    with pytest.raises(Conflict, match="Reply first"), session.begin_nested():
        signing.sign(session, order, signed_by="局长", actor=URBAN, now=now)
    kept = replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    assert (order.status, kept.signed_at) == ("replied", None)
    assert "order.signed" not in told(session, ticket)


def test_only_the_orders_own_department_signs_and_an_office_is_named(
    session: Session, now: datetime
) -> None:
    _, order = accepted(session, now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    for actor in (AGENT, CITY):
        with pytest.raises(NotAllowed), session.begin_nested():
            signing.sign(session, order, signed_by="局长", actor=actor, now=now)
    with pytest.raises(Invalid), session.begin_nested():
        signing.sign(session, order, signed_by=" ", actor=URBAN, now=now)
    kept = signing.sign(session, order, signed_by="局长13989001234", actor=URBAN, now=now)
    assert "13989001234" not in kept.signed_by


def test_a_rejected_reply_is_signed_anew(session: Session, now: datetime) -> None:
    _, order = accepted(session, now)
    replies.reply(session, order, ANSWER, signed_off_by="局长", actor=URBAN, now=now)
    reviews.reject(session, order, note="没有时间", actor=AGENT, now=now)
    draft = replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    assert (order.status, draft.awaits_signature, count(session)) == ("accepted", True, 2)
    signing.sign(session, order, signed_by="局长", actor=URBAN, now=now)
    reviews.complete(session, order, actor=AGENT, now=now)
    verdicts = [each.verdict for each in replies.replies_of(session, order)]
    assert verdicts == ["rejected", "completed"]


def test_a_waiting_reply_keeps_nobody_from_returning_and_tells_nobody(
    session: Session, now: datetime
) -> None:
    ticket, order = accepted(session, now)
    replies.reply(session, order, ANSWER, actor=URBAN, now=now)
    back = Return("unclear_duty", "三定方案")
    reviews.return_order(session, order, back, actor=URBAN, now=now)
    assert (ticket.status, order.status) == ("registered", "returned")
    assert replies.told(session, ticket) == []
    with pytest.raises(Conflict), session.begin_nested():
        signing.sign(session, order, signed_by="局长", actor=URBAN, now=now)


def test_a_contact_named_in_an_unsigned_reply_counts_at_once(
    session: Session, now: datetime
) -> None:
    _, order = accepted(session, now)
    reached = Answer(
        "更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。", contacted_at=now
    )
    replies.reply(session, order, reached, actor=URBAN, now=now)
    assert running(session, order) == {"reply_by", "return_by"}


def test_nothing_is_signed_while_an_order_below_is_open(session: Session, now: datetime) -> None:
    _, order = accepted(session, now, department="540100-urban")
    replies.reply(session, order, ANSWER, actor=CITY, now=now)
    (child,) = onward.dispatch(session, order, ["540102-urban"], "", actor=CITY, now=now)
    with pytest.raises(Conflict, match=child.number), session.begin_nested():
        signing.sign(session, order, signed_by="局长", actor=CITY, now=now)
    onward.recall(session, child, "不用了", actor=CITY, now=now)
    signing.sign(session, order, signed_by="局长", actor=CITY, now=now)
    assert order.status == "replied"


@pytest.mark.parametrize(
    ("request_type", "time_class", "needed"),
    [
        (RequestType.REPORT, TimeClass.NORMAL, True),
        (RequestType.REPORT, TimeClass.EMERGENCY, True),
        (RequestType.ASSISTANCE, TimeClass.COMPLEX, True),
        (RequestType.ASSISTANCE, TimeClass.NORMAL, False),
        (RequestType.COMPLAINT, TimeClass.UTILITY, False),
    ],
)
def test_the_default_asks_for_it_where_it_is_complex_or_accuses(
    now: datetime, request_type: RequestType, time_class: TimeClass, needed: bool
) -> None:
    rules, lhasa = load_sign_off(SIGN_OFF), ("540102", "540100", "540000")
    found = needs_signature(
        request_type, time_class, lhasa, now, profile="xizang-trial", rules=rules
    )
    assert found is needed


def test_a_citys_rule_holds_in_its_counties_and_in_its_days(tmp_path: Path, now: datetime) -> None:
    own = tmp_path / "sign_off.csv"
    row = "xizang-trial,*,*,540100,2026-11-25,2026-11-30,拉萨市试行"
    own.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    rules = sign_off.site_rules(tmp_path)
    assert sign_off.site_rules(tmp_path / "none") == load_sign_off(SIGN_OFF)

    def needed(district: tuple[str, ...], at: datetime, profile: str = "xizang-trial") -> bool:
        normal = TimeClass.NORMAL
        return needs_signature(
            RequestType.INQUIRY, normal, district, at, profile=profile, rules=rules
        )

    assert needed(("540102", "540100", "540000"), now)
    assert not needed(("540200", "540000"), now)
    assert not needed(("540100",), now + timedelta(days=6))
    assert not needed(("540100",), now - timedelta(days=1))
    assert not needed(("540100",), now, "another")


@pytest.mark.parametrize(
    "row",
    [
        "xizang-trial,nonsense,*,*,,,x",
        "xizang-trial,*,nonsense,*,,,x",
        "xizang-trial,*,*,,,,x",
        ",*,*,*,,,x",
        "xizang-trial,*,*,*,,,",
        "xizang-trial,*,*,*,2026-12-01,2026-11-01,x",
        "xizang-trial,*,*,*,soon,,x",
    ],
)
def test_a_bad_rule_is_named_with_its_line(tmp_path: Path, row: str) -> None:
    own = tmp_path / "sign_off.csv"
    own.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    with pytest.raises(BadSheet, match="line 2"):
        load_sign_off(own)
