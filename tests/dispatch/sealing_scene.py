"""Who reads sealed tickets, and whether somebody finds one."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from dispatch import tickets
from dispatch.models import Ticket
from dispatch.sealing.sealing import Seal
from hotline.core import accounts
from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotFound

URBAN = "540102-urban"
WORDS = "某单位的张某收了好处，我的电话是13989001234。"
WHY = Seal("举报内容涉及具体人员")


def somebody(session: Session, name: str, role: Role, now: datetime, **more: str) -> Actor:
    account = accounts.create_account(session, name, "secret-word", role=role, now=now)
    for column, value in more.items():
        setattr(account, column, value)
    session.flush()
    return accounts.as_actor(account)


def finds(session: Session, ticket: Ticket, reader: Actor) -> bool:
    try:
        return tickets.find(session, ticket.number, reader=reader) is ticket
    except NotFound:
        return False


def plainly(session: Session, word: str, tables: Sequence[str]) -> list[str]:
    """Return those of the tables in whose columns the word stands for whoever reads them."""
    session.flush()
    found = []
    for table in tables:
        asked = f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE :word"  # noqa: S608  # names of our own
        if session.execute(text(asked), {"word": f"%{word}%"}).scalar_one():
            found.append(table)
    return found
