"""派单重演: what would be proposed now, beside what was and who completed it; no text is kept."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from dispatch.intake import proposal_of
from dispatch.models import Confidentiality, Ticket
from dispatch.replays import reading
from dispatch.replays.changes import Changes, RoutingChange
from dispatch.replays.comparing import Sort
from dispatch.replays.models_replays import Replay, ReplayFinding, ReplayTally
from tests.dispatch import earning_scene
from tests.dispatch.earning_scene import called_in
from tests.dispatch.model_scene import candidate
from tests.dispatch.replays.scene import findings, replayed

BEGAN = datetime.fromisoformat("2026-11-04T10:00:00+08:00")


def completed(session: Session, at: datetime) -> Ticket:
    """Return a street lamp's ticket whose proposed department has completed it."""
    ticket = called_in(session, at)
    earning_scene.completed(session, ticket, "540102-urban", at)
    return ticket


def whole(session: Session, replay: Replay) -> dict[str, tuple[int, ...]]:
    found = reading.compared(session, replay, reading.ROUTED, reader=None)
    return {
        each.measure: (
            *(each.some_before, each.of_before, each.some_after, each.of_after),
            *(each.gained, each.lost),
        )
        for each in found
    }


def test_a_model_that_names_one_matter_for_everything_is_seen_to_be_worse(
    session: Session, tmp_path: Path
) -> None:
    bent = candidate(session, tmp_path / "bent", BEGAN)
    ticket = completed(session, BEGAN)
    proposed = proposal_of(session, ticket)
    assert proposed
    assert proposed.department == "540102-urban"
    replay = replayed(session, Changes(routing=RoutingChange(model=bent.id)))
    assert (replay.state, replay.total, replay.done) == ("done", 2, 2)
    found = whole(session, replay)
    assert found["routed_department"] == (1, 1, 0, 1, 0, 1)
    (flip,) = [each for each in findings(session, replay) if each.measure == "routed_department"]
    assert (flip.sort, flip.ticket_id, flip.was) == (Sort.LOST, ticket.id, "540102-urban")
    lines = reading.lines(session, replay, "routed_department", Sort.LOST, limit=9, reader=None)
    assert [(line.number, line.ticket) for line in lines] == [("", ticket.number)]


def test_nothing_of_what_was_said_is_kept(session: Session) -> None:
    ticket = completed(session, BEGAN)
    replay = replayed(session, Changes(routing=RoutingChange(None, BEGAN.date())))
    rows = [*session.exec(select(ReplayTally)), *session.exec(select(ReplayFinding)), replay]
    kept = " ".join(str(row.model_dump()) for row in rows)
    assert "路灯坏了" not in kept
    assert ticket.title not in kept


def test_thresholds_say_how_many_would_have_gone_out_and_how_many_of_those_were_right(
    session: Session,
) -> None:
    completed(session, BEGAN)
    low = replayed(session, Changes(routing=RoutingChange(None, None, 0.01, 0.01)))
    high = replayed(session, Changes(routing=RoutingChange(None, None, 1.0, 1.0)))
    assert whole(session, low)["routed_automatic"] == (0, 0, 1, 1, 0, 0)
    assert whole(session, high)["routed_automatic"] == (0, 0, 0, 0, 0, 0)


def test_sealed_tickets_are_left_out_and_counted(session: Session) -> None:
    completed(session, BEGAN)
    sealed = completed(session, BEGAN)
    sealed.confidentiality = Confidentiality.SEALED
    session.flush()
    replay = replayed(session, Changes(routing=RoutingChange(None, BEGAN.date())))
    assert (replay.state, replay.sealed, replay.done) == ("done", 2, 4)
    assert whole(session, replay)["routed_department"][1] == 1
    replied = reading.compared(session, replay, ["replied_on_time"], reader=None)
    assert [each.of_before for each in replied] == [1]


def test_who_has_not_completed_it_yet_is_right_by_nothing(session: Session) -> None:
    called_in(session, BEGAN)
    replay = replayed(session, Changes(routing=RoutingChange(None, BEGAN.date())))
    assert (replay.state, whole(session, replay)) == ("done", {})
