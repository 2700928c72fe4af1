"""有条件开放: who may take what is given on application, and that every download is kept."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.publishing import columns, ladder, reading, receivers, terms
from dispatch.publishing.columns import Grade
from dispatch.publishing.models_publishing import DataReceiver
from dispatch.rules.sheet import BadSheet
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed
from tests.dispatch.publishing.scene import MAKER, a_release


def register(session: Session, now: datetime, days: int = 30) -> tuple[DataReceiver, str]:
    until = beijing_day(now) + timedelta(days=days)
    return receivers.register(session, "某大学", "研究 13989001234", until, actor=MAKER, now=now)


def test_a_key_holds_to_the_end_of_its_term(session: Session, now: datetime) -> None:
    row, key = register(session, now)
    assert receivers.holder(session, key, now=now) is row
    assert "13989001234" not in row.purpose
    assert receivers.holder(session, key, now=now + timedelta(days=30)) is row
    for at, given in ((now + timedelta(days=31), key), (now, key + "x"), (now, "")):
        with pytest.raises(NotAllowed):
            receivers.holder(session, given, now=at)


def test_who_was_ended_gets_nothing_more(session: Session, now: datetime) -> None:
    row, key = register(session, now)
    receivers.end(session, row, actor=MAKER, now=now)
    with pytest.raises(NotAllowed):
        receivers.holder(session, key, now=now)
    with pytest.raises(Conflict):
        receivers.end(session, row, actor=MAKER, now=now)


@pytest.mark.parametrize("days", [-1, 367])
def test_no_term_is_over_or_too_long(session: Session, now: datetime, days: int) -> None:
    with pytest.raises(Invalid):
        register(session, now, days)


def test_nobody_is_registered_without_a_purpose(session: Session, now: datetime) -> None:
    with pytest.raises(Invalid):
        receivers.register(session, "某大学", " ", beijing_day(now), actor=MAKER, now=now)


def test_every_download_is_kept(session: Session, now: datetime) -> None:
    row, _ = register(session, now)
    release = a_release(session, now)
    file = reading.file(session, release, "ticket-records-full.csv")
    assert file.grade == Grade.ON_APPLICATION
    for _ in range(2):
        receivers.take(session, row, release, file, now=now)
    first, second = receivers.taken(session, row)
    assert first.seq > second.seq
    assert first.refs["sha256"] == file.sha256
    assert receivers.taken(session, row, before=first.seq) == [second]


def test_bad_lines_of_the_data_are_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("sheets")
    for text, read in (
        ("name,value,basis\nk,0,x\ncell,5,\n", terms.read_terms),
        (",".join(columns.NAMES) + "\nstatistics,x,text,none,,,,1,x,x\n", columns.read_columns),
        (
            "step,district,matter,request_type,source,days,why\n"
            "0,any,l3,exact,exact,exact,x\n1,county,any,exact,exact,exact,x\n",
            ladder.read_ladder,
        ),
    ):
        path = folder / "sheet.csv"
        path.write_text(text, "utf-8")
        with pytest.raises(BadSheet):
            read(path)
