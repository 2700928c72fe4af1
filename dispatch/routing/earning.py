"""自动派单资格: each catalogue entry earns it by its outcomes, and loses it when they fall.

Every few minutes the sweep notes what was proposed, settles what has come to an end, and fits each
entry's threshold anew; nobody waits for it. What a sweep does not get to waits for the next one.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from dispatch.routing import earning_rules, noticing, outcomes, tallying
from dispatch.routing.bars import Fitted, Short, fit, stricter
from dispatch.routing.earning_rules import LONGEST_REASON, Heard
from dispatch.routing.models_earned import EarnedDispatch
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import mask_text

BATCH = 1000
BATCHES = 10  # a sweep: a site that has years behind it must not hold up the judging
_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtextextended('earned dispatch', 0))")


class EntryState(StrEnum):
    """积累中、自动派单、已暂停、人工停用."""

    COUNTING = "counting"
    EARNED = "earned"
    SUSPENDED = "suspended"
    OFF = "off"


def sweep() -> None:
    """Go through what is new, a batch a transaction, and judge the entries once."""
    for _ in range(BATCHES):
        with transaction() as session:
            if not claim(session) or take_in(session, now=clock(), limit=BATCH) < BATCH:
                break
    with transaction() as session:
        if claim(session):
            judge(session, now=clock())


def claim(session: Session) -> bool:
    """Return whether this transaction is the only one that judges."""
    return bool(session.execute(_ONE_AT_A_TIME).scalar_one())


def take_in(session: Session, *, now: datetime, limit: int) -> int:
    """Note proposals and outcomes; return how many of whichever there were more of."""
    noted = noticing.notice(session, now=now, limit=limit)
    outcomes.reopen(session, now=now)
    return max(noted, outcomes.settle(session, now=now, limit=limit))


def judge(session: Session, *, now: datetime) -> int:
    """Fit every entry that has outcomes or a row; return how many changed their state or bar."""
    rules = earning_rules.current(session)
    rows = {
        ((row.matter_code, row.district_code, row.department), row.spoken): row
        for row in session.exec(select(EarnedDispatch).with_for_update()).all()
    }
    found = tallying.tallies(session, rules, now=now)
    fitted = {key: fit(found.get(key, {}), rules[Heard.of(key[1])]) for key in {*rows, *found}}
    changed = 0
    for key, own in sorted(fitted.items()):
        cell, spoken = key
        bar = stricter(own, fitted.get((cell, False), own)) if spoken else own
        row = rows.get(key) or _begun(session, key, now)
        changed += _follow(session, row, bar, now)
    session.flush()
    return changed


def switch_off(
    session: Session, entry_id: int, reason: str, *, actor: Actor, now: datetime
) -> EarnedDispatch:
    """人工停用: the entry waits for a person, whatever it has earned, until it is switched on."""
    row = _switchable(session, entry_id, off=False)
    return _switched(session, row, EntryState.OFF, reason, actor, now)


def switch_on(
    session: Session, entry_id: int, reason: str, *, actor: Actor, now: datetime
) -> EarnedDispatch:
    """恢复: the entry may earn it again by its outcomes; nobody gives it what it has not earned."""
    row = _switchable(session, entry_id, off=True)
    return _switched(session, row, EntryState.COUNTING, reason, actor, now)


def find(session: Session, entry_id: int) -> EarnedDispatch:
    """Return the entry, locked; raise NotFound."""
    row = session.exec(
        select(EarnedDispatch).where(EarnedDispatch.id == entry_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound(f"No entry {entry_id} earns dispatch.", remedy="Read the list again.")
    return row


def _begun(session: Session, key: tallying.Key, now: datetime) -> EarnedDispatch:
    (matter, district, department), spoken = key
    row = EarnedDispatch(
        matter_code=matter,
        district_code=district,
        department=department,
        spoken=spoken,
        state=EntryState.COUNTING,
        since=now,
    )
    session.add(row)
    return row


def _follow(session: Session, row: EarnedDispatch, bar: Fitted, now: datetime) -> bool:
    """Bring the row to what was fitted; return whether its state or threshold changed."""
    found = bar.tally
    row.outcomes, row.right = found.outcomes, found.right
    row.automatic, row.automatic_right = found.automatic, found.automatic_right
    row.short = bar.short or ""
    if row.state == EntryState.OFF:
        return False
    (state, earlier), row.threshold = (row.state, row.threshold), bar.threshold
    if row.state != EntryState.EARNED and bar.threshold is not None:
        row.state, row.since = EntryState.EARNED, now
        _tell(session, EventType.DISPATCH_EARNED, row, MACHINE, now)
    elif bar.threshold is None and _loses(row, bar):
        _lose(session, row, bar, now)
    elif earlier != bar.threshold:
        _tell(session, EventType.DISPATCH_THRESHOLD_CHANGED, row, MACHINE, now)
    return (state, earlier) != (row.state, row.threshold)


def _loses(row: EarnedDispatch, bar: Fitted) -> bool:
    """Return whether there is something to lose: what it had earned, or a whole site's opting in.

    A site that opted in lets out entries that never earned it, until their dispatches fail.
    """
    failed = row.state == EntryState.COUNTING and bar.short is Short.UPHELD_RETURNS
    return failed or row.state == EntryState.EARNED


def _lose(session: Session, row: EarnedDispatch, bar: Fitted, now: datetime) -> None:
    """暂停: what has failed begins anew; too few of late is no failure, only nothing to go by."""
    failed = bar.short is not Short.TOO_FEW
    row.state, row.since = (EntryState.SUSPENDED if failed else EntryState.COUNTING), now
    if failed:
        row.suspended_at = now
    _tell(session, EventType.DISPATCH_SUSPENDED, row, MACHINE, now, why=row.short)


def _switchable(session: Session, entry_id: int, *, off: bool) -> EarnedDispatch:
    row = find(session, entry_id)
    if (row.state == EntryState.OFF) is not off:
        raise Conflict(f"Entry {entry_id} is {row.state} already.", remedy="Read the list again.")
    return row


def _switched(
    session: Session,
    row: EarnedDispatch,
    state: EntryState,
    reason: str,
    actor: Actor,
    now: datetime,
) -> EarnedDispatch:
    said = reason.replace("\0", "").strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise Invalid("The switch needs a reason.", remedy="Say why in a sentence.")
    row.state, row.threshold, row.since = state, None, now
    row.reason, row.by = mask_text(said), str(actor)
    on = state is not EntryState.OFF
    _tell(session, EventType.DISPATCH_SWITCHED, row, actor, now, on=on)
    return row


def _tell(
    session: Session,
    what: EventType,
    row: EarnedDispatch,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    told = {
        "matter": row.matter_code,
        "district": row.district_code,
        "department": row.department,
        "heard": Heard.of(row.spoken).value,
        "threshold": row.threshold,
        "outcomes": row.outcomes,
        "right": row.right,
        **refs,
    }
    chain = f"entry:{row.matter_code}:{row.district_code}"
    events.append(session, what, chain=chain, actor=str(actor), now=now, **told)
