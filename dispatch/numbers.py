"""工单编号: what a caller writes down and reads back over the phone."""

from datetime import datetime

from sqlalchemy import Sequence as DatabaseSequence
from sqlmodel import Session, SQLModel

from hotline.core.ahead import Question, answers
from hotline.core.clock import beijing_day

SERIALS = 100_000  # a day; the sequence runs on, so two tickets of one day never share one

serial = DatabaseSequence("ticket_serial", metadata=SQLModel.metadata)
SERIAL = Question(f"SELECT nextval('{serial.name}')", columns=1)


def next_number(session: Session, *, now: datetime) -> str:
    """Return the next ticket number: Beijing's date, five digits, and a check digit."""
    (((running,),),) = answers(session, SERIAL)
    digits = f"{beijing_day(now):%y%m%d}{running % SERIALS:05d}"
    return digits + check_digit(digits)


def order_number(ticket_number: str, count: int) -> str:
    """Return the number of the ticket's `count`-th work order."""
    return f"{ticket_number}-{count}"


def is_valid(number: str) -> bool:
    """Return whether the check digit fits: one wrong or two swapped digits are noticed."""
    return len(number) == 12 and number.isdigit() and check_digit(number[:-1]) == number[-1]


def check_digit(digits: str) -> str:
    """Return the ISO/IEC 7064 MOD 11,10 check digit."""
    check = 10
    for digit in digits:
        check = (check + int(digit)) % 10 or 10
        check = check * 2 % 11
    return str((11 - check) % 10)
