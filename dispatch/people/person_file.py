"""个人信息副本: everything that is kept of a requester, in the clear, as they may ask for it.

(个人信息保护法 art. 45.) Nothing of it names a member of the staff or an id of ours.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.people import who_saw, whose, withheld
from dispatch.people.inventory import KEPT, SEALED_WORDS, Kept
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.clock import beijing
from hotline.core.errors import Conflict
from hotline.core.privacy import FILE, Person


def export(
    session: Session, ticket: Ticket, *, reason: str, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Return the requester's whole file, and keep that it was made and why.

    Raises Invalid without a reason, Conflict when the person was erased: nothing is left to show.
    """
    person = whose.requester(session, ticket)
    if privacy.is_erased(person):
        raise Conflict(
            f"The data of ticket {ticket.number}'s requester were erased.",
            remedy="Nothing is kept any more.",
        )
    look = {"subject": ticket.number, "actor": str(actor), "what": FILE, "reason": reason}
    privacy.note_access(session, person, **look, now=now)
    session.flush()
    phone, left_out = privacy.phone_of(person), withheld.tickets(session, person, actor)
    without: dict[str, list[Any]] = {
        "withheld": left_out,
        "unheard": withheld.calls(session, person, actor),
    }
    return {
        "identity": {
            "phone": phone.e164 if phone else None,
            "known_since": _plain(person.created_at),
        },
        "kept": {
            kept.table: rows for kept in KEPT if (rows := _rows(session, kept, person, without))
        },
        "reads": [read.text for read in who_saw.reads(session, ticket, without=left_out)],
    }


def _rows(
    session: Session, kept: Kept, person: Person, without: Mapping[str, list[Any]]
) -> list[dict[str, Any]]:
    columns = [*kept.told, *kept.words, *kept.sealed, *kept.objects]
    if not kept.told:
        return []
    listed = ", ".join(f'"{name}"' for name in columns)
    which = f"{kept.via} {withheld.condition(kept)}"
    query = f'SELECT {listed} FROM "{kept.table}" WHERE {which} ORDER BY ctid'  # noqa: S608  # names of our own
    found = session.execute(text(query), {"person": person.id, **without}).mappings()
    shown = [{name: _clear(kept, person, name, row[name]) for name in columns} for row in found]
    return [_together(row) for row in shown]


def _together(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with what the vault holds of its words in the words' own places."""
    vaulted = row.pop(SEALED_WORDS, None)
    return row | (json.loads(vaulted) if vaulted else {})


def _clear(kept: Kept, person: Person, name: str, value: Any) -> Any:
    purpose = kept.sealed.get(name)
    if purpose is None:
        return _plain(value)
    return privacy.unseal(person, bytes(value), purpose) if value else None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return beijing(value).isoformat()
    return value.isoformat() if isinstance(value, date) else value
