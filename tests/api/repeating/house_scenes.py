"""What stands in the house beside tickets: accounts, keys, receivers, seats, requesters' data."""

import itertools
from datetime import datetime, timedelta
from io import BytesIO

from sqlmodel import Session

from dispatch import tickets
from dispatch.attachments import attachments, receiving
from dispatch.ending import withdrawals
from dispatch.handling import orders
from dispatch.indicators import following
from dispatch.models import Source, Ticket
from dispatch.notices.models_notices import StaffNotice
from dispatch.people import holds, reveals
from dispatch.requesters import links
from dispatch.tickets import Draft
from dispatch.webhooks import deliveries, endpoints
from dispatch.webhooks.endpoints import Wanted
from hotline.api.schemas_rules import LimitsIn
from hotline.core import accounts, clients, keys, privacy
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import beijing_day, now
from hotline.core.people import login_sessions
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from hotline.core.settings import settings
from telephony import held_recordings, seats
from tests.api.repeating import scenes
from tests.api.repeating.asking import picture
from tests.api.repeating.scenes import COUNTY, Known
from tests.dispatch.import_scene import HEADINGS, MAPPING, OPEN
from tests.factories import LAMP, create_ended_call, proposal

BOSS = Actor("boss", Role.ADMINISTRATOR)
LEAD = Actor("lead", Role.TEAM_LEAD)
PASSWORD, NEXT = "secret-word", "yak butter at dawn"
_FRESH = itertools.count(1)


def nobody_new(_session: Session) -> Known:
    return {"body": {"username": f"person-{next(_FRESH)}"}}


def a_period(session: Session) -> Known:
    _measured(session)
    return {"body": {"name": f"月报{next(_FRESH)}", "since": "2026-10-01", "until": "2026-10-31"}}


def _measured(session: Session) -> None:
    """Leave no day to be measured first; what others imported goes back years."""
    watch = following.claim(session, now=now(), wait=True)
    assert watch
    watch.next_day = beijing_day(now() + timedelta(days=1))
    session.add(watch)


def department(_session: Session) -> Known:
    return {"code": COUNTY}


def person(session: Session) -> Known:
    account, _ = _signed_in(session)
    return {"username": account.username}


def closed_person(session: Session) -> Known:
    account, _ = _signed_in(session)
    account.disabled_at = account.locked_until = now() + timedelta(hours=1)
    return {"username": account.username}


def person_with_sessions(session: Session) -> Known:
    account, token = _signed_in(session)
    for _ in range(2):
        login_sessions.open_session(session, account, hours=1, now=now())
    idle = timedelta(hours=1)
    found = login_sessions.find(session, token, idle=idle, now=now(), see=False)
    others = login_sessions.sessions_of(session, account, idle=idle, now=now())
    (another, *_) = [each for each in others if found and each != found.login]
    return {
        "username": account.username,
        "login_id": str(another.public_id),
        "headers": {"Authorization": f"Bearer {token}"},
        "body": {"old": PASSWORD, "new": NEXT},
    }


def seat(session: Session) -> Known:
    """An agent who has just logged in at a telephone of their own."""
    account, token = _signed_in(session)
    held, address = seats.seat_of(session, account, now=now()), f"sip:{2000 + next(_FRESH)}"
    seats.set_address(session, held, f"{address}@127.0.0.1:5080")
    seats.log_in(session, held)
    own = {"address": held.address, "reason": "用餐"}
    return {"headers": {"Authorization": f"Bearer {token}"}, "body": own}


def api_key(session: Session) -> Known:
    row, _ = keys.issue_key(session, COUNTY, "OA", actor=BOSS, now=now())
    return {"code": COUNTY, "key_id": row.id}


def client(session: Session) -> Known:
    row, _ = clients.create_client(session, COUNTY, "OA", actor=BOSS, now=now())
    (kept,) = clients.secrets_of(session, row)
    return {"code": COUNTY, "client_id": row.client_id, "secret_id": kept.id}


def webhook(session: Session) -> Known:
    """A receiver, and a test event that it is owed; the department has no other."""
    for each in endpoints.listed(session, COUNTY):
        endpoints.remove(session, each, actor=BOSS, now=now())
    wanted, networks = Wanted("https://oa.example.gov.cn"), settings().webhook_networks
    made, _ = endpoints.create(session, COUNTY, wanted, networks=networks, actor=BOSS, now=now())
    session.flush()
    owed = deliveries.ping(session, made, now=now())
    return {"webhook_id": str(made.id), "delivery_id": owed.id}


def disabled_webhook(session: Session) -> Known:
    known = webhook(session)
    (only,) = endpoints.listed(session, COUNTY)
    endpoints.disable(session, only, actor=BOSS, now=now())
    return known


def notice(session: Session) -> Known:
    ticket = scenes.registered(session)["ticket"]
    row = StaffNotice(
        about=f"test:{next(_FRESH)}",
        recipient=f"department:{COUNTY}",
        card="red",
        says="due",
        ticket=ticket,
        at=now(),
    )
    session.add(row)
    session.flush()
    return {"notice_id": row.id}


