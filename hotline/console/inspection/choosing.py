"""Who may be chosen to inspect."""

from sqlmodel import Session, col, select

from dispatch.inspection.plans import may_inspect
from hotline.core.accounts import Account, Role

_ROLES = (Role.INSPECTOR, Role.TEAM_LEAD, Role.ADMINISTRATOR)


def inspectors(session: Session) -> list[Account]:
    """Return the accounts that may inspect, quality inspectors first."""
    query = select(Account).where(col(Account.role).in_(_ROLES), col(Account.disabled_at).is_(None))
    found = [each for each in session.exec(query).all() if may_inspect(each)]
    return sorted(found, key=lambda each: (_ROLES.index(Role(each.role)), each.username))
