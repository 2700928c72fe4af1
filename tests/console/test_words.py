"""The table of words fits the pages and the domain."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from dispatch.beside.extension_limits import ExtensionStatus
from dispatch.beside.supervision import Cause
from dispatch.beside.suspensions import Outcome
from dispatch.callback.attempts import AttemptOutcome
from dispatch.callback.callback_plan import CallbackMode, CallbackStatus
from dispatch.ending import receivers
from dispatch.ending.endings import Closing, RedoReason
from dispatch.ending.withdrawals import Wish
from dispatch.handling import arbitration
from dispatch.handling.cases import CaseStatus
from dispatch.handling.returns import RETURN_REASONS
from dispatch.models import Confidentiality, OrderRole, Source
from dispatch.rules.calendar import Why
from dispatch.states import OrderStatus, TicketStatus
from hotline.console import moments
from hotline.console.doable import OFFERS
from hotline.console.live import SHOWN
from hotline.console.waiting import Register
from hotline.console.words import table
from hotline.core.accounts import Role

CONSOLE = Path(__file__).parents[2] / "hotline" / "console"
KEY = re.compile(r"""\bsay\(\s*["']([a-z_]+\.[\w.]+)["']""")

NAMED: dict[str, type[StrEnum]] = {
    "ticket_status": TicketStatus,
    "order_status": OrderStatus,
    "order_role": OrderRole,
    "source": Source,
    "confidentiality": Confidentiality,
    "closing": Closing,
    "outcome": AttemptOutcome,
    "callback_status": CallbackStatus,
    "callback_mode": CallbackMode,
    "role": Role,
    "why": Why,
    "redo": RedoReason,
    "wish": Wish,
    "contested": arbitration.Why,
    "supervised": Cause,
    "case_status": CaseStatus,
    "suspension_outcome": Outcome,
    "extension_status": ExtensionStatus,
    "register": Register,
}


@pytest.mark.parametrize("section", NAMED)
def test_every_code_has_its_word(section: str) -> None:
    assert {each.value for each in NAMED[section]} <= table("zh")[section].keys()


def test_every_receiver_has_its_word() -> None:
    assert receivers.receivers().keys() <= table("zh")["receiver"].keys()


def test_every_form_has_its_entry_and_its_button() -> None:
    elsewhere = {"dispatch", "extension"}  # these have buttons of their own
    assert OFFERS.keys() <= table("zh")["act"].keys()
    assert OFFERS.keys() - elsewhere <= table("zh")["do"].keys()


def test_every_fact_and_field_has_its_word() -> None:
    told = "".join(path.read_text() for path in CONSOLE.glob("beside_*.py"))
    assert set(re.findall(r'Fact\(\s*"(\w+)"', told)) <= table("zh")["beside"].keys()
    assert set(re.findall(r'Thing\(\s*"(\w+)"', told)) <= table("zh")["beside"].keys()
    forms = "".join(path.read_text() for path in (CONSOLE / "templates").glob("*.html"))
    fields = re.findall(r'(?:line|words|choose)\("\w+", "(\w+)"', forms)
    assert len(fields) > 15
    assert set(fields) <= table("zh")["field"].keys()


def test_every_reason_to_return_has_its_word() -> None:
    assert table("zh")["returned"].keys() == RETURN_REASONS.keys()


def test_every_event_that_pages_show_has_its_sentence() -> None:
    silent = {"clock.started", "clock.stopped"}
    assert set(SHOWN) - silent <= table("zh")["story"].keys()


def test_every_word_that_is_asked_for_is_there() -> None:
    files = [*CONSOLE.glob("*.py"), *(CONSOLE / "templates").glob("*.html")]
    asked = {key for path in files for key in KEY.findall(path.read_text())}
    assert len(asked) > 100
    for key in asked:
        section, _, name = key.partition(".")
        assert name in table("zh")[section], key


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=7, seconds=59), "7 分钟"),
        (timedelta(hours=17, minutes=41), "17 小时 41 分"),
        (timedelta(days=-1, hours=-3), "1 天 3 小时"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(length: timedelta, said: str) -> None:
    assert moments.span(length) == said


def test_a_moment_is_said_with_its_weekday_in_beijing_time() -> None:
    assert moments.full(datetime(2026, 11, 25, 23, 30, tzinfo=UTC)) == "11月26日（周四）07:30"
