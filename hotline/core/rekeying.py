"""主密钥轮换: everything that the master key seals is sealed anew by the key that takes over.

May be killed at any point and begun again: what is done is known by the key's name before each
value, and both keys read until the new one has taken the old one's place.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Engine, text
from sqlmodel import Session, col, func, select

from hotline.core import events, keyring, vault
from hotline.core.ciphers import KEY_BYTES
from hotline.core.db import transaction
from hotline.core.errors import Conflict
from hotline.core.events import EventType
from hotline.core.keyring import ID_BYTES
from hotline.core.privacy import Person
from hotline.core.settings import Settings

BATCH = 500
CHAIN = "vault"
_EARLIER = "transactions that began before"
LOOK_AGAIN_S = 0.5
_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('hotline rekey'))")
# Not by transaction numbers: one that has sealed but written nothing yet has none. Autovacuum is
# nobody's, and seals nothing.
_UNDER_WAY = text(
    """
    SELECT held.virtualtransaction FROM pg_locks AS held
    JOIN pg_stat_activity AS process ON process.pid = held.pid
    WHERE held.locktype = 'virtualxid' AND held.mode = 'ExclusiveLock' AND held.granted
    AND process.datname = current_database() AND process.usesysid IS NOT NULL
    AND held.pid <> pg_backend_pid()
    """
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Wrapped:
    """A column sealed by `vault.wrap`: `purpose` says for what, given the row's primary key."""

    table: str
    column: str
    key: str
    purpose: Callable[[Any], str]


@dataclass
class Rekeyed:
    """What a rotation has done so far; `unreadable` opened with no key that we have."""

    people: int = 0
    secrets: int = 0
    unreadable: int = 0
    doubles: int = 0  # people whose number another one has; theirs is no longer found by it


Progress = Callable[[str, int, int], None]

_REGISTERED: dict[tuple[str, str], Wrapped] = {}
_UPDATE_PEOPLE = text(
    """
    UPDATE person SET wrapped_key = given.wrapped, phone_index = CASE WHEN given.nth > 1 OR EXISTS (
        SELECT FROM person AS other
        WHERE other.phone_index = given.index AND other.id <> given.id
    ) THEN NULL ELSE given.index END
    FROM (
        SELECT *, row_number() OVER (PARTITION BY index ORDER BY place) AS nth
        FROM unnest(CAST(:ids AS uuid[]), CAST(:wrapped AS bytea[]), CAST(:indexes AS bytea[]))
            WITH ORDINALITY AS each(id, wrapped, index, place)
    ) AS given
    WHERE person.id = given.id RETURNING person.phone_index IS DISTINCT FROM given.index
    """
)


def register(wrapped: Wrapped) -> None:
    """Have a rotation seal this column anew too; each module tells of its own."""
    _REGISTERED[wrapped.table, wrapped.column] = wrapped


def forget(table: str, column: str) -> None:
    """Leave a column out again that is no longer there."""
    del _REGISTERED[table, column]


def registered() -> list[Wrapped]:
    """Return every column, beside the people's keys, that the master key seals."""
    return list(_REGISTERED.values())


def begin(own: Settings) -> bool:
    """Put a new key beside the present one, unless one lies there; return whether it was new."""
    if own.secret_key and not own.secret_key_next:
        raise Conflict(
            "The master key is in HOTLINE_SECRET_KEY, where no command can change it.",
            remedy="Set HOTLINE_SECRET_KEY_NEXT to 64 new hex digits everywhere, restart, go on.",
        )
    if own.secret_key_next or keyring.next_key_file(own).exists():
        return False
    keyring.write_whole(keyring.next_key_file(own), secrets.token_hex(KEY_BYTES))
    return True


def rekey(engine: Engine, own: Settings, *, progress: Progress, now: datetime) -> Rekeyed:
    """Seal everything by the new key, put it in the old one's place, and say so in the log.

    Waits for every transaction that may have sealed by the old key, twice: before the new key takes
    over and after it, for a process that was stopped for longer than the others need to look.
    """
    done = Rekeyed()
    time.sleep(2 * keyring.LOOK_S)  # from now on nobody seals by the old key any more
    _seal_all(engine, own, done, progress)
    ring = keyring.keyring_of(own)
    if len(ring.keys) == 1:
        return done  # a rotation that is over; what a late writer had left is mended
    new, old = ring.keys
    with transaction(engine) as session:
        _tell(session, new, done, now)
    keyring.retire(own, old, new)
    if not own.secret_key:
        keyring.promote(own)
    _seal_all(engine, own, done, progress)
    return done


def remaining(session: Session, own: Settings) -> int:
    """Return how many values are not sealed by the key that writes."""
    name = keyring.key_id(keyring.keyring_of(own).writes)
    return sum(_count(session, each, name) for each in (_PEOPLE, *registered()))


def _seal_all(engine: Engine, own: Settings, done: Rekeyed, progress: Progress) -> None:
    """Seal anew until nothing of an earlier key is left, not even of transactions under way now."""
    earlier = _under_way(engine)
    while _pass(engine, own, done, progress):
        pass
    if not earlier:
        return
    while waiting := earlier & _under_way(engine):
        progress(_EARLIER, len(earlier) - len(waiting), len(earlier))
        time.sleep(LOOK_AGAIN_S)
    progress(_EARLIER, len(earlier), len(earlier))
    while _pass(engine, own, done, progress):
        pass


