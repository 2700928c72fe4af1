"""Writing, reviewing and publishing a case, and what becomes of it when a source is lost."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from dispatch.cases import life, reading, sources, writing
from dispatch.cases.models_cases import WorkedCase
from dispatch.cases.reading import Wanted
from dispatch.cases.states import Action, Kind, Status
from dispatch.models import Confidentiality
from dispatch.people import erasures
from dispatch.sealing import sealing
from dispatch.terms import RequestType
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.dispatch.cases.scene import (
    PUBLISHER,
    READER,
    WRITER,
    closed,
    drafted,
    publish,
    published,
    submitted,
    wording,
)
from tests.dispatch.sealing_scene import WHY, somebody
from tests.factories import create_ticket

LATER = timedelta(minutes=1)


def statuses(session: Session, case: WorkedCase) -> list[tuple[int, str]]:
    rows = reading.texts(session, case, reader=PUBLISHER)
    return [(each.number, each.status) for each in rows]


def found(session: Session, reader: Actor = READER, **wanted: Any) -> list[int]:
    return [each.case_id for each in reading.listed(session, Wanted(**wanted), reader=reader)]


def test_a_case_is_written_by_one_and_published_by_another(session: Session, now: datetime) -> None:
    case, ticket = published(session, now)
    assert statuses(session, case) == [(1, Status.PUBLISHED)]
    assert [each.number for each in sources.of(session, case, reader=READER)] == [ticket.number]
    assert found(session) == [case.id]
    assert [each.type for each in life.story(session, case)] == [
        "case.drafted",
        "case.submitted",
        "case.published",
    ]


def test_who_wrote_in_it_judges_it_not(session: Session, now: datetime) -> None:
    case, ticket = drafted(session, now)
    writing.write(session, case, wording(ticket), actor=PUBLISHER, now=now)
    life.act(session, case, 1, Action.SUBMIT, actor=WRITER, now=now)
    for actor in (WRITER, PUBLISHER):
        for action in (Action.PUBLISH, Action.SEND_BACK):
            with pytest.raises(NotAllowed):
                life.act(session, case, 1, action, "不好", actor=actor, now=now)
    assert statuses(session, case) == [(1, Status.REVIEW)]


def test_numbers_are_masked_and_names_wait_to_be_confirmed(session: Session, now: datetime) -> None:
    said = "扎西次仁来电13989001234。"
    case, _ = submitted(session, now, situation=said)
    (row,) = reading.texts(session, case, reader=PUBLISHER)
    assert "13989001234" not in row.situation
    with pytest.raises(Invalid, match="confirmed"):
        life.act(session, case, 1, Action.PUBLISH, actor=PUBLISHER, now=now)
    assert row.status == Status.REVIEW
    publish(session, case, 1, now)
    assert row.status == Status.PUBLISHED


@pytest.mark.parametrize("field", ["title", "situation", "handling", "outcome", "lesson"])
def test_a_case_needs_its_words(session: Session, now: datetime, field: str) -> None:
    with pytest.raises(Invalid):
        drafted(session, now, **{field: "  "})


def test_tags_are_few_and_short(session: Session, now: datetime) -> None:
    for tags in (tuple(str(each) for each in range(11)), ("长" * 21,)):
        with pytest.raises(Invalid):
            drafted(session, now, tags=tags)


def test_only_closed_tickets_that_anybody_inside_may_see_become_cases(
    session: Session, now: datetime
) -> None:
    running = create_ticket(session, now=now)
    report = closed(session, now)
    report.request_type = RequestType.REPORT
    close = closed(session, now)
    close.confidentiality = Confidentiality.CONFIDENTIAL
    session.flush()
    writer = Actor("w", Role.SUPERVISOR, clearance=Confidentiality.CONFIDENTIAL)
    for ticket in (running, report, close):
        with pytest.raises(Conflict):
            writing.create(session, wording(ticket), actor=writer, now=now)
    with pytest.raises(Invalid):
        writing.create(session, wording(), actor=writer, now=now)
    with pytest.raises(NotFound):
        writing.create(session, wording(tickets=["000000000000"]), actor=writer, now=now)


def test_a_new_version_stands_beside_the_old_one_and_then_in_its_place(
    session: Session, now: datetime
) -> None:
    case, ticket = published(session, now)
    writing.write(session, case, wording(ticket, title="新的说法"), actor=WRITER, now=now + LATER)
    assert statuses(session, case) == [(2, Status.DRAFT), (1, Status.PUBLISHED)]
    life.act(session, case, 2, Action.SUBMIT, actor=WRITER, now=now)
    with pytest.raises(Conflict):
        writing.write(session, case, wording(ticket), actor=WRITER, now=now)
    publish(session, case, 2, now)
    assert statuses(session, case) == [(2, Status.PUBLISHED), (1, Status.REPLACED)]
    assert [each.title for each in reading.texts(session, case, reader=READER)] == ["新的说法"]


def test_what_is_withdrawn_says_why_and_nobody_else_reads_it(
    session: Session, now: datetime
) -> None:
    case, _ = published(session, now)
    with pytest.raises(Invalid):
        life.act(session, case, 1, Action.WITHDRAW, " ", actor=PUBLISHER, now=now)
    row = life.act(session, case, 1, Action.WITHDRAW, "依据已废止", actor=PUBLISHER, now=now)
    assert (row.status, row.reason) == (Status.WITHDRAWN, "依据已废止")
    assert found(session) == []
    with pytest.raises(NotFound):
        reading.find(session, case.id or 0, reader=READER)


def test_a_source_that_is_sealed_hides_the_case_at_once_and_the_sweep_recalls_it(
    session: Session, now: datetime
) -> None:
    case, ticket = published(session, now)
    boss = somebody(session, "boss", Role.ADMINISTRATOR, now)
    sealing.seal(session, ticket, WHY, actor=boss, now=now)
    session.flush()
    assert found(session) == []
    with pytest.raises(NotFound):
        reading.find(session, case.id or 0, reader=READER)
    assert [life.recall_lost(session, now=now) for _ in range(2)] == [1, 0]
    assert statuses(session, case) == [(1, Status.RECALLED)]
    with pytest.raises(Conflict, match="sealed"):
        publish(session, case, 1, now)
    life.act(session, case, 1, Action.SEND_BACK, "来源已定密", actor=PUBLISHER, now=now)
    other = closed(session, now)
    writing.write(session, case, wording(other), actor=WRITER, now=now)
    life.act(session, case, 1, Action.SUBMIT, actor=WRITER, now=now)
    publish(session, case, 1, now)
    assert found(session) == [case.id]
    assert life.recall_lost(session, now=now) == 0


def test_a_case_whose_requester_is_erased_is_reviewed_once_more_and_may_stand(
    session: Session, now: datetime
) -> None:
    case, ticket = published(session, now)
    after = now + timedelta(days=365 * 30)
    boss = somebody(session, "boss", Role.ADMINISTRATOR, now)
    erasures.erase(session, ticket, "诉求人要求", actor=boss, now=after, written="1095")
    assert found(session) == []
    assert life.recall_lost(session, now=after) == 1
    publish(session, case, 1, after)
    assert found(session) == [case.id]
    assert life.recall_lost(session, now=after) == 0


def test_a_recalled_text_is_not_sent_back_beside_another_that_is_under_way(
    session: Session, now: datetime
) -> None:
    case, ticket = published(session, now)
    writing.write(session, case, wording(ticket), actor=WRITER, now=now)
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    session.flush()
    assert life.recall_lost(session, now=now) == 1
    with pytest.raises(Conflict, match="under way"):
        life.act(session, case, 1, Action.SEND_BACK, "改", actor=PUBLISHER, now=now)


def test_cases_are_found_by_all_their_words_matter_and_kind(
    session: Session, now: datetime
) -> None:
    lamps, _ = published(session, now)
    water, _ = published(
        session,
        now + LATER,
        title="停水三天未通知",
        situation="整栋楼停水，没有公告。",
        kind=Kind.WARNING,
        matter="公用事业/供水",
    )
    assert found(session) == [water.id, lamps.id]
    assert found(session, words="停水 公告") == [water.id]
    assert found(session, words="停水 路灯") == []
    assert found(session, words="管护") == [lamps.id]
    assert found(session, words="路灯不亮") == [lamps.id]
    assert found(session, words="灯") == [lamps.id]
    assert found(session, words="，。") == [water.id, lamps.id]
    assert found(session, matter="城乡建设") == [lamps.id]
    assert found(session, matter="城乡") == []
    assert found(session, kind=Kind.WARNING) == [water.id]
    first = reading.listed(session, Wanted(), reader=READER, limit=1)[0]
    rest = reading.listed(
        session, Wanted(), reader=READER, before=(first.written_at, first.id or 0)
    )
    assert [each.case_id for each in rest] == [lamps.id]


def test_words_in_tibetan_are_found(session: Session, now: datetime) -> None:
    case, _ = published(session, now, lesson="ལམ་སྒྲོན་ཉམས་བཅོས།")
    assert found(session, words="སྒྲོན") == [case.id]


def test_who_writes_sees_drafts_of_their_area_alone(session: Session, now: datetime) -> None:
    case, _ = drafted(session, now)
    assert found(session, status=Status.DRAFT) == []
    assert found(session, WRITER, status=Status.DRAFT) == [case.id]
    far = Actor("far", Role.SUPERVISOR, district="540200")
    assert found(session, far, status=Status.DRAFT) == []
    with pytest.raises(NotFound):
        reading.find(session, case.id or 0, reader=far)


def test_a_text_that_stands_stays_bound_to_the_tickets_it_was_made_of(
    session: Session, now: datetime
) -> None:
    case, ticket = published(session, now)
    other = closed(session, now)
    with pytest.raises(Conflict, match="made of this ticket too"):
        writing.write(session, case, wording(other), actor=WRITER, now=now)
    assert [each.id for each in sources.of(session, case, reader=WRITER)] == [ticket.id]
    ticket.confidentiality = Confidentiality.CONFIDENTIAL
    session.flush()
    unaware = Actor("unaware", Role.TEAM_LEAD, clearance=Confidentiality.INTERNAL)
    writing.write(session, case, wording(other), actor=unaware, now=now)
    assert found(session) == []
    assert life.recall_lost(session, now=now) == 1
    with pytest.raises(Conflict, match="confidential"):
        publish(session, case, 1, now)
    life.act(session, case, 1, Action.WITHDRAW, "来源已定密", actor=PUBLISHER, now=now)
    writing.write(session, case, wording(other), actor=WRITER, now=now)
    life.act(session, case, 2, Action.SUBMIT, actor=WRITER, now=now)
    publish(session, case, 2, now)
    assert found(session) == [case.id]


def test_a_matter_is_masked_and_confirmed_as_all_words_are(session: Session, now: datetime) -> None:
    case, _ = submitted(session, now, matter="投诉/扎西次仁/13989001234")
    (row,) = reading.texts(session, case, reader=PUBLISHER)
    assert "13989001234" not in row.matter
    assert "扎西次仁" in [each.text for each in life.to_confirm(row)]
    with pytest.raises(Invalid, match="confirmed"):
        life.act(session, case, 1, Action.PUBLISH, actor=PUBLISHER, now=now)


def test_nobody_reads_beside_a_published_text_what_nobody_confirmed(
    session: Session, now: datetime
) -> None:
    case, _ = submitted(session, now)
    (row,) = reading.texts(session, case, reader=PUBLISHER)
    keys = [each.key for each in life.to_confirm(row)]
    words = "扎西次仁同意发布"
    life.act(session, case, 1, Action.PUBLISH, words, confirmed=keys, actor=PUBLISHER, now=now)
    assert (row.status, row.reason) == (Status.PUBLISHED, "")
