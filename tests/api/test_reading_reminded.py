"""必读提醒: who came later has as long as the others; each is told once, and nobody is left out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import Session, select

from dispatch.notices import knowledge_notices, staff_notices
from dispatch.notices.models_notices import StaffNotice
from hotline.core import accounts, clock
from hotline.core.accounts import Account, Role
from hotline.core.security import PERMISSIONS, Permission
from knowledge.articles import finding, mistakes, readers, reading
from knowledge.articles.mistakes import OWNER_SPAN
from knowledge.articles.models_articles import Article
from tests.api.conftest import another, sign_in
from tests.api.packaged_articles import editor, seeded, supervisor
from tests.api.test_must_reads import API, asked, in_days

__all__ = ["editor", "seeded", "supervisor"]


def later(days: float) -> datetime:
    return clock.now() + timedelta(days=days)


def remind(session: Session, at: datetime) -> int:
    owed = knowledge_notices.owed(session, now=at)
    staff_notices.owe(session, owed, now=at)
    return len(owed)


def cards(session: Session, recipient: str) -> list[str]:
    found = select(StaffNotice.card).where(StaffNotice.recipient == recipient)
    return list(session.exec(found.order_by(StaffNotice.id)))  # type: ignore[arg-type]


def agent_of(session: Session, name: str, district: str = "") -> None:
    row = Account(
        username=name,
        display_name=name,
        role=Role.AGENT,
        district=district,
        password_hash="",
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Yield what is asked of the database meanwhile."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield said
    event.remove(connection, "before_cursor_execute", note)


def test_who_came_after_the_asking_has_as_long_as_the_others(
    client: TestClient, supervisor: TestClient, session: Session
) -> None:
    asked(supervisor)  # by the third day from now on
    person = accounts.find(session, "agent-1")
    assert person
    person.created_at = later(10)
    session.flush()
    article = finding.find(session, "street-lamp")
    found = reading.of_article(session, article, watcher=accounts.MACHINE, now=later(4))
    assert [found.is_late(in_days(day)) for day in (4, 13, 14)] == [False, False, True]
    agent_of(session, "old-hand")
    [own] = client.get(f"{API}/must-reads").json()["items"]
    assert own["by_day"] == in_days(13).isoformat()
    seen = []
    for day in (4, 11, 12, 13, 14, 15):
        remind(session, later(day))
        seen.append(len(cards(session, "person:agent-1")))
    assert seen == [0, 0, 1, 1, 2, 2]
    assert cards(session, "person:agent-1") == ["yellow", "red"]
    assert cards(session, "person:old-hand") == ["red"]


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.EDITOR])
def test_whoever_is_asked_reads_that_they_are(
    role: Role, supervisor: TestClient, session: Session, now: datetime
) -> None:
    reader = sign_in(another(session), session, role, now)
    asked(supervisor, roles=[role])
    remind(session, later(3))
    [told] = reader.get(f"{API}/notices").json()["items"]
    assert told["article"] == "street-lamp"
    assert reader.post(f"{API}/notices/{told['id']}/read").status_code == 200


def test_every_role_that_is_asked_may_read_notices() -> None:
    assert set(readers.ASKED) <= PERMISSIONS[Permission.NOTICE_READ].keys()


def test_a_sweep_costs_the_same_however_many_read_and_wherever_they_are(
    supervisor: TestClient, session: Session
) -> None:
    for number in range(30):
        agent_of(session, f"county-{number}", district="540102")
    asked(supervisor, district="540100")
    with counted(session) as first:
        assert remind(session, later(9)) >= 30
    with counted(session) as second:
        assert remind(session, later(10)) == 0
    assert len(first) < 20
    assert len(second) < 20


def test_no_report_of_a_mistake_stays_untold_however_many_wait(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knowledge_notices, "AT_ONCE", 2)
    every = session.exec(select(Article.code).order_by(Article.code)).all()
    codes = sorted(finding.shown_by_code(session, every))[:5]
    assert len(codes) == 5
    for code in codes:
        article = finding.find(session, code)
        mistakes.report(session, article, actor=accounts.MACHINE, now=clock.now())
    session.flush()
    for _ in codes:
        remind(session, later(0))
    assert _about(session, ":told") == set(codes)
    assert _about(session, ":late") == set()
    for _ in codes:
        remind(session, clock.now() + 2 * OWNER_SPAN)
    assert _about(session, ":late") == set(codes)


def _about(session: Session, ending: str) -> set[str]:
    found = session.exec(select(StaffNotice).where(StaffNotice.says == knowledge_notices.MISTAKE))
    return {knowledge_notices.article_of(each) for each in found if each.about.endswith(ending)}
