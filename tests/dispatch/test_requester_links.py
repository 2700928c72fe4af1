"""诉求人链接: sent with each message, kept as a digest, worthless once it should be."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from dispatch import history
from dispatch.models import Confidentiality, Notice
from dispatch.notices import caller_notices
from dispatch.notices.notice_gateway import FILE
from dispatch.requesters import links
from dispatch.requesters.links import NoLink
from dispatch.requesters.models_requesters import RequesterLink
from hotline.core.privacy import Person
from hotline.core.settings import Settings, settings
from tests.dispatch.requester_scene import SITE, key_of
from tests.factories import create_ticket

DAYS = 90


@pytest.fixture
def outbox(own: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The messages of a site with pages and without a gateway."""
    key = (own.data_dir / "master.key").read_text().strip()
    for name, value in (("SECRET_KEY", key), ("DATA_DIR", str(tmp_path)), ("PUBLIC_URL", SITE)):
        monkeypatch.setenv(f"HOTLINE_{name}", value)
    settings.cache_clear()
    yield tmp_path / "outbox" / FILE
    monkeypatch.undo()
    settings.cache_clear()


def deliver(session: Session, now: datetime) -> None:
    notice = caller_notices.claim_unsent(session, now=now)
    assert notice
    assert caller_notices.deliver(session, notice, now=now)
    session.flush()


def sent(outbox: Path) -> list[str]:
    return [json.loads(line)["text"] for line in outbox.read_text().splitlines()]


def test_the_database_keeps_a_digest_from_which_nobody_makes_the_key(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    key = key_of(session, ticket, now)
    (row,) = session.exec(select(RequesterLink)).all()
    assert len(key) == 22  # 128 bits
    assert key not in str(row)
    assert row.expires_at == now + timedelta(days=DAYS)


def test_each_message_has_a_link_of_its_own_and_the_same_one_when_it_is_offered_again(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    keys = [key_of(session, ticket, now, about) for about in ("notice:1", "notice:2", "notice:1")]
    assert keys[0] == keys[2] != keys[1]
    for key in keys:
        assert links.hold(session, ticket.number, key, now=now).ticket is ticket


def test_a_key_opens_its_own_ticket_alone(session: Session, now: datetime) -> None:
    mine, other = create_ticket(session, now=now), create_ticket(session, now=now)
    key = key_of(session, mine, now)
    for number, tried in (
        (other.number, key),
        (mine.number, key[:-1]),
        (mine.number, ""),
        ("1", key),
    ):
        with pytest.raises(NoLink):
            links.hold(session, number, tried, now=now)


def test_a_link_runs_out_and_is_forgotten(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    key, last = key_of(session, ticket, now), now + timedelta(days=DAYS)
    links.hold(session, ticket.number, key, now=last - timedelta(seconds=1))
    with pytest.raises(NoLink):
        links.hold(session, ticket.number, key, now=last)
    links.forget(session, now=last + timedelta(seconds=1))
    assert session.exec(select(RequesterLink)).all() == []


def test_links_of_a_ticket_are_revoked_together(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    keys = [key_of(session, ticket, now, about) for about in ("notice:1", "notice:2")]
    links.revoke_all(session, ticket, now=now)
    for key in keys:
        with pytest.raises(NoLink):
            links.hold(session, ticket.number, key, now=now)


def test_sealing_shuts_every_link_at_once_and_gives_no_new_one(
    session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    key = key_of(session, ticket, now)
    ticket.confidentiality = Confidentiality.SEALED
    session.flush()
    with pytest.raises(NoLink):
        links.hold(session, ticket.number, key, now=now)
    assert key_of(session, ticket, now, "notice:2") == ""


def test_erasing_shuts_every_link_at_once(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    key = key_of(session, ticket, now)
    session.get_one(Person, ticket.person_id).wrapped_key = b""
    session.flush()
    with pytest.raises(NoLink):
        links.hold(session, ticket.number, key, now=now)


def test_a_message_ends_with_its_link_and_the_history_tells_without_the_key(
    session: Session, now: datetime, outbox: Path
) -> None:
    ticket = create_ticket(session, now=now)
    version = ticket.version
    deliver(session, now)
    (text,) = sent(outbox)
    key = text.partition(f"{SITE}/t/{ticket.number}?key=")[2]
    assert links.hold(session, ticket.number, key, now=now).ticket is ticket
    told = history.story(session, ticket)[-1]
    assert (told.type, told.audience) == ("link.sent", "internal")
    assert key not in str(told.refs)
    assert ticket.version == version  # whoever edits the ticket does not have to read it again


def test_without_a_public_address_no_message_names_a_link(
    session: Session, now: datetime, outbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_PUBLIC_URL", "")
    settings.cache_clear()
    create_ticket(session, now=now)
    deliver(session, now)
    assert "key=" not in sent(outbox)[0]
    assert session.exec(select(RequesterLink)).all() == []


def test_a_sealed_ticket_is_told_of_without_a_link(
    session: Session, now: datetime, outbox: Path
) -> None:
    ticket = create_ticket(session, now=now)
    ticket.confidentiality = Confidentiality.SEALED
    deliver(session, now)
    assert "key=" not in sent(outbox)[0]


def test_every_message_still_says_what_it_said(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    gaps = ("title", "route", "receiver", "their_number", "day", "reason", "question", "text")
    words = {name: name for name in gaps}
    for template, text in caller_notices.TEXTS.items():
        notice = Notice(ticket_id=1, template=template, words=words, made_at=now, retry_at=now)
        told = caller_notices.text_of(notice, ticket, link=SITE)
        assert told.startswith(text.format(number=ticket.number, **words))
        assert told.endswith(SITE)
