"""Reckoning in real processes: by the command, and killed at random moments."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from dispatch.models import Clock
from dispatch.rules.policies import POLICIES
from hotline import migrations
from hotline.core.clock import beijing
from hotline.core.db import connect
from hotline.core.settings import Settings
from knowledge import seed
from tests.commands import forked, typed
from tests.soak.reckonings import NOTICE, dispatch_some, kill_reckonings

TICKETS = 40
RUNS = 6  # `make soak` kills more, over more clocks


@pytest.fixture
def apart(engine: Engine, now: datetime) -> Iterator[Engine]:
    """A database of its own, for what is committed here must not reach the other tests."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE reckoning"))
    made = connect(engine.url.set(database="reckoning").render_as_string(hide_password=False))
    try:
        migrations.upgrade(made)
        with Session(made) as session:
            seed.seed(session, now=now)
            session.commit()
        yield made
    finally:
        made.dispose()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE reckoning WITH (FORCE)"))


def environment(engine: Engine, own: Settings) -> dict[str, str]:
    url = engine.url.render_as_string(hide_password=False)
    return {**os.environ, **own.child_environment(), "HOTLINE_DATABASE_URL": url}


def test_processes_killed_in_the_middle_move_each_clock_once(apart: Engine, now: datetime) -> None:
    outcome = kill_reckonings(apart, tickets=TICKETS, runs=RUNS, seed=4, now=now)
    print(outcome)
    assert outcome.wrong == ()
    assert outcome.clocks == TICKETS
    assert outcome.kills >= RUNS / 2
    assert outcome.left > 0  # there was a middle to be killed in


def test_the_command_previews_takes_in_and_moves(
    apart: Engine, own: Settings, now: datetime, tmp_path: Path
) -> None:
    with Session(apart) as session:
        dispatch_some(session, now, count=3)
    notice, bad = tmp_path / "notice.csv", tmp_path / "bad.csv"
    notice.write_text(NOTICE, encoding="utf-8")
    bad.write_text(NOTICE + "540100,2026-12-32,off,放假,通知,,,\n", encoding="utf-8")

    given = environment(apart, own)
    refused = forked(given, "import", "calendar", str(bad))
    ahead = forked(given, "import", "calendar", str(notice), "--preview")
    done = typed(given, "import", "calendar", str(notice))
    again = forked(given, "import", "calendar", str(notice))
    sheet = POLICIES.read_text(encoding="utf-8")
    few, other = tmp_path / "few.csv", tmp_path / "other.csv"
    few.write_text("\n".join(sheet.splitlines()[:2]) + "\n", encoding="utf-8")
    other.write_text(sheet.replace("inquiry,*,*,3wd", "inquiry,*,*,2wd"), encoding="utf-8")
    changed = forked(given, "import", "policies", str(other), "--preview")
    missing = forked(given, "import", "policies", str(few), "--preview")
    limitless = forked(given, "import", "policies", str(few))
    limits = forked(given, "import", "policies", str(POLICIES))

    assert refused.code == 1
    assert "bad.csv, line 3, column date" in refused.errors
    assert "3 open clocks would move" in ahead.output
    assert "2026-12-04 18:00 → 2026-12-07 18:00" in ahead.output
    assert "3 clocks moved" in done.output
    assert "known already" in again.output
    cell = "reply_by (inquiry, *, normal): 3wd dispatched suspension unit 75% → 2wd dispatched"
    assert cell in changed.output
    assert "refused: no reply_by (*, *, *) that starts at dispatched" in missing.output
    assert limitless.code == 1
    assert "would leave tickets without a limit" in limitless.errors
    assert "xizang-trial: 27 rows, version 1" in limits.output
    with Session(apart) as session:
        moved = session.exec(select(Clock).where(col(Clock.calendar_version) > 0)).all()
    assert [beijing(each.due_at).day for each in moved] == [7, 7, 7]
