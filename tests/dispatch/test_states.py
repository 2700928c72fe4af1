"""Both machines are data: every pair is either in the table or refused."""

import itertools
import re
from pathlib import Path

import pytest

from dispatch.states import (
    ORDER,
    TICKET,
    OrderAction,
    OrderStatus,
    TicketAction,
    TicketStatus,
    advance_order,
    advance_ticket,
)
from hotline.core.errors import Conflict

DRAWINGS = Path(__file__).parents[2] / "docs" / "tickets.md"


@pytest.mark.parametrize(("status", "action"), list(itertools.product(TicketStatus, TicketAction)))
def test_a_ticket_goes_where_the_table_says_or_nowhere(
    status: TicketStatus, action: TicketAction
) -> None:
    if (status, action) in TICKET:
        assert advance_ticket(status, action) == TICKET[status, action]
    else:
        with pytest.raises(Conflict, match=status):
            advance_ticket(status, action)


@pytest.mark.parametrize(("status", "action"), list(itertools.product(OrderStatus, OrderAction)))
def test_an_order_goes_where_the_table_says_or_nowhere(
    status: OrderStatus, action: OrderAction
) -> None:
    if (status, action) in ORDER:
        assert advance_order(status, action) == ORDER[status, action]
    else:
        with pytest.raises(Conflict, match=status):
            advance_order(status, action)


def test_every_state_can_be_reached_from_the_first() -> None:
    for table, first, states in (
        (TICKET, TicketStatus.REGISTERED, set(TicketStatus)),
        (ORDER, OrderStatus.DISPATCHED, set(OrderStatus)),
    ):
        reached = {first}
        while True:
            further = {after for (before, _), after in table.items() if before in reached}
            if further <= reached:
                break
            reached |= further
        assert reached == states


def test_the_drawings_show_both_tables() -> None:
    drawn = re.findall(r"^  (\w+) --> (\w+): (\w+)$", DRAWINGS.read_text(), re.MULTILINE)
    tables = [*TICKET.items(), *ORDER.items()]
    assert drawn == [(str(before), str(after), str(act)) for (before, act), after in tables]
