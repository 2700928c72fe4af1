"""推演, as the writes on it find it."""

from datetime import date

from sqlmodel import Session

from dispatch.replays import replays
from dispatch.replays.changes import Changes
from dispatch.replays.models_replays import Replay
from dispatch.replays.replays import Asked
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from tests.api.repeating.scenes import Known

DAYS = (date(2026, 1, 1), date(2026, 1, 31))


def a_past_month(_: Session) -> Known:
    first, last = (each.isoformat() for each in DAYS)
    return {"body": {"name": "试算", "since": first, "until": last}}


def queued(session: Session) -> Known:
    return {"replay_id": _asked(session).id}


def cancelled(session: Session) -> Known:
    replay = _asked(session)
    replays.cancel(session, replay, actor=MACHINE, now=now())
    session.flush()
    return {"replay_id": replay.id}


def _asked(session: Session) -> Replay:
    return replays.ask(session, Asked("试算", *DAYS, Changes()), actor=MACHINE, now=now())
