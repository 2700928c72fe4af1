"""A router model is registered, judges unseen, earns its place, and can be taken back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.routing import comparing, judging, live_model, registry, router
from dispatch.routing.models_router import ShadowJudgement
from dispatch.routing.registry import Kind, State
from dispatch.states import OrderStatus
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.errors import Conflict, Invalid, NotFound
from tests.dispatch.model_scene import (
    BENT,
    CHIEF,
    called_in,
    candidate,
    outcomes,
    shadowing,
    trained,
)

LAMP = "城关区的路灯坏了一个星期，请派人来修。"
REASON = "影子判断更准"


def proposed(session: Session, now: datetime) -> str:
    said = router.propose(session, LAMP, home="540102", spoken=False, auto=None, at=now)
    return f"{said.category[0]} {said.confidence:.3f}"


def told(session: Session, model_id: int | None) -> list[str]:
    return [each.type for each in events.history(session, f"model:{model_id}")]


def test_the_packaged_model_is_registered_once_and_live(session: Session, now: datetime) -> None:
    first = registry.register_shipped(session, now=now)
    again = registry.register_shipped(session, now=now)
    assert first.id == again.id
    assert (first.state, first.folder) == (State.LIVE, "")
    assert first.metrics["out_of_fold"]["rows"] == first.rows
    assert live_model.current(session) is router.shipped_model()


def test_a_newer_packaged_model_takes_an_older_one_s_place(session: Session, now: datetime) -> None:
    older = registry.register_shipped(session, now=now)
    older.sha256 = "of an earlier version"
    newer = registry.register_shipped(session, now=now)
    assert (older.state, newer.state, newer.replaced_id) == (State.RETIRED, State.LIVE, None)


def test_a_site_s_own_model_stays_live_when_the_package_is_newer(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    row = candidate(session, tmp_path / "m", now)
    shipped = registry.live(session)
    assert shipped
    shipped.state, shipped.sha256 = State.RETIRED, "of an earlier version"
    session.flush()
    row.state = State.LIVE
    session.flush()
    assert registry.register_shipped(session, now=now).state == State.CANDIDATE
    assert registry.live(session) is row


def test_a_trained_folder_is_kept_whole_and_only_once(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    folder = trained(tmp_path / "m")
    (folder / "rows.csv").write_text("not ours to keep")
    figures = {"hard": {"accuracy": 0.9, "rows": 10.0}}
    row = registry.register(session, folder, Kind.MATTER, metrics=figures, actor=CHIEF, now=now)
    kept = live_model.folder_of(row.folder)
    assert sorted(each.name for each in kept.iterdir()) == ["arrays.npz", "model.json"]
    assert (row.state, row.metrics["hard"]["accuracy"]) == (State.CANDIDATE, 0.9)
    assert told(session, row.id) == ["model.registered"]
    with pytest.raises(Conflict, match="registered already"):
        registry.register(session, folder, Kind.MATTER, metrics={}, actor=CHIEF, now=now)
    with pytest.raises(NotFound):
        registry.register(session, tmp_path / "none", Kind.MATTER, metrics={}, actor=CHIEF, now=now)


def test_a_shadow_is_asked_about_every_ticket_and_shown_to_nobody(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    before = called_in(session, now - timedelta(minutes=1), LAMP)
    shadow = shadowing(session, tmp_path / "m", now)
    said = proposed(session, now)
    ticket = called_in(session, now, "单位拖欠工资三个月，请求帮助。")
    assert judging.judge(session, home="540102", now=now, limit=10) == 1
    assert judging.judge(session, home="540102", now=now, limit=10) == 0
    (row,) = session.exec(select(ShadowJudgement)).all()
    assert row.ticket_id == ticket.id != before.id
    assert row.shadow_matter != row.live_matter
    assert said.startswith("城乡建设")
    assert proposed(session, now) == said
    live = registry.live(session)
    seen = comparing.agreement(session, shadow, live)
    assert (seen.judged, seen.same_matter) == (1, 0)
    assert comparing.comparison(session, shadow, live).outcomes == 0


def test_the_outcome_is_the_department_that_completed_it(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    shadow = shadowing(session, tmp_path / "m", now)
    ticket = called_in(session, now, LAMP)
    judging.judge(session, home="540102", now=now, limit=10)
    assert judging.settle(session, now=now, limit=10) == 0
    (row,) = session.exec(select(ShadowJudgement)).all()
    assignment = Assignment(row.live_department, "依据")
    dispatching.dispatch(session, ticket, [assignment], actor=MACHINE, now=now)
    (order,) = orders.of_ticket(session, ticket)
    assert judging.settle(session, now=now, limit=10) == 0
    order.status = OrderStatus.COMPLETED
    session.flush()
    assert judging.settle(session, now=now, limit=10) == 1
    assert judging.settle(session, now=now, limit=10) == 0
    found = comparing.comparison(session, shadow, registry.live(session))
    assert (found.outcomes, found.live_right) == (1, 1.0)
    assert found.shadow_only == 0


def test_a_promotion_without_evidence_is_refused_with_the_figures(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    row = shadowing(session, tmp_path / "m", now)
    with pytest.raises(Conflict, match=r"too_few.*of 0 outcomes"):
        registry.promote(session, row, REASON, actor=CHIEF, now=now)
    outcomes(session, row, called_in(session, now, LAMP), won=2, same=198, now=now)
    with pytest.raises(Conflict, match=r"maybe_luck.*100\.0%.*99\.0%"):
        registry.promote(session, row, REASON, actor=CHIEF, now=now)
    assert (row.state, registry.live(session)) != (State.LIVE, row)


def test_a_promoted_model_is_gone_by_at_once_and_taken_back_by_one_command(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    row = shadowing(session, tmp_path / "m", now)
    said = proposed(session, now)
    outcomes(session, row, called_in(session, now, LAMP), won=10, same=190, now=now)
    with pytest.raises(Invalid, match="reason"):
        registry.promote(session, row, "  ", actor=CHIEF, now=now)
    registry.promote(session, row, REASON, actor=CHIEF, now=now)
    assert proposed(session, now) != said
    assert live_model.loaded().facts.data_sha256 == f"{BENT}-rows"
    assert (row.state, row.promoted_by, row.reason) == (State.LIVE, "chief", REASON)
    (*_, last) = events.history(session, f"model:{row.id}")
    assert (last.type, last.refs["won"], last.refs["outcomes"]) == ("model.promoted", 10, 200)
    assert REASON not in str(last.refs)
    before = registry.roll_back(session, "投诉增多", actor=CHIEF, now=now)
    assert proposed(session, now) == said
    assert (before.state, row.state, row.reason) == (State.LIVE, State.RETIRED, "投诉增多")
    assert told(session, before.id)[-1] == "model.rolled_back"
    with pytest.raises(Conflict, match="nothing to go back to"):
        registry.roll_back(session, "再退", actor=CHIEF, now=now)


def test_callers_are_served_by_the_packaged_model_when_the_live_one_is_damaged(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    row = shadowing(session, tmp_path / "m", now)
    said = proposed(session, now)
    outcomes(session, row, called_in(session, now, LAMP), won=10, same=190, now=now)
    registry.promote(session, row, REASON, actor=CHIEF, now=now)
    kept = live_model.folder_of(row.folder) / "arrays.npz"
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1])
    assert proposed(session, now) == said
    kept.write_bytes(whole)


def test_one_shadow_at_a_time_and_none_that_names_departments(
    session: Session, now: datetime, tmp_path: Path
) -> None:
    first = shadowing(session, tmp_path / "m", now)
    other = registry.register(
        session,
        trained(tmp_path / "n", "交通运输"),
        Kind.MATTER,
        metrics={},
        actor=CHIEF,
        now=now,
    )
    with pytest.raises(Conflict, match="is the shadow now"):
        registry.let_shadow(session, other, actor=CHIEF, now=now)
    registry.stop_shadow(session, first, actor=CHIEF, now=now)
    registry.let_shadow(session, other, actor=CHIEF, now=now)
    registry.retire(session, first, actor=CHIEF, now=now)
    assert (first.state, other.state) == (State.RETIRED, State.SHADOW)
    named = registry.register(
        session, tmp_path / "n", Kind.DEPARTMENT, metrics={}, actor=CHIEF, now=now
    )
    with pytest.raises(Invalid, match="names departments"):
        registry.let_shadow(session, named, actor=CHIEF, now=now)


def test_of_two_who_begin_a_shadow_at_once_one_is_told_so(
    session: Session, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shadowing(session, tmp_path / "m", now)
    path = trained(tmp_path / "n", "交通运输")
    other = registry.register(session, path, Kind.MATTER, metrics={}, actor=CHIEF, now=now)
    monkeypatch.setattr(registry, "shadow", lambda _session: None)  # both looked first
    with pytest.raises(Conflict, match="is the shadow now"):
        registry.let_shadow(session, other, actor=CHIEF, now=now)
    assert (first.state, other.state) == (State.SHADOW, State.CANDIDATE)
