"""短信告知: kept until a gateway has taken it, then never sent again."""

import json
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlmodel import Session, select

from dispatch.models import Notice
from dispatch.notices import caller_notices
from dispatch.notices.notice_gateway import FILE
from hotline.core.privacy import Person
from hotline.core.settings import Settings, settings
from tests.dispatch.loopback_gateway import Gateway
from tests.factories import create_ticket


@pytest.fixture
def gateway(own: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """A gateway that the settings name."""
    assert own.notice_url == ""
    server = Gateway()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("HOTLINE_NOTICE_URL", server.url)
    settings.cache_clear()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def outbox(own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a site without a gateway; the vault's key is where it was."""
    key = (own.data_dir / "master.key").read_text().strip()
    monkeypatch.setenv("HOTLINE_SECRET_KEY", key)
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path / "outbox"
    monkeypatch.undo()
    settings.cache_clear()


def offer(session: Session, now: datetime) -> bool:
    """Offer the next message; return whether there was one and it was taken."""
    notice = caller_notices.claim_unsent(session, now=now)
    if notice is None:
        return False
    taken = caller_notices.deliver(session, notice, now=now)
    session.flush()
    return taken


def test_without_a_gateway_the_message_is_appended_once_and_only_its_owner_reads_it(
    session: Session, now: datetime, outbox: Path
) -> None:
    tickets = [create_ticket(session, now=now) for _ in range(2)]
    assert [offer(session, now) for _ in range(3)] == [True, True, False]
    file = outbox / FILE
    written = [json.loads(line) for line in file.read_text().splitlines()]
    assert [each["ticket"] for each in written] == [ticket.number for ticket in tickets]
    assert tickets[0].number in written[0]["text"]
    assert written[0]["template"] == "registered"
    assert "13989001234" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.stat().st_mode) == 0o700


def test_an_outbox_that_cannot_be_written_keeps_the_message(
    session: Session, now: datetime, outbox: Path
) -> None:
    create_ticket(session, now=now)
    outbox.write_text("no folder")
    assert offer(session, now) is False
    outbox.unlink()
    assert offer(session, now + timedelta(hours=1)) is True


def test_what_the_gateway_refuses_is_offered_again_with_the_same_id_and_then_never(
    session: Session, now: datetime, gateway: Gateway
) -> None:
    ticket = create_ticket(session, now=now)
    gateway.answers = [500, 503]
    assert offer(session, now) is False
    assert offer(session, now) is False  # not before its wait is over
    assert len(gateway.got) == 1
    later = now + timedelta(minutes=1)
    assert offer(session, later) is False
    assert offer(session, later + timedelta(minutes=1)) is False  # now it waits for two
    assert offer(session, later + timedelta(minutes=2)) is True
    assert offer(session, later + timedelta(days=1)) is False
    assert len(gateway.got) == 3
    assert len({each["id"] for each in gateway.got}) == 1
    assert all(each["key"] == each["id"] for each in gateway.got)
    assert (gateway.got[2]["to"], gateway.got[2]["ticket"]) == ("+8613989001234", ticket.number)
    (notice,) = session.exec(select(Notice)).all()
    assert (notice.tries, notice.sent_at) == (3, later + timedelta(minutes=2))


def test_a_gateway_that_is_away_keeps_the_message(
    session: Session, now: datetime, gateway: Gateway, capfd: pytest.CaptureFixture[str]
) -> None:
    create_ticket(session, now=now)
    gateway.server_close()
    assert offer(session, now) is False
    assert offer(session, now + timedelta(minutes=1)) is False
    shown = capfd.readouterr()
    assert "13989001234" not in shown.out + shown.err


def test_a_registered_ticket_owes_one_message(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    caller_notices.owe(session, ticket, caller_notices.CLOSED, now=now)
    session.flush()
    owed = session.exec(select(Notice.template).order_by("id")).all()
    assert owed == ["registered", "closed"]


def test_nobody_is_written_to_who_has_no_number(
    session: Session, now: datetime, gateway: Gateway
) -> None:
    ticket = create_ticket(session, now=now)
    session.get_one(Person, ticket.person_id).sealed_phone = None
    session.flush()
    assert offer(session, now) is True
    assert gateway.got == []
    assert offer(session, now + timedelta(days=1)) is False
