"""`hotline train` from the database, `hotline models lessons | earned | rule` at a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session
from typer import BadParameter

from dispatch.routing import earning_rules, registry
from dispatch.routing.earning_rules import Heard
from hotline.commands import learning, training
from hotline.core.clock import now as clock
from hotline.core.errors import Invalid
from tests.console.running.test_earned import earned
from tests.dispatch.test_lessons import taught, year


@pytest.fixture(autouse=True)
def one_transaction(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def same() -> Iterator[Session]:
        yield session
        session.flush()

    monkeypatch.setattr("hotline.core.db.transaction", same)


def test_a_candidate_is_trained_from_the_database_and_judges_unseen(
    session: Session, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry.register_shipped(session, now=now)
    year(session, clock())
    hard = tmp_path / "hard.csv"
    hard.write_text("text,label\n路灯又坏了,城乡建设\n", encoding="utf-8")
    training.train(measured=[f"hard={hard}"], shadow=True)
    said = capsys.readouterr()
    assert "training on 240 rows with 2 labels" in said.err
    for words in ("shadow", "newest", "hard", "fixed", "live, newest"):
        assert words in said.out
    training.train()
    assert "trained on these rows before" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["hard.csv"]


def test_rows_are_written_for_a_reason_and_never_over_another_file(
    session: Session, now: datetime, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taught(session, "路灯坏了", now, outcome="540102-urban")
    learning.lessons()
    assert "1 rows: 0 to train on, 1 of the newest month" in capsys.readouterr().out
    out = tmp_path / "rows.csv"
    with pytest.raises(Invalid, match="reason"):
        learning.lessons(out=out)
    assert not out.exists()
    learning.lessons(out=out, reason="外部评测")
    assert out.read_text(encoding="utf-8").splitlines() == ["text,label", "路灯坏了,城乡建设"]
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(Invalid, match="can't be written"):
        learning.lessons(out=out, reason="外部评测")


def test_the_entries_and_the_rule_are_said_and_changed(
    session: Session, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    earned(session, now)
    learning.earned()
    said = capsys.readouterr().out
    assert "right none known" in said
    assert "0101 540102 540102-urban  200 of 200 right, at least 98.1%" in said
    learning.rule("spoken", reason="从严", least_outcomes=300)
    assert earning_rules.current(session)[Heard.SPOKEN].least_outcomes == 300
    assert earning_rules.current(session)[Heard.SPOKEN].window_days == 180
    with pytest.raises(Invalid, match="No entry may earn"):
        learning.rule("typed", reason="从宽", least_precision=0.8)


def test_what_is_misspelt_is_refused() -> None:
    with pytest.raises(BadParameter):
        training.train(kind="weather")
    with pytest.raises(BadParameter):
        learning.rule("sung", reason="x")
    with pytest.raises(Invalid, match="name of its own"):
        training.train(measured=["newest=x.csv"])
    with pytest.raises(Invalid, match="name of its own"):
        training.train(measured=["a=x.csv", "a=y.csv"])
