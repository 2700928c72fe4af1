"""附件: how files lie, are scanned again, and are swept away when nobody owns them."""

import os
import stat
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from socket import AF_UNIX, socket
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from dispatch.attachments import attachments, receiving, store, sweeps
from dispatch.attachments.file_names import LONGEST, normalise
from dispatch.attachments.models_attachments import Attachment, State
from dispatch.attachments.receiving import House, Received
from dispatch.attachments.scanners import (
    CommandScanner,
    NoScanner,
    SocketScanner,
    Verdict,
    scanner_of,
)
from hotline.core import privacy
from hotline.core.accounts import MACHINE
from hotline.core.errors import NotFound, Unavailable
from hotline.core.events import Event
from hotline.core.settings import Settings
from hotline.core.vault import Unreadable
from hotline.core.workbench.kinds import FORMS, Kind
from tests.factories import CALLER, create_ticket

CONTENT = os.urandom(2 * store.PIECE + 5)


@pytest.fixture
def house(own: Settings, tmp_path: Path) -> House:
    return replace(receiving.house_of(own), folder=tmp_path / "attachments")


def added(session: Session, house: House, verdict: Verdict, now: datetime) -> Attachment:
    content = house.folder.parent / "clean"
    content.write_bytes(CONTENT)
    file = Received(Kind.PDF, "a.pdf", content, "", verdict)
    return attachments.add_to_ticket(
        session,
        create_ticket(session, now=now),
        file,
        house,
        for_departments=False,
        actor=MACHINE,
        now=now,
    )


@pytest.mark.parametrize("size", [0, 1, store.PIECE - 1, store.PIECE, store.PIECE + 1])
def test_content_comes_back_as_it_was(
    session: Session, tmp_path: Path, now: datetime, size: int
) -> None:
    person, name = privacy.know_person(session, CALLER, now=now), uuid.uuid4()
    assert store.write(tmp_path, name, person, BytesIO(CONTENT[:size])) == size
    assert b"".join(store.read(tmp_path, name, person)) == CONTENT[:size]


