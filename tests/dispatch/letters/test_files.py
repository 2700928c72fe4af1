"""附件 of letters: signed for with the letter, sent with an answer, seen by its readers alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from dispatch.attachments import store, sweeps
from dispatch.attachments.models_attachments import State
from dispatch.attachments.scanners import Verdict
from dispatch.letters import answering, drafting, file_reading, files, issuing, scanning, signing
from dispatch.letters.answering import Answer
from dispatch.letters.models_files import LetterFile
from dispatch.letters.models_letters import Letter
from hotline.core import events
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, NotAllowed, NotFound
from tests.dispatch.letters.file_scene import CONTENT, digest, house, read, received
from tests.dispatch.letters.letter_scene import (
    APPROVER,
    BULLETIN,
    HOME,
    OURS,
    RECTIFICATION,
    THEIRS,
    WRITER,
    issued,
)

DONE = Answer("更换灯具", "十盏路灯已亮")
OTHER = Actor("other", Role.SUPERVISOR)


@pytest.fixture
def drafted(session: Session, now: datetime) -> Letter:
    return drafting.draft(session, RECTIFICATION, HOME, actor=WRITER, now=now)


@pytest.fixture
def asked(session: Session, now: datetime) -> Letter:
    """A rectification letter that its department has acknowledged."""
    letter = issued(session, RECTIFICATION, now)
    return answering.acknowledge(session, letter, actor=OURS, now=now)


def add(
    session: Session,
    letter: Letter,
    folder: Path,
    by: Actor,
    now: datetime,
    verdict: Verdict = Verdict.CLEAN,
) -> LetterFile:
    return files.add(session, letter, received(folder, verdict=verdict), house(), actor=by, now=now)


def names(session: Session, letter: Letter, reader: Actor) -> list[tuple[str, int | None]]:
    found = file_reading.seen(session, letter, reader)
    return [(each.department, each.round) for each in found]


def last(session: Session, letter: Letter) -> events.Event:
    return events.history(session, f"letter:{letter.id}")[-1]


def test_a_file_is_part_of_what_is_approved_and_of_what_is_issued(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime
) -> None:
    without = signing.signature(session, drafted)
    row = add(session, drafted, tmp_path, WRITER, now)
    told = last(session, drafted)
    assert told.refs["attachment"] == str(row.id)
    assert told.refs["sha256"] == digest()
    assert "台账" not in str(told.refs)
    drafting.approve(session, drafted, actor=APPROVER, now=now)
    signed = last(session, drafted).refs["signed"]
    assert signed == signing.signature(session, drafted) != without
    issuing.issue(session, drafted, actor=WRITER, now=now)
    for reader in (WRITER, OURS):
        (seen,) = file_reading.seen(session, drafted, reader)
        assert (file_reading.name_of(seen), read(seen)) == ("台账.txt", CONTENT)


def test_nobody_changes_a_file_once_the_letter_is_approved(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime
) -> None:
    row = add(session, drafted, tmp_path, WRITER, now)
    drafting.approve(session, drafted, actor=APPROVER, now=now)
    for _ in range(2):  # approved, then issued
        with pytest.raises(Conflict):
            add(session, drafted, tmp_path, WRITER, now)
        with pytest.raises(Conflict):
            files.remove(session, drafted, row, house(), actor=WRITER, now=now)
        if drafted.number is None:
            issuing.issue(session, drafted, actor=WRITER, now=now)
    assert names(session, drafted, WRITER) == [("", None)]


@pytest.mark.parametrize("changed", ["digest", "content", "gone", "removed"])
def test_what_was_changed_beside_the_hotline_after_it_was_approved_is_not_issued(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime, changed: str
) -> None:
    row = add(session, drafted, tmp_path, WRITER, now)
    drafting.approve(session, drafted, actor=APPROVER, now=now)
    path = store.path_of(house().folder, row.id)
    if changed == "digest":
        row.sha256 = "0" * 64
    elif changed == "content":
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    elif changed == "gone":
        path.unlink()
    else:
        row.removed_at = now
    session.flush()
    with pytest.raises(Conflict, match="not what was approved"):
        issuing.issue(session, drafted, actor=WRITER, now=now)


def test_a_text_that_was_changed_after_it_was_approved_is_not_issued(
    session: Session, drafted: Letter, now: datetime
) -> None:
    drafting.approve(session, drafted, actor=APPROVER, now=now)
    drafted.body = "不必整改。"
    with pytest.raises(Conflict, match="not what was approved"):
        issuing.issue(session, drafted, actor=WRITER, now=now)


def test_who_added_a_file_does_not_approve_the_letter(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime
) -> None:
    row = add(session, drafted, tmp_path, APPROVER, now)
    files.remove(session, drafted, row, house(), actor=APPROVER, now=now)
    with pytest.raises(NotAllowed):
        drafting.approve(session, drafted, actor=APPROVER, now=now)
    assert drafting.approve(session, drafted, actor=OTHER, now=now).status == "approved"


def test_an_approved_letter_is_revised_for_another_file_and_approved_anew(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime
) -> None:
    drafting.approve(session, drafted, actor=APPROVER, now=now)
    again = replace(RECTIFICATION, subject="整改通知书（附清单）")
    drafting.revise(session, drafted, again, actor=WRITER, now=now)
    add(session, drafted, tmp_path, WRITER, now)
    drafting.approve(session, drafted, actor=APPROVER, now=now)
    assert issuing.issue(session, drafted, actor=WRITER, now=now).status == "issued"


def test_what_a_department_added_goes_with_its_answer_and_stays(
    session: Session, asked: Letter, tmp_path: Path, now: datetime
) -> None:
    wrong = add(session, asked, tmp_path, OURS, now)
    files.remove(session, asked, wrong, house(), actor=OURS, now=now)
    row = add(session, asked, tmp_path, OURS, now)
    assert names(session, asked, OURS) == [(OURS.department, None)]
    assert names(session, asked, WRITER) == []  # not sent yet
    with pytest.raises(NotFound):
        file_reading.find(session, asked, row.id, WRITER)
    answering.answer(session, asked, DONE, actor=OURS, now=now)
    for reader in (OURS, WRITER):
        assert names(session, asked, reader) == [(OURS.department, 1)]
    assert read(file_reading.find(session, asked, row.id, WRITER)) == CONTENT
    for late in (OURS, WRITER):
        with pytest.raises(Conflict):
            files.remove(session, asked, row, house(), actor=late, now=now)
    with pytest.raises(Conflict):
        add(session, asked, tmp_path, OURS, now)


def test_an_answer_that_was_sent_back_keeps_its_files_beside_those_of_the_next(
    session: Session, asked: Letter, tmp_path: Path, now: datetime
) -> None:
    for _ in range(2):
        add(session, asked, tmp_path, OURS, now)
        answering.answer(session, asked, DONE, actor=OURS, now=now)
        answering.send_back(session, asked, "不够具体", actor=WRITER, now=now)
    answering.answer(session, asked, DONE, actor=OURS, now=now)
    answering.accept(session, asked, actor=WRITER, now=now)
    issuing.close(session, asked, actor=WRITER, now=now)
    rounds = [(OURS.department, 1), (OURS.department, 2)]
    assert names(session, asked, WRITER) == names(session, asked, OURS) == rounds


def test_a_file_is_shown_to_whom_the_letter_is_shown_and_to_nobody_else(
    session: Session, tmp_path: Path, now: datetime
) -> None:
    letter = drafting.draft(session, BULLETIN, HOME, actor=WRITER, now=now)
    add(session, letter, tmp_path, WRITER, now)
    drafting.approve(session, letter, actor=APPROVER, now=now)
    issuing.issue(session, letter, actor=WRITER, now=now)
    for reader in (OURS, THEIRS, WRITER):
        assert names(session, letter, reader) == [("", None)]
    with pytest.raises(Conflict):  # a bulletin is not answered
        add(session, letter, tmp_path, OURS, now)
    other = drafting.draft(session, RECTIFICATION, HOME, actor=WRITER, now=now)
    with pytest.raises(NotAllowed):  # and another department's not at all
        add(session, other, tmp_path, THEIRS, now)


def test_a_letter_takes_ten_files_and_no_more(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime
) -> None:
    rows = [add(session, drafted, tmp_path, WRITER, now) for _ in range(files.MOST)]
    with pytest.raises(Conflict):
        add(session, drafted, tmp_path, WRITER, now)
    files.remove(session, drafted, rows[0], house(), actor=WRITER, now=now)
    assert add(session, drafted, tmp_path, WRITER, now).place == files.MOST + 1


def test_a_file_that_waits_for_the_scanner_is_neither_read_nor_approved(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime
) -> None:
    row = add(session, drafted, tmp_path, WRITER, now, Verdict.UNKNOWN)
    with pytest.raises(Conflict):
        read(row)
    with pytest.raises(Conflict):
        drafting.approve(session, drafted, actor=APPROVER, now=now)
    later = now + timedelta(hours=1)
    assert scanning.due(session, now=now) == []
    assert scanning.due(session, now=later) == [row.id]
    assert scanning.scan_again(session, row.id, house()) is Verdict.CLEAN
    scanning.settle(session, row.id, Verdict.UNKNOWN, house(), now=later)
    assert (row.state, row.scan_at) == (State.WAITING, later + timedelta(minutes=2))
    scanning.settle(session, row.id, Verdict.CLEAN, house(), now=later)
    assert read(row) == CONTENT
    assert drafting.approve(session, drafted, actor=APPROVER, now=now).status == "approved"


def test_an_infected_file_is_gone_and_the_history_says_so(
    session: Session, asked: Letter, tmp_path: Path, now: datetime
) -> None:
    row = add(session, asked, tmp_path, OURS, now, Verdict.UNKNOWN)
    answering.answer(session, asked, DONE, actor=OURS, now=now)  # a scanner makes nobody late
    scanning.settle(session, row.id, Verdict.INFECTED, house(), now=now)
    told = last(session, asked)
    assert (told.type, told.refs["infected"]) == ("letter.file_removed", True)
    assert told.refs["department"] == OURS.department
    assert names(session, asked, WRITER) == []
    again = scanning.settle(session, row.id, Verdict.CLEAN, house(), now=now)
    assert again.state == State.INFECTED


def test_the_sweep_of_leftovers_leaves_what_a_letter_keeps(
    session: Session, drafted: Letter, tmp_path: Path, now: datetime
) -> None:
    kept, gone = (add(session, drafted, tmp_path, WRITER, now) for _ in range(2))
    files.remove(session, drafted, gone, house(), actor=WRITER, now=now)
    session.flush()
    left = set(sweeps.leftovers(session, house(), now=datetime.now(now.tzinfo) + timedelta(days=1)))
    assert store.path_of(house().folder, gone.id) in left
    assert store.path_of(house().folder, kept.id) not in left
