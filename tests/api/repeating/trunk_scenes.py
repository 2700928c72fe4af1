"""Telephones and blocked callers, as the writes on them find them."""

import itertools

from sqlmodel import Session

from hotline.core.accounts import Actor, Role
from hotline.core.clock import now
from hotline.core.settings import settings
from telephony import blocking, sip_accounts
from telephony.models_trunks import BlockReason
from tests.api.repeating.scenes import Known
from tests.factories import create_ended_call

LEAD = Actor("lead", Role.TEAM_LEAD)
_FRESH = itertools.count(2000)


def nobody_s_telephone(_session: Session) -> Known:
    return {"body": {"name": str(next(_FRESH)), "label": ""}}


def telephone(session: Session) -> Known:
    name = str(next(_FRESH))
    sip_accounts.issue(session, name, "", number="12345", actor=LEAD, now=now())
    return {"name": name}


def called(session: Session) -> Known:
    call = create_ended_call(session, now=now(), caller=f"1398900{next(_FRESH)}")
    return {"body": {"call": str(call.id), "reason": "occupying", "days": 3}}


def blocked_by_another(session: Session) -> Known:
    call = create_ended_call(session, now=now(), caller=f"1398900{next(_FRESH)}")
    row = blocking.block(
        session, settings(), call, BlockReason.OCCUPYING, days=3, actor=LEAD, now=now()
    )
    return {"block_id": row.id}
