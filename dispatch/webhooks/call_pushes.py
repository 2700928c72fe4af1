"""电话事件推送: the centre's own receiver of call events, beside the departments' of their orders.

It is a webhook like theirs, with their lanes, tries, signatures and replays. The site's settings
say where it is; its row has no department, so that it is told of calls and of nothing else.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from dispatch.models import Confidentiality, Ticket
from dispatch.webhooks import endpoints, lanes, signing
from dispatch.webhooks.addresses import Networks, check_url
from dispatch.webhooks.lanes import Owed
from dispatch.webhooks.models_webhooks import WebhookEndpoint
from dispatch.webhooks.turns import Letter, Turn
from hotline.core import arrays, privacy
from hotline.core.accounts import MACHINE
from hotline.core.events import Cursor, Event
from hotline.core.privacy import Person
from telephony.models import Call
from telephony.pushes import NAMES, NEW_CALL, push_of

ENDPOINT = uuid.uuid5(uuid.NAMESPACE_URL, "hotline:cti")
LABEL = "CTI"
_CALL = "call:"
_ADD = insert(WebhookEndpoint).on_conflict_do_nothing()
# Sealed since: who rang is told no more. That the call ended, its console must still learn.
_WITHHOLD = text(
    "UPDATE webhook_delivery AS delivery SET status = 'withheld' FROM webhook_lane AS lane, ticket "
    "WHERE delivery.lane_id = ANY(CAST(:lanes AS bigint[])) AND delivery.status = 'waiting' "
    "AND delivery.type = 'newCall' AND lane.id = delivery.lane_id "
    "AND ticket.confidentiality = 'sealed' AND ticket.call_id = CASE "
    "WHEN lane.subject LIKE 'call:%' THEN CAST(substr(lane.subject, 6) AS uuid) END "
    "RETURNING delivery.id"
)


@dataclass(frozen=True)
class Calls:
    """What the site's settings say: where calls are pushed to, and whether with full numbers."""

    url: str = ""
    full_numbers: bool = False

    def check(self, networks: Networks) -> None:
        """Raise Invalid for a URL that nothing would ever be sent to."""
        if self.url:
            check_url(self.url, networks)


def configure(session: Session, calls: Calls, *, now: datetime) -> None:
    """Let calls be pushed where the settings say, from now on; what waits is tried at once."""
    url = calls.url
    if url:
        session.execute(_ADD.values(_row(url, now)))
    found = session.get(WebhookEndpoint, ENDPOINT, with_for_update=True, populate_existing=True)
    if found is None:
        return
    if not url:
        endpoints.disable(session, found, actor=MACHINE, now=now)
    elif found.url != url:
        found.url = url
        lanes.try_now(session, found.id, now=now)
        endpoints.enable(session, found, actor=MACHINE, now=now)


def _row(url: str, now: datetime) -> dict[str, object]:
    secret = signing.seal(signing.new_secret(), ENDPOINT)
    return {
        "id": ENDPOINT,
        "department": "",
        "url": url,
        "label": LABEL,
        "types": [],
        "sealed_secret": secret,  # `rotate` shows the first one that anybody knows
        "created_at": now,
        "created_by": str(MACHINE),
        "disabled_by": "",
        "version": 1,
    }


def is_of_calls(endpoint: WebhookEndpoint) -> bool:
    """Return whether this receiver is told of calls, and not of a department's orders."""
    return not endpoint.department


def owed(
    session: Session, found: Sequence[Event], receivers: Sequence[WebhookEndpoint]
) -> Iterator[Owed]:
    """Yield what the receivers of calls are to be told of these events, in their order."""
    told = [event for event in found if event.type in NAMES and receivers]
    calls = _calls(session, [event for event in told if NAMES[event.type] == NEW_CALL])
    for event in told:
        call = calls.get(str(event.refs.get("call", "")))
        push = push_of(event.type, event.actor, event.refs, call)
        if push is None:
            continue
        place, subject = str(Cursor(event.xid, event.id or 0)), f"{_CALL}{push.data['call']}"
        for each in receivers:
            yield Owed(each.id, subject, place, push.name, "", event.at, dict(push.data))


def _calls(session: Session, arrived: Sequence[Event]) -> dict[str, Call]:
    ids = {uuid.UUID(str(event.refs["call"])) for event in arrived}
    query = select(Call).where(col(Call.id).in_(ids))
    return {str(call.id): call for call in session.exec(query).all()} if ids else {}


def without_sealed(session: Session, turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns without what must not leave any more: who rang about a sealed matter."""
    of_calls = [turn.lane for turn in turns if turn.subject.startswith(_CALL)]
    if not of_calls:
        return list(turns)
    gone = set(session.execute(_WITHHOLD, {"lanes": arrays.of_numbers(of_calls)}).scalars())
    return [
        replace(turn, letters=tuple(each for each in turn.letters if each.id not in gone))
        for turn in turns
    ]


def with_numbers(session: Session, turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns with callers' numbers in full; they are kept nowhere but in the vault.

    Of a confidential ticket's call the number stays masked, and of an erased person's.
    """
    arrived = {
        letter.id: str(told["data"]["call"])
        for turn in turns
        if turn.subject.startswith(_CALL)
        for letter in turn.letters
        if (told := json.loads(letter.body))["type"] == NEW_CALL
    }
    numbers = _numbers(session, set(arrived.values())) if arrived else {}
    return [
        replace(
            turn,
            letters=tuple(
                _in_full(each, numbers.get(arrived.get(each.id, ""))) for each in turn.letters
            ),
        )
        for turn in turns
    ]


def _in_full(letter: Letter, number: str | None) -> Letter:
    if number is None:
        return letter
    told = json.loads(letter.body)
    told["data"]["number"] = number
    return replace(letter, body=json.dumps(told, ensure_ascii=False, separators=(",", ":")))


def _numbers(session: Session, calls: set[str]) -> dict[str, str]:
    closed = select(Ticket.call_id).where(
        Ticket.call_id == Call.id,
        col(Ticket.confidentiality).in_((Confidentiality.CONFIDENTIAL, Confidentiality.SEALED)),
    )
    query = (
        select(Call.id, Person)
        .join(Person, col(Person.id) == Call.person_id)
        .where(col(Call.id).in_([uuid.UUID(each) for each in calls]), ~closed.exists())
    )
    known = {str(call): privacy.phone_of(person) for call, person in session.exec(query).all()}
    return {call: phone.e164 for call, phone in known.items() if phone}
