"""The demo's made-up day, as far as pictures and page tests show it (`hotline.demo.day`).

`python -m tests.e2e.demo_day` fills the hotline that HOTLINE_DATA_DIR names.
"""

from datetime import datetime

from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.demo.cast import AGENT
from hotline.demo.day import pictured
from hotline.demo.history import tell, tell_all

__all__ = ["AGENT", "DAY", "PASSWORD", "fill", "tell"]

PASSWORD = "made-up-day"  # noqa: S105  # of an account that only pictures see
DAY = pictured()


def fill(session: Session, *, at: datetime) -> list[str]:
    """Make the whole day, as if it were `at` now, and return the tickets' numbers, oldest first."""
    accounts.create_account(
        session, AGENT.name, PASSWORD, role=Role.AGENT, display_name="话务员 07", now=at
    )
    return [ticket.number for ticket in tell_all(session, DAY, at=at)]


if __name__ == "__main__":
    with transaction() as open_session:
        fill(open_session, at=now())
