"""附件 over HTTP: how files are kept: sealed, scanned, once, and no more than is taken."""

import os
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, func, select

from dispatch.attachments import receiving, scanners, store, sweeps
from dispatch.attachments.models_attachments import Attachment
from dispatch.attachments.receiving import House
from dispatch.attachments.scanners import Verdict
from dispatch.people import whose
from dispatch.terms import RequestType
from hotline.core import clock, privacy
from hotline.core.db import transaction
from hotline.core.privacy import AccessLog, Person
from hotline.core.settings import Settings
from tests.api.attachment_scene import (
    SECRET,
    URBAN,
    Desk,
    names,
    order_files,
    sent,
)
from tests.api.dispatched_scene import dispatched


@pytest.fixture
def house(own: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., House]:
    """Return what changes the house of this test's requests."""

    def with_changes(**changes: Any) -> House:
        changed = replace(receiving.house_of(own), **changes)
        monkeypatch.setattr(receiving, "house_of", lambda _own: changed)
        return changed

    return with_changes


def test_the_content_lies_sealed(session: Session, desk: Desk, own: Settings) -> None:
    ticket = dispatched(session)
    sent(desk(URBAN), order_files(ticket))
    row = session.exec(select(Attachment)).one()
    path = store.path_of(own.attachments_dir, row.public_id)
    assert SECRET[:15] not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list((own.attachments_dir / receiving.INCOMING).iterdir())


@pytest.mark.parametrize("kind", [RequestType.ASSISTANCE, RequestType.REPORT])
def test_a_look_at_a_confidential_matter_is_kept(
    session: Session, desk: Desk, kind: RequestType
) -> None:
    ticket = dispatched(session, request_type=kind)
    files, urban = order_files(ticket), desk(URBAN)
    added = sent(urban, files).json()
    assert urban.get(f"{files}/{added['id']}", params={"reason": "核对"}).status_code == 200
    looks = session.exec(select(AccessLog).where(AccessLog.what == "attachment")).all()
    told = [(each.subject, privacy.why(whose.requester(session, ticket), each)) for each in looks]
    assert told == ([(ticket.number, "核对")] if kind is RequestType.REPORT else [])


def test_too_much_is_refused(session: Session, desk: Desk, house: Callable[..., House]) -> None:
    house(most_mb=1, most_files=1)
    files, urban = order_files(dispatched(session)), desk(URBAN)
    assert sent(urban, files).status_code == 413
    assert sent(urban, files, b"a" * (70 << 20)).status_code == 413
    assert sent(urban, files, b"short").status_code == 200
    assert sent(urban, files, b"another").status_code == 409


def test_a_file_waits_for_its_scanner_and_nobody_reads_it_meanwhile(
    session: Session, desk: Desk, house: Callable[..., House]
) -> None:
    house(scanner=scanners.CommandScanner("false-that-is-not-there", 1))
    files, urban = order_files(dispatched(session)), desk(URBAN)
    added = sent(urban, files).json()
    assert added["state"] == "waiting"
    refused = urban.get(f"{files}/{added['id']}")
    assert (refused.status_code, bool(refused.json()["remedy"])) == (409, True)
    answering = house(scanner=scanners.CommandScanner("true", 5))
    row = session.exec(select(Attachment)).one()
    verdict = sweeps.scan_again(session, row.id or 0, answering)
    sweeps.settle(session, row.id or 0, verdict, answering, now=clock.now())
    assert urban.get(f"{files}/{added['id']}").content == SECRET


def test_what_the_scanner_finds_is_refused_and_leaves_nothing(
    session: Session, desk: Desk, house: Callable[..., House], tmp_path: Path
) -> None:
    found = scanners.CommandScanner("false", 5)
    at = house(scanner=found, folder=tmp_path)
    answer = sent(desk(URBAN), order_files(dispatched(session)))
    assert (answer.status_code, answer.json()["title"]) == (422, "File not accepted")
    assert found.scan(tmp_path) is Verdict.INFECTED
    assert [path for path in at.folder.rglob("*") if path.is_file()] == []


def test_an_erased_requesters_files_are_gone_and_their_list_still_stands(
    session: Session, desk: Desk
) -> None:
    ticket, urban = dispatched(session), desk(URBAN)
    added = sent(urban, order_files(ticket), name="王某.txt").json()
    session.get_one(Person, ticket.person_id).wrapped_key = b""
    session.flush()
    assert urban.get(f"{order_files(ticket)}/{added['id']}").status_code == 404
    assert names(urban, order_files(ticket)) == ["［已删除］.txt"]


def test_a_file_sent_twice_with_one_key_is_kept_once(session: Session, desk: Desk) -> None:
    files, urban = order_files(dispatched(session)), desk(URBAN)
    key = {"Idempotency-Key": "one"}
    first, second = (sent(urban, files, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert sent(urban, files, b"something else", headers=key).status_code == 422
    assert len(urban.get(files).json()["items"]) == 1


def test_a_stale_reader_adds_nothing(session: Session, desk: Desk) -> None:
    ticket, urban = dispatched(session), desk(URBAN)
    seen = urban.get(f"/api/v1/work-orders/{ticket.number}-1").headers["etag"]
    urban.post(f"/api/v1/work-orders/{ticket.number}-1/accept")
    assert sent(urban, order_files(ticket), headers={"If-Match": seen}).status_code == 412
    assert names(urban, order_files(ticket)) == []


def test_five_at_once_with_one_key_keep_one_file_and_removing_it_leaves_none(
    engine: Engine, open_desk: Desk, number: str, house: Callable[..., House], tmp_path: Path
) -> None:
    at = house(folder=tmp_path)
    files, urban = f"/api/v1/work-orders/{number}-1/attachments", open_desk(URBAN)
    with ThreadPoolExecutor(5) as threads:
        key = {"Idempotency-Key": "five"}
        answers = list(threads.map(lambda _: sent(urban, files, headers=key), range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    with Session(engine) as session:
        assert session.exec(select(func.count()).select_from(Attachment)).one() == 1
    kept = [path for path in at.folder.rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert urban.delete(f"{files}/{answers[0].json()['id']}").status_code == 200
    assert not kept[0].exists()


def test_the_jobs_scan_what_waits_and_sweep_up_what_is_left(
    engine: Engine,
    open_desk: Desk,
    number: str,
    house: Callable[..., House],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeps, "transaction", lambda: transaction(engine))
    house(folder=tmp_path, scanner=scanners.CommandScanner("sh -c 'exit 2'", 5))
    files, urban = f"/api/v1/work-orders/{number}-1/attachments", open_desk(URBAN)
    added = sent(urban, files).json()
    sweeps.scan_waiting()  # a minute too early
    house(folder=tmp_path, scanner=scanners.CommandScanner("true", 5))
    with Session(engine) as session:
        row = session.exec(select(Attachment)).one()
        row.scan_at = clock.now()
        session.add(row)
        session.commit()
    assert urban.get(f"{files}/{added['id']}").status_code == 409
    sweeps.scan_waiting()
    assert urban.get(f"{files}/{added['id']}").content == SECRET
    left = tmp_path / "ab" / "ab00.partial"
    left.parent.mkdir()
    for path in (left, store.path_of(tmp_path, uuid.UUID(added["id"]))):
        path.touch()
        os.utime(path, (0, 0))
    sweeps.remove_leftovers()
    assert not left.exists()
    assert urban.get(f"{files}/{added['id']}").content == SECRET