def requester(session: Session) -> Known:
    """Somebody who never asked for anything before."""
    return {"ticket": _of_somebody_new(session, now()).number}


def renumbered(session: Session) -> Known:
    return {**requester(session), "body": {"field": "phone", "value": _phone().national}}


def long_gone(session: Session) -> Known:
    """Somebody whose only ticket ended before any retention's end."""
    ended, wish = now() - timedelta(days=1199), withdrawals.Wish.SETTLED_OTHERWISE
    ticket = _of_somebody_new(session, ended - timedelta(days=1))
    withdrawals.withdraw(session, ticket, wish, actor=LEAD, now=ended)
    return {"ticket": ticket.number}


def held(session: Session) -> Known:
    known = requester(session)
    holds.hold(session, tickets.find(session, known["ticket"]), "诉讼", actor=BOSS, now=now())
    return known


def recorded(session: Session) -> Known:
    return {"call_id": str(create_ended_call(session, now=now()).id)}


def recording_held(session: Session) -> Known:
    call = create_ended_call(session, now=now())
    held_recordings.hold(session, call, "诉讼", actor=BOSS, now=now())
    return {"call_id": str(call.id)}


def seen_once(session: Session) -> Known:
    known = scenes.registered(session)
    ticket = tickets.find(session, known["ticket"])
    view = reveals.ask(session, ticket, reason="核对", actor=LEAD, now=now())
    return {**known, "body": {"token": view.token}}


def own_ticket(session: Session) -> Known:
    return _with_link(session, scenes.dispatched(session))


def own_settled(session: Session) -> Known:
    return _with_link(session, scenes.settled(session))


def attached(session: Session) -> Known:
    known, house = scenes.registered(session), receiving.house_of(settings())
    ticket = tickets.find(session, known["ticket"], lock=True)
    with receiving.received(BytesIO(_picture()), "lamp.png", house) as file:
        row = attachments.add_to_ticket(
            session, ticket, file, house, for_departments=False, actor=LEAD, now=now()
        )
    return {**known, "attachment_id": str(row.public_id)}


def attached_to_an_order(session: Session) -> Known:
    known, house = scenes.accepted(session), receiving.house_of(settings())
    order = orders.find(session, known["order"], lock=True)
    actor = Actor(f"{COUNTY}#0", Role.SYSTEM, COUNTY)
    with receiving.received(BytesIO(_picture()), "lamp.png", house) as file:
        row = attachments.add_to_order(session, order, file, house, actor=actor, now=now())
    return {**known, "attachment_id": str(row.public_id)}


def a_new_holiday(_session: Session) -> Known:
    columns = "layer,date,kind,name,notice,publisher,issued,found_at"
    day = f"2027-03-{next(_FRESH) % 28 + 1:02},off,试,放假通知{next(_FRESH)},拉萨市人民政府办公室"
    return {"body": {"text": f"{columns}\n540100,{day},2027-01-11,\n"}}


def new_limits(_session: Session) -> Known:
    (example,) = LimitsIn.model_json_schema()["examples"]
    return {"body": {"text": example["text"].replace("5wd", f"{5 + next(_FRESH)}wd")}}


def another_system_s_sheet(_session: Session) -> Known:
    mapping = ("mapping.toml", MAPPING.encode())
    return {
        "files": {"sheet": _sheet(), "mapping": mapping},
        "other files": {"sheet": _sheet(), "mapping": mapping},
    }


def _sheet() -> tuple[str, bytes]:
    line = OPEN | {"工单编号": f"JX-{next(_FRESH)}"}
    row = ",".join(line.get(each, "") for each in HEADINGS)
    return "old.csv", f"{','.join(HEADINGS)}\n{row}\n".encode()


def _signed_in(session: Session) -> tuple[Account, str]:
    name = f"person-{next(_FRESH)}"
    account = accounts.create_account(session, name, PASSWORD, role=Role.AGENT, now=now())
    session.flush()
    return account, login_sessions.open_session(session, account, hours=1, now=now())


def _of_somebody_new(session: Session, at: datetime) -> Ticket:
    person = privacy.know_person(session, _phone(), now=at)
    draft = Draft(LAMP, Source.PHONE_MACHINE, person, proposal())
    return tickets.open_ticket(session, draft, actor=LEAD, now=at)


def _phone() -> PhoneNumber:
    return PhoneNumber(f"+86139890{next(_FRESH):05}")


def _with_link(session: Session, known: Known) -> Known:
    ticket = tickets.find(session, known["ticket"])
    requester = session.get_one(Person, ticket.person_id)
    key = links.issue(session, ticket, requester, "notice:1", now=now())
    return {**known, "headers": {"X-Ticket-Key": key}}


def _picture() -> bytes:
    content: bytes = picture(1)["file"][1]
    return content
