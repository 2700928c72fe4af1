"""Once a month a candidate is trained, registered and tried in shadow, beside all other work."""

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from dispatch.routing import fixed_set, promotion, registry, retraining_run, scheduled
from dispatch.routing.models_retraining import Retraining
from dispatch.routing.registry import Kind, State
from dispatch.routing.scheduled import TRIES, RunState
from hotline.core import events
from hotline.core.clock import now as clock
from hotline.core.settings import Settings
from tests.dispatch.model_scene import CHIEF, outcomes, trained
from tests.dispatch.model_scene import called_in as called
from tests.dispatch.test_lessons import year

MONTH, DAY = timedelta(days=30), timedelta(days=1)


def ran(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Retraining:
    monkeypatch.setattr(retraining_run, "now", lambda: now)
    row = scheduled.begin(session, now=now)
    retraining_run.run(session, row)
    return row


def told(session: Session) -> list[dict[str, object]]:
    return [dict(each.refs) for each in events.history(session, "retraining")]


def test_the_first_run_comes_a_month_after_the_first_model(session: Session, now: datetime) -> None:
    assert scheduled.next_at(session) is None
    registry.register_shipped(session, now=now)
    assert scheduled.next_at(session) == now + MONTH
    assert not scheduled.due(session, now + MONTH - DAY)
    assert scheduled.due(session, now + MONTH)


def test_a_candidate_is_made_measured_and_judges_unseen(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.register_shipped(session, now=now)
    year(session, now)
    row = ran(session, now, monkeypatch)
    model = registry.find(session, row.model_id or 0)
    assert (row.state, row.rows, row.newest) == (RunState.REGISTERED, 240, 20)
    assert (model.state, row.shadowed) == (State.SHADOW, True)
    assert {"newest", "fixed"} <= set(model.metrics)
    assert told(session) == [
        {"state": "registered", "rows": 240, "newest": 20, "rare": 0}
        | {"model": model.id, "shadow": True}
    ]
    assert scheduled.next_at(session) == now + MONTH
    again = ran(session, now + MONTH, monkeypatch)  # nobody has taught anything since
    assert (again.id, again.state, again.model_id) != (row.id, row.state, row.model_id)
    assert (again.state, again.model_id) == (RunState.KNOWN, model.id)


def test_too_few_lessons_train_nothing_and_are_looked_at_again_in_the_same_row(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.register_shipped(session, now=now)
    year(session, now, count=20)
    first = ran(session, now, monkeypatch)
    assert (first.state, first.rows, first.newest) == (RunState.TOO_FEW, 40, 20)
    assert scheduled.next_at(session) == now + DAY
    assert ran(session, now + DAY, monkeypatch).id == first.id
    assert len(registry.listed(session)) == 1
    assert [each["state"] for each in told(session)] == ["too_few", "too_few"]


def test_a_run_that_died_is_told_and_tried_again_but_not_for_ever(
    session: Session, now: datetime
) -> None:
    registry.register_shipped(session, now=now)
    at = now
    for _ in range(TRIES):
        scheduled.begin(session, now=at)
        scheduled.bring_to_light(session, now=at)
        at += DAY
    last = scheduled.latest(session)
    assert last
    assert last.state == RunState.DIED
    assert scheduled.next_at(session) == last.started_at + MONTH
    assert [each["state"] for each in told(session)] == ["died"] * TRIES
    scheduled.begin(session, now=at + MONTH)
    scheduled.bring_to_light(session, now=at + MONTH)
    assert scheduled.next_at(session) == at + MONTH + DAY  # the next month has its own tries


def test_a_fixed_set_that_cant_be_read_ends_the_run_with_that_reason(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.register_shipped(session, now=now)
    own = fixed_set.PACKAGED.parent / "router-fixed.csv"
    monkeypatch.setattr(fixed_set, "PACKAGED", own)  # there is none
    row = ran(session, now, monkeypatch)
    assert row.state == RunState.REFUSED
    assert scheduled.next_at(session) == now + DAY


@pytest.mark.parametrize(("same", "kept"), [(0, True), (promotion.LEAST_OUTCOMES, False)])
def test_a_shadow_steps_aside_only_once_it_had_its_chance(
    session: Session,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    same: int,
    kept: bool,
) -> None:
    registry.register_shipped(session, now=now)
    row = registry.register(
        session, trained(tmp_path), Kind.MATTER, metrics={}, actor=CHIEF, now=now
    )
    registry.let_shadow(session, row, actor=CHIEF, now=now)
    outcomes(session, row, called(session, now, "路灯坏了"), won=0, same=same, now=now)
    year(session, now)
    made = ran(session, now, monkeypatch)
    assert made.shadowed is not kept
    assert (row.state == State.SHADOW) is kept


def test_a_site_that_wants_none_has_none(
    session: Session, now: datetime, own: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.register_shipped(session, now=now)
    never = own.model_copy(update={"retrain_days": 0})
    monkeypatch.setattr(scheduled, "settings", lambda: never)
    assert scheduled.next_at(session) is None
    assert not scheduled.due(session, now + 10 * MONTH)


@pytest.fixture
def site(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A site whose first model was registered long ago."""
    monkeypatch.setattr("hotline.core.db.engine", lambda: emptied)
    with Session(emptied) as session:
        registry.register_shipped(session, now=clock() - 10 * MONTH)
        session.commit()
    return emptied


class Ended:
    """A process that has done its work."""

    def poll(self) -> int:
        return 0


def test_the_job_only_starts_a_process_and_never_a_second_one(
    site: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Ended] = []

    def start() -> Ended:
        started.append(Ended())
        return started[-1]

    monkeypatch.setattr(scheduled, "_children", [])
    monkeypatch.setattr(scheduled, "_started", start)
    with site.connect() as other:  # the process that trains holds the lock
        other.execute(text("SELECT pg_advisory_lock(hashtextextended('router retraining', 0))"))
        scheduled.sweep()
        assert started == []
        other.execute(text("SELECT pg_advisory_unlock_all()"))
    scheduled.sweep()
    assert len(started) == 1


def test_the_process_does_its_run_and_ends(site: Engine, own: Settings) -> None:
    url = site.url.render_as_string(hide_password=False)
    found = own.model_copy(update={"database_url": url}).child_environment()
    done = subprocess.run(
        [sys.executable, "-m", "dispatch.routing.scheduled"],
        env=found,
        capture_output=True,
        check=True,
    )
    assert b"Traceback" not in done.stderr
    with Session(site) as session:
        (row,) = session.exec(select(Retraining)).all()
        assert (row.state, row.rows) == (RunState.TOO_FEW, 0)
        assert row.ended_at