def _pass(engine: Engine, own: Settings, done: Rekeyed, progress: Progress) -> int:
    """Go through everything once; return how much was sealed anew."""
    before, done.unreadable = done.people + done.secrets, 0
    for column in (_PEOPLE, *registered()):
        with transaction(engine) as session:
            name = keyring.key_id(keyring.keyring_of(own).writes)
            todo, after, seen = _count(session, column, name), None, 0
        while todo:
            with transaction(engine) as session:
                _alone(session)
                found = _next(session, column, name, after)
                _seal_anew(session, column, found, done)
            if not found:
                break
            after, seen = found[-1][0], seen + len(found)
            progress(column.table, seen, max(todo, seen))
    return done.people + done.secrets - before


def _under_way(engine: Engine) -> set[str]:
    """Return the transactions of others that have begun and not ended, whatever they do."""
    with transaction(engine) as session:
        return set(session.execute(_UNDER_WAY).scalars())


def _alone(session: Session) -> None:
    if not session.execute(_LOCK).scalar_one():
        raise Conflict("Another `hotline rekey` runs.", remedy="Let it end.")


def _seal_anew(
    session: Session, column: Wrapped, found: list[tuple[Any, bytes]], done: Rekeyed
) -> None:
    opened = []
    for key, sealed in found:
        try:
            opened.append((key, vault.open_wrapped(sealed, column.purpose(key))))
        except vault.Unreadable:
            done.unreadable += 1
            log.error("rekey.unreadable", table=column.table, remedy="it was so before; look at it")
    if not opened:
        return
    if column is _PEOPLE:
        done.doubles += _update_people(session, opened)
        done.people += len(opened)
        return
    for key, plain in opened:
        _update(session, column, key, vault.wrap(plain, column.purpose(key)))
    done.secrets += len(opened)


def _update_people(session: Session, opened: list[tuple[Any, bytes]]) -> int:
    """Wrap the people's keys and index their numbers anew; return how many have another's.

    Of two who have one number, the one who was known first keeps it.
    """
    keys = dict(opened)
    theirs = select(Person).where(col(Person.id).in_(keys))
    people = session.exec(theirs.order_by(col(Person.created_at), col(Person.id))).all()
    values = {
        "ids": [person.id for person in people],
        "wrapped": [vault.wrap(keys[person.id], _purpose(person.id)) for person in people],
        "indexes": [_index(person, keys[person.id]) for person in people],
    }
    return sum(bool(row[0]) for row in session.execute(_UPDATE_PEOPLE, values))


def _index(person: Person, key: bytes) -> bytes | None:
    # Whose number was taken out of the index is not found by it again.
    if person.sealed_phone is None or person.phone_index is None:
        return None
    phone = vault.decrypt(key, person.sealed_phone, f"phone:{person.id}")
    return vault.blind_index(phone.decode())


def _next(session: Session, column: Wrapped, name: bytes, after: Any) -> list[tuple[Any, bytes]]:
    """Return the next rows that another key sealed, locked, in the order of their keys."""
    further = f"AND {column.key} > :after" if after is not None else ""
    rows = session.execute(
        text(
            f"SELECT {column.key}, {column.column} FROM {column.table} "  # noqa: S608  # names of our own
            f"WHERE {_foreign(column)} {further} "
            f"ORDER BY {column.key} LIMIT :limit FOR UPDATE"
        ),
        {"name": name, "limit": BATCH, **({"after": after} if after is not None else {})},
    )
    return [(key, bytes(sealed)) for key, sealed in rows]


def _count(session: Session, column: Wrapped, name: bytes) -> int:
    counting = f"SELECT count(*) FROM {column.table} WHERE {_foreign(column)}"  # noqa: S608  # the same
    return int(session.execute(text(counting), {"name": name}).scalar_one())


def _update(session: Session, column: Wrapped, key: Any, sealed: bytes) -> None:
    setting = f"UPDATE {column.table} SET {column.column} = :sealed WHERE {column.key} = :key"  # noqa: S608  # the same
    session.execute(text(setting), {"sealed": sealed, "key": key})


def _foreign(column: Wrapped) -> str:
    """Return the condition that another key than `:name` sealed it; an erased key is nobody's."""
    name = column.column
    return f"octet_length({name}) > 0 AND substring({name} FROM 1 FOR {ID_BYTES}) <> :name"


def _tell(session: Session, new: bytes, done: Rekeyed, now: datetime) -> None:
    """Leave one event of this rotation, however often it was begun again."""
    name = keyring.key_id(new).hex()
    told = events.history(session, CHAIN)
    if told and told[-1].refs["key"] == name:
        return
    rekeyed = EventType.VAULT_REKEYED
    people = session.exec(select(func.count()).select_from(Person)).one()
    sealed: dict[str, Any] = {"key": name, "people": people, "secrets": done.secrets}
    events.append(session, rekeyed, chain=CHAIN, actor="hotline", now=now, **sealed)


def _purpose(key: Any) -> str:
    return f"key:{key}"


_PEOPLE = Wrapped("person", "wrapped_key", "id", _purpose)
