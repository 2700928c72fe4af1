"""Hot issues, as the writes on them find them."""

import itertools

from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.api.repeating.scenes import Known
from tests.dispatch.hot_scene import alert_of

_FRESH = itertools.count(1)


def to_assign(session: Session) -> Known:
    name = f"hot-lead-{next(_FRESH)}"
    accounts.create_account(session, name, "", role=Role.TEAM_LEAD, now=now())
    return {**to_decide(session), "body": {"owner": name}}


def to_decide(session: Session) -> Known:
    alert = alert_of(session, now(), place=f"hot-{next(_FRESH)}")
    return {"issue_id": alert.id, "body": {"decision": "none", "reason": "同一人反复来电"}}
