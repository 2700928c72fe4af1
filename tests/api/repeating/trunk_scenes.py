"""Telephones and blocked callers, as the writes on them find them."""

import itertools

from sqlmodel import Session

from hotline.core.accounts import Actor, Role
from hotline.core.clock import now
from hotline.core.settings import settings
from telephony import blocking, do_not_call, sip_accounts, trunk_accounts
from telephony.models_callers import NotCallReason
from telephony.models_trunks import BlockReason
from tests.api.repeating.scenes import Known
from tests.factories import create_ended_call

LEAD = Actor("lead", Role.TEAM_LEAD)
_FRESH = itertools.count(2000)


def nobody_s_telephone(_session: Session) -> Known:
    return {"body": {"name": str(next(_FRESH)), "label": ""}}


def telephone(session: Session) -> Known:
    name = str(next(_FRESH))
    sip_accounts.issue(session, name, "", actor=LEAD, now=now())
    return {"name": name}


def nobody_s_trunk(_session: Session) -> Known:
    return {"body": {"username": "0891", "realm": "carrier.example", "password": "given"}}


def trunk_account(session: Session) -> Known:
    trunk_accounts.use(
        session,
        username="0891",
        realm="carrier.example",
        password="given",  # noqa: S106  # of nobody
        registrar="",
        expires_s=300,
        actor=LEAD,
        now=now(),
    )
    return {}


def called(session: Session) -> Known:
    call = create_ended_call(session, now=now(), caller=f"1398900{next(_FRESH)}")
    return {"body": {"call": str(call.id), "reason": "occupying", "days": 3}}


def blocked_by_another(session: Session) -> Known:
    call = create_ended_call(session, now=now(), caller=f"1398900{next(_FRESH)}")
    row = blocking.block(
        session, settings(), call, BlockReason.OCCUPYING, days=3, actor=LEAD, now=now()
    )
    return {"block_id": row.id}


def to_mark(session: Session) -> Known:
    call = create_ended_call(session, now=now(), caller=f"1398900{next(_FRESH)}")
    return {"call_id": str(call.id), "body": {"care": "elder"}}


def not_to_be_called(session: Session) -> Known:
    call = create_ended_call(session, now=now(), caller=f"1398900{next(_FRESH)}")
    return {"body": {"call": str(call.id), "reason": "asked"}}


def on_the_list(session: Session) -> Known:
    call = create_ended_call(session, now=now(), caller=f"1398900{next(_FRESH)}")
    asked = NotCallReason.ASKED
    row = do_not_call.add(session, call.person_id, asked, actor=LEAD, now=now())
    return {"entry_id": row.id}