def test_pieces_that_were_changed_moved_or_cut_off_are_not_read(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    person, name, other = privacy.know_person(session, CALLER, now=now), uuid.uuid4(), uuid.uuid4()
    store.write(tmp_path, name, person, BytesIO(CONTENT))
    path = store.path_of(tmp_path, name)
    whole, piece = path.read_bytes(), store.PIECE + 28
    broken = [
        whole[:-1],
        whole[:piece],
        whole[piece:],
        whole[piece : 2 * piece] + whole[:piece] + whole[2 * piece :],
        whole[:99] + bytes([whole[99] ^ 1]) + whole[100:],
    ]
    for bad in broken:
        path.write_bytes(bad)
        with pytest.raises(Unreadable):
            b"".join(store.read(tmp_path, name, person))
    store.path_of(tmp_path, other).parent.mkdir(exist_ok=True)
    store.path_of(tmp_path, other).write_bytes(whole)
    with pytest.raises(Unreadable):
        b"".join(store.read(tmp_path, other, person))
    stranger = privacy.know_person(session, None, now=now)
    path.write_bytes(whole)
    with pytest.raises(Unreadable):
        b"".join(store.read(tmp_path, name, stranger))


def test_a_file_that_is_not_there_is_told_before_the_answer_begins(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    person = privacy.know_person(session, CALLER, now=now)
    with pytest.raises(NotFound):
        store.read(tmp_path, uuid.uuid4(), person)


def test_a_write_that_breaks_off_leaves_nothing_under_its_name(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    class Torn(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > store.PIECE:
                raise OSError("the disk went away")
            return super().read(size)

    person, name = privacy.know_person(session, CALLER, now=now), uuid.uuid4()
    with pytest.raises(OSError, match="went away"):
        store.write(tmp_path, name, person, Torn(CONTENT))
    assert not store.path_of(tmp_path, name).exists()


def test_what_no_row_names_is_swept_away_and_nothing_else(
    session: Session, house: House, now: datetime
) -> None:
    kept, gone = (added(session, house, Verdict.CLEAN, now) for _ in range(2))
    attachments.remove(session, gone, house, actor=MACHINE, now=now)
    session.flush()
    person = privacy.know_person(session, CALLER, now=now)
    orphan, young = uuid.uuid4(), uuid.uuid4()
    for name in (orphan, young):
        store.write(house.folder, name, person, BytesIO(b"x"))
    torn = store.path_of(house.folder, uuid.uuid4()).with_suffix(store.PARTIAL)
    torn.parent.mkdir(exist_ok=True)
    torn.write_bytes(b"x")
    left = house.incoming / "tmp-of-a-killed-request"
    left.mkdir(parents=True)
    ours = {store.path_of(house.folder, each.public_id) for each in (kept, gone)}
    forgotten = added(session, house, Verdict.CLEAN, now)
    session.add(erased := privacy.know_person(session, None, now=now))
    erased.wrapped_key, forgotten.person_id = b"", erased.id
    session.flush()
    unreadable = store.path_of(house.folder, forgotten.public_id)
    old = {*ours, store.path_of(house.folder, orphan), unreadable, torn, left}
    past = (now - timedelta(hours=2)).timestamp()
    for path in old:
        os.utime(path, (past, past))
    os.utime(store.path_of(house.folder, young), (now.timestamp(), now.timestamp()))
    found = set(sweeps.leftovers(session, house, now=now))
    assert found == old - {store.path_of(house.folder, kept.public_id)}


def test_more_files_than_one_statement_has_values_are_swept_all_the_same(
    session: Session, house: House, now: datetime
) -> None:
    kept = added(session, house, Verdict.CLEAN, now)
    folder = store.path_of(house.folder, kept.public_id).parent
    for place in range(65_536):
        (folder / uuid.UUID(int=place).hex).touch()
    tomorrow = datetime.now(now.tzinfo) + timedelta(days=1)
    found = sweeps.leftovers(session, house, now=tomorrow)
    assert len(found) == 65_536
    assert store.path_of(house.folder, kept.public_id) not in found


def test_a_scanner_that_fails_is_asked_again_ever_more_seldom(
    session: Session, house: House, now: datetime
) -> None:
    row = added(session, house, Verdict.UNKNOWN, now)
    waits = []
    for _ in range(9):
        row = sweeps.settle(session, row.id or 0, Verdict.UNKNOWN, house, now=now)
        assert row.scan_at
        waits.append(int((row.scan_at - now).total_seconds()) // 60)
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert sweeps.due(session, now=now) == []
    assert sweeps.due(session, now=now + timedelta(hours=2)) == [row.id]


def test_what_is_found_later_is_removed_and_the_history_says_so(
    session: Session, house: House, now: datetime
) -> None:
    row = added(session, house, Verdict.UNKNOWN, now)
    row = sweeps.settle(session, row.id or 0, Verdict.INFECTED, house, now=now)
    assert (row.state, row.removed_at) == (State.INFECTED, now)
    told = session.exec(select(Event).where(Event.type == "attachment.removed")).one()
    assert (told.refs["infected"], told.audience) == (True, "internal")
    again = sweeps.settle(session, row.id or 0, Verdict.CLEAN, house, now=now)
    assert again.state == State.INFECTED


def test_nothing_is_taken_when_the_disk_is_nearly_full(house: House) -> None:
    with (
        pytest.raises(Unavailable),
        receiving.received(BytesIO(b"x"), "a.txt", replace(house, least_free_mb=1 << 40)),
    ):
        pass


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A scanner as a shell script: `--slow` sleeps."""
    path = tmp_path / "scan"
    steps = ('grep -q EICAR "$2" && exit 1', '[ "$1" = --slow ] && sleep 9', "exit 0")
    path.write_text("\n".join(("#!/bin/sh", *steps)))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_command_says_by_its_exit_status_what_it_found(script: Path, tmp_path: Path) -> None:
    file = tmp_path / "f"
    scanner = scanner_of(f"{script} --quick", timeout_s=5)
    file.write_text("fine")
    assert scanner.scan(file) is Verdict.CLEAN
    file.write_text("EICAR")
    assert scanner.scan(file) is Verdict.INFECTED
    for broken in ("false; exit", "/nowhere/at/all", "sh -c 'exit 2'", "'unclosed"):
        assert CommandScanner(broken, 5).scan(file) is Verdict.UNKNOWN
    file.write_text("fine")
    assert CommandScanner(f"{script} --slow", 1).scan(file) is Verdict.UNKNOWN
    assert isinstance(scanner_of(" ", timeout_s=1), NoScanner)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (b"stream: OK\0", Verdict.CLEAN),
        (b"stream: Eicar-Test-Signature FOUND\0", Verdict.INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", Verdict.UNKNOWN),
        (b"", Verdict.UNKNOWN),
    ],
)
def test_clamd_is_told_the_content_on_its_socket(
    tmp_path: Path, said: bytes, verdict: Verdict
) -> None:
    (tmp_path / "f").write_bytes(b"content")
    heard = bytearray()
    with socket(AF_UNIX) as door:
        door.bind(str(tmp_path / "clamd"))
        door.listen()

        def clamd() -> None:
            line, _ = door.accept()
            with line:
                while not heard.endswith(bytes(4)):
                    heard.extend(line.recv(1 << 16))
                line.sendall(said)

        thread = Thread(target=clamd)
        thread.start()
        scanner = scanner_of(f"unix:{tmp_path / 'clamd'}", timeout_s=5)
        assert isinstance(scanner, SocketScanner)
        assert scanner.scan(tmp_path / "f") is verdict
        thread.join()
    assert bytes(heard) == b"zINSTREAM\0" + b"\0\0\0\x07content" + bytes(4)


def test_a_scanner_that_is_not_there_leaves_the_file_waiting(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"content")
    assert SocketScanner(str(tmp_path / "nobody"), 1).scan(tmp_path / "f") is Verdict.UNKNOWN


@given(st.text(max_size=300), st.sampled_from(Kind))
def test_any_name_becomes_a_label_of_its_kind(name: str, kind: Kind) -> None:
    label = normalise(name, kind)
    form = FORMS[kind]
    assert 0 < len(label) <= LONGEST
    assert label.lower().endswith((form.suffix, *form.also))
    assert not set(label) & set('/\\:*?"<>|\0\r\n')
    assert not label.startswith(".")
    assert normalise(label, kind) == label
