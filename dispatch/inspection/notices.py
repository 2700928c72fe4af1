"""告知: what an inspector, an agent and who decides are told of an inspection, once each.

By the inspection's own number alone: no score, no agent, no call.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from dispatch.inspection.models_inspection import Inspection
from dispatch.notices import staff_notices
from dispatch.notices.staff_inbox import PERSON
from dispatch.notices.staff_notices import Owed
from dispatch.timing.escalation import Card, Owner, Tier, recipient
from hotline.core import accounts


class Says(StrEnum):
    """What a notice of the room says."""

    GIVEN = "inspection_given"  # 待质检
    RESULT = "inspection_result"  # to the agent, who may appeal
    APPEALED = "inspection_appealed"
    DECIDED = "inspection_decided"


def given(session: Session, found: Iterable[Inspection], *, now: datetime) -> None:
    """Tell each one's inspector; of what nobody has, nobody is told."""
    owed = [
        _owed(each, f"given:{each.version}", f"{PERSON}{each.inspector}", Says.GIVEN, each.due_at)
        for each in found
        if each.inspector
    ]
    staff_notices.owe(session, owed, now=now)


def submitted(session: Session, inspection: Inspection, *, now: datetime) -> None:
    """Tell the agent that there is a result; of a calibration they are told nothing."""
    if not inspection.calibration_id:
        agent = f"{PERSON}{inspection.agent}"
        owed = _owed(inspection, "result", agent, Says.RESULT)
        staff_notices.owe(session, [owed], now=now)


def appealed(session: Session, inspection: Inspection, *, now: datetime) -> None:
    """Tell the inspector, and who decides: the team lead where the agent works."""
    account = accounts.find(session, inspection.agent)
    lead = recipient(Tier.LEADER, Owner(account.district if account else ""))
    told = (lead, f"{PERSON}{inspection.inspector}")
    owed = [_owed(inspection, "appealed", each, Says.APPEALED) for each in told]
    staff_notices.owe(session, owed, now=now)


def decided(session: Session, inspection: Inspection, *, now: datetime) -> None:
    """Tell the agent and the inspector."""
    told = (inspection.agent, inspection.inspector)
    owed = [_owed(inspection, "decided", f"{PERSON}{each}", Says.DECIDED) for each in told]
    staff_notices.owe(session, owed, now=now)


def _owed(
    inspection: Inspection, what: str, to: str, says: Says, due: datetime | None = None
) -> Owed:
    return Owed(f"inspection:{inspection.id}:{what}", to, Card.YELLOW, says, "", "", "", due)
