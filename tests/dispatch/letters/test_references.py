"""What a letter refers to: only what its writer and each recipient may see, then and now."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.attachments.models_attachments import Attachment
from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import orders
from dispatch.letters import answering, cited, drafting, reading, references
from dispatch.letters.answering import Answer
from dispatch.letters.references import MOST, Reference, Thing
from dispatch.models import WorkOrder
from dispatch.sealing import sealing
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from tests.dispatch.letters.letter_scene import (
    BULLETIN,
    HOME,
    OURS,
    RECTIFICATION,
    URBAN,
    WRITER,
    issued,
    to,
)
from tests.dispatch.sealing_scene import WHY
from tests.dispatch.sweep_scene import dispatched

FIGURE = Reference(Thing.INDICATOR, "contact_on_time", "2026-10-01", "2026-10-31", "92.5%")


def test_a_letter_refers_to_tickets_orders_figures_letters_and_supervisions(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    earlier = issued(session, to(BULLETIN, URBAN), now)
    raised = supervision.supervise(session, ticket, order, Cause.PERSON, actor=WRITER, now=now)
    named = (
        Reference(Thing.TICKET, ticket.number),
        Reference(Thing.ORDER, order.number),
        FIGURE,
        Reference(Thing.LETTER, str(earlier.number)),
        Reference(Thing.SUPERVISION, str(raised.id)),
    )
    letter = issued(session, replace(RECTIFICATION, references=(*named, named[0])), now)
    assert references.shown(session, letter, OURS) == list(named)


@pytest.mark.parametrize("thing", [Thing.TICKET, Thing.ORDER])
def test_what_one_of_the_recipients_may_not_see_is_refused(
    session: Session, now: datetime, thing: Thing
) -> None:
    ticket, order = dispatched(session, now)
    number = ticket.number if thing is Thing.TICKET else order.number
    named = (Reference(thing, number),)
    mine = replace(to(BULLETIN, URBAN), references=named)
    assert drafting.draft(session, mine, HOME, actor=WRITER, now=now).named
    with pytest.raises(Invalid, match="540100-water"):
        drafting.draft(session, replace(BULLETIN, references=named), HOME, actor=WRITER, now=now)


@pytest.mark.parametrize(
    "wrong",
    [
        Reference(Thing.TICKET, "999999999999"),
        Reference(Thing.ORDER, "999999999999-1"),
        Reference(Thing.LETTER, "12345督〔2020〕1号"),
        Reference(Thing.REPORT, "99"),
        Reference(Thing.REPORT, "x"),
        Reference(Thing.SUPERVISION, "9" * 30),
        Reference(Thing.INDICATOR, "no_such", "2026-10-01", "2026-10-31", "1"),
        replace(FIGURE, figure=""),
    ],
)
def test_what_is_not_there_is_refused(session: Session, now: datetime, wrong: Reference) -> None:
    given = replace(to(BULLETIN, URBAN), references=(wrong,))
    with pytest.raises(Invalid):
        drafting.draft(session, given, HOME, actor=WRITER, now=now)


@pytest.mark.parametrize(
    ("code", "figure"),
    [
        ("contact_on_time", "92.5%"),
        ("contact_on_time", "100%"),
        ("seat_occupancy", "30 %"),
        ("wait", "18.4 秒"),
        ("wait_p90", "18"),
        ("received", "1024"),
    ],
)
def test_a_figure_is_written_as_its_indicator_is_read(code: str, figure: str) -> None:
    cited.require_fitting(code, "2026-10-01", "2026-10-31", figure)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"figure": "很低"}, "is no figure of"),
        ({"figure": "92.5"}, "is no figure of"),
        ({"figure": "100.5%"}, "is no figure of"),
        ({"figure": "-1%"}, "is no figure of"),
        ({"figure": "92.55%"}, "is no figure of"),
        ({"code": "received", "figure": "92.5%"}, "is no figure of"),
        ({"code": "received", "figure": "10.5"}, "is no figure of"),
        ({"code": "wait", "figure": "92.5%"}, "is no figure of"),
        ({"since": "2026-11-01"}, "days are none"),
        ({"until": "下月"}, "days are none"),
        ({"since": "2019-12-31"}, "was not defined"),
    ],
)
def test_a_figure_that_its_indicator_never_has_is_refused(
    session: Session, now: datetime, wrong: dict[str, str], said: str
) -> None:
    given = replace(to(BULLETIN, URBAN), references=(replace(FIGURE, **wrong),))  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=said):
        drafting.draft(session, given, HOME, actor=WRITER, now=now)


def test_too_many_are_refused(session: Session, now: datetime) -> None:
    many = tuple(replace(FIGURE, figure=str(each)) for each in range(MOST + 1))
    with pytest.raises(Invalid):
        drafting.draft(session, replace(BULLETIN, references=many), HOME, actor=WRITER, now=now)


def test_a_ticket_that_is_sealed_since_is_named_to_nobody_who_may_not_see_it(
    session: Session, now: datetime, lead: Actor
) -> None:
    ticket, order = dispatched(session, now)
    named = (Reference(Thing.TICKET, ticket.number), Reference(Thing.ORDER, order.number), FIGURE)
    letter = issued(session, replace(RECTIFICATION, references=named), now)
    sealing.seal(session, ticket, WHY, actor=lead, now=now)
    session.flush()
    assert orders.of_ticket(session, ticket)
    assert references.shown(session, letter, OURS) == [FIGURE]
    assert references.shown(session, letter, WRITER) == [FIGURE]
    with pytest.raises(Invalid):
        drafting.draft(
            session, replace(RECTIFICATION, references=named), HOME, actor=WRITER, now=now
        )


def filed(session: Session, order: WorkOrder, department: str, now: datetime) -> str:
    """Keep a file's row as the department's; return its id."""
    ticket = orders.ticket_of(session, order)
    row = Attachment(
        ticket_id=order.ticket_id,
        order_id=order.id,
        person_id=ticket.person_id,
        kind="pdf",
        sealed_name=b"",
        size=1,
        added_at=now,
        added_by="test",
        department=department,
    )
    session.add(row)
    session.flush()
    return str(row.public_id)


def test_an_answer_shows_the_department_s_own_files_on_what_the_letter_names(
    session: Session, now: datetime, lead: Actor
) -> None:
    _, order = dispatched(session, now)
    _, elsewhere = dispatched(session, now)
    named = replace(RECTIFICATION, references=(Reference(Thing.ORDER, order.number),))
    letter = issued(session, named, now)
    answering.acknowledge(session, letter, actor=OURS, now=now)
    own = filed(session, order, URBAN, now)
    for other in (
        filed(session, order, "540100-water", now),
        filed(session, elsewhere, URBAN, now),
        "no such file",
    ):
        with pytest.raises(Invalid), session.begin_nested():
            answering.answer(session, letter, Answer("做了", "好了", [other]), actor=OURS, now=now)
    answering.answer(session, letter, Answer("做了", "好了", [own, own]), actor=OURS, now=now)
    assert [each.files for each in reading.answers(session, letter)] == [[own]]
    sealing.seal(session, orders.ticket_of(session, order), WHY, actor=lead, now=now)
    session.flush()
    assert answering.files_of(session, letter, URBAN) == []
