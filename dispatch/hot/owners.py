"""责任人: who is to decide on an alert, when nobody has been named by hand."""

from sqlmodel import Session, col, func, select

from dispatch.hot.models_hot import HotAlert
from dispatch.hot.states import State
from hotline.core.accounts import Account, Role
from knowledge import stored

# Who is asked first: the floor's own, then the supervision office.
_RANKS = (Role.TEAM_LEAD, Role.SUPERVISOR)


def choose(session: Session, place: str) -> str:
    """Return the name of whoever answers for the place and has least to decide; empty for none.

    A team lead before a supervisor, whose district is nearest before one of the whole site.
    """
    upwards = (*stored.current(session).upwards(place), "")
    people = session.exec(
        select(Account)
        .where(col(Account.role).in_(_RANKS), col(Account.disabled_at).is_(None))
        .where(col(Account.district).in_(upwards))
    ).all()
    busy = _busy(session)
    ranked = sorted(
        people,
        key=lambda one: (
            _RANKS.index(Role(one.role)),
            upwards.index(one.district),
            busy.get(one.username, 0),
            one.username,
        ),
    )
    return ranked[0].username if ranked else ""


def _busy(session: Session) -> dict[str, int]:
    """Return how many alerts each has yet to decide on."""
    waiting = select(HotAlert.owner, func.count()).where(HotAlert.state != State.DECIDED)
    return dict(session.exec(waiting.group_by(col(HotAlert.owner))).all())
