"""Corrections and outcomes become lessons; a candidate is trained from them, the newest apart."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from dispatch.models import ProposalRow, Ticket
from dispatch.routing import lessons, live_model, registry, retraining
from dispatch.routing.models_earned import LessonsExport, RoutedTicket
from dispatch.routing.registry import Kind, State
from dispatch.terms import RequestType
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Invalid
from hotline.core.privacy import Person
from tests.factories import create_ticket

CHIEF = Actor("chief", Role.SUPERVISOR)
URBAN, SCHOOLS, WATER = "540102-urban", "540102-education", "540102-water"
LAMP = ("城乡建设", "市政设施", "路灯")
SCHOOL = ("教育文体", "", "")
PLACES = ("东街", "西街", "南街", "北街", "河边", "广场")
BROKEN = ("路灯不亮", "路灯坏了", "井盖松动", "路面有坑", "下水道堵塞")
TAUGHT = ("学校补课收费", "老师拖堂", "学校食堂不干净", "小学入学名额", "校车经常晚点")
DAY = timedelta(days=1)


def taught(
    session: Session,
    text: str,
    at: datetime,
    category: tuple[str, str, str] = LAMP,
    department: str = URBAN,
    outcome: str = "",
    stated: tuple[str, ...] = (),
    request_type: RequestType = RequestType.ASSISTANCE,
) -> Ticket:
    """Return a ticket, its proposal and what became of it."""
    ticket = create_ticket(session, now=at, text=text, category=category, request_type=request_type)
    body = {"stated": list(stated)} if stated else {}
    row = ProposalRow(ticket_id=ticket.id, at=at, department=department, confidence=0.9, body=body)
    session.add(row)
    session.flush()
    session.add(
        RoutedTicket(
            proposal_id=row.id or 0,
            ticket_id=ticket.id or 0,
            at=at,
            matter_code="0101",
            district_code="540102",
            department=department,
            spoken=True,
            confidence=0.9,
            automatic=False,
            outcome_department=outcome,
        )
    )
    session.flush()
    return ticket


def labels(session: Session, kind: Kind = Kind.MATTER) -> list[str]:
    return [one.label for one in lessons.of_site(session, kind)]


def year(session: Session, now: datetime, *, count: int = 120) -> None:
    """Keep `count` lessons of each of two matters before the newest month, and 10 in it."""
    for words, category, department in ((BROKEN, LAMP, URBAN), (TAUGHT, SCHOOL, SCHOOLS)):
        for place in range(count + 10):
            said = f"{PLACES[place % 6]}{words[place % 5]}，第{place % 7 + 1}次反映，请处理"
            at = now - DAY if place >= count else now - 60 * DAY
            taught(session, said, at, category, department, outcome=department)


def trained(session: Session, now: datetime) -> retraining.Retrained:
    told: list[str] = []
    hard = (["路灯又坏了", "学校乱收费"], [LAMP[0], SCHOOL[0]])
    found = retraining.retrain(
        session, Kind.MATTER, slices={"hard": hard}, tell=told.append, actor=CHIEF, now=now
    )
    assert told[0] == "training on 240 rows with 2 labels …"
    return found


def test_what_a_person_stated_and_what_was_completed_are_lessons(
    session: Session, now: datetime
) -> None:
    taught(session, "路灯坏了", now)  # nobody has said anything of it
    assert labels(session) == []
    taught(session, "路灯坏了", now, stated=("category",))
    taught(session, "路灯坏了", now, outcome=URBAN)
    assert labels(session) == [LAMP[0], LAMP[0]]
    assert labels(session, Kind.DEPARTMENT) == [URBAN]


def test_a_return_teaches_the_matter_only_of_a_department_with_one(
    session: Session, now: datetime
) -> None:
    taught(session, "学校的路灯坏了", now, outcome=SCHOOLS)
    taught(session, "大厅办事慢", now, outcome="no-such-department")
    assert labels(session, Kind.DEPARTMENT) == [SCHOOLS, "no-such-department"]
    assert LAMP[0] not in labels(session)


def test_the_confidential_the_sealed_and_the_erased_teach_nothing(
    session: Session, now: datetime
) -> None:
    taught(session, "有人受贿", now, outcome=URBAN, request_type=RequestType.REPORT)
    ticket = taught(session, "路灯坏了", now, outcome=URBAN)
    assert len(labels(session)) == 1
    person = session.get_one(Person, ticket.person_id)
    person.wrapped_key = b""
    session.flush()
    assert labels(session) == []


def test_the_newest_lessons_are_taken_the_oldest_first(session: Session, now: datetime) -> None:
    for place in range(3):
        taught(session, f"路灯坏了{'又' * place}", now + place * DAY, outcome=URBAN)
    found = lessons.of_site(session, Kind.MATTER, most=2)
    assert [one.text for one in found] == ["路灯坏了又", "路灯坏了又又"]


def test_numbers_are_masked_in_a_lesson(session: Session, now: datetime) -> None:
    taught(session, "路灯坏了，我的电话13989001234", now, outcome=URBAN)
    (one,) = lessons.of_site(session, Kind.MATTER)
    assert "13989001234" not in one.text


def test_the_newest_month_is_held_out_and_rare_labels_left_out(
    session: Session, now: datetime
) -> None:
    for days, category, count in ((60, LAMP, 5), (60, SCHOOL, 4), (1, LAMP, 2)):
        for _ in range(count):
            taught(session, "请处理", now - days * DAY, category, outcome=URBAN)
    found = lessons.parted(lessons.of_site(session, Kind.MATTER))
    assert (len(found.training), len(found.newest), found.rare) == (5, 2, 4)
    assert lessons.parted([]).training == ()


def test_a_candidate_is_trained_registered_and_the_same_rows_are_known(
    session: Session, now: datetime
) -> None:
    registry.register_shipped(session, now=now)
    year(session, now)
    found = trained(session, now)
    row = found.row
    assert (row.state, row.rows, row.labels) == (State.CANDIDATE, 240, 2)
    assert row.metrics["newest"]["rows"] == 20
    assert row.metrics["newest"]["accuracy"] == 1
    assert row.metrics["hard"]["rows"] == 2
    assert found.live_on_newest["rows"] == 20
    assert row.data_sha256
    kept = live_model.folder_of(row.folder)
    assert sorted(each.name for each in kept.iterdir()) == ["arrays.npz", "model.json"]
    assert "请处理" not in (kept / "model.json").read_text().replace(" ", "")
    again = trained(session, now + DAY)
    assert (again.known, again.row.id) == (True, row.id)
    registry.let_shadow(session, row, actor=CHIEF, now=now)
    assert row.state == State.SHADOW


def test_too_few_rows_are_refused_with_their_numbers(session: Session, now: datetime) -> None:
    taught(session, "路灯坏了", now, outcome=URBAN)
    with pytest.raises(Invalid, match="0 rows to train on, 1 in the newest month"):
        retraining.retrain(
            session, Kind.MATTER, slices={}, tell=lambda _: None, actor=CHIEF, now=now
        )


def test_rows_leave_only_for_a_reason_that_is_kept(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid, match="reason"):
        lessons.note_export(session, Kind.MATTER, 3, "  ", actor=CHIEF, now=now)
    lessons.note_export(session, Kind.MATTER, 3, "外部评测", actor=CHIEF, now=now)
    row = session.exec(select(LessonsExport)).one()
    assert (row.reason, row.rows, row.by) == ("外部评测", 3, "chief")
    (told,) = events.history(session, "lessons")
    assert (told.type, told.refs) == ("lessons.exported", {"kind": "matter", "rows": 3})
