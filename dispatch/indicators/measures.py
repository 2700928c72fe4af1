"""What can be measured of tickets, orders, calls and seats, each as one SQL column in one place.

A column is NULL where its measure says nothing of the thing, else 0, 1 or a number of seconds. The
rules of what a department is measured by are `figures.measures`; here is what lies beside them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from dispatch.figures import measures as orders
from dispatch.indicators import call_measures, order_measures, seat_days, ticket_measures
from dispatch.indicators.models_indicators import CallFact, OrderFact, SeatFact, TicketFact
from dispatch.indicators.terms import Unit

Columns = Mapping[str, Callable[[datetime], Any]]
Fact = type[OrderFact] | type[TicketFact] | type[CallFact] | type[SeatFact]

FACTS: Mapping[Unit, Fact] = {
    Unit.TICKET: TicketFact,
    Unit.ORDER: OrderFact,
    Unit.CALL: CallFact,
    Unit.SEAT: SeatFact,
}


def _department(measure: orders.Measure) -> Callable[[datetime], Any]:
    return lambda now: orders.column(measure, now=now)


MEASURES: Mapping[Unit, Columns] = {
    Unit.TICKET: ticket_measures.COLUMNS,
    Unit.ORDER: {
        **{each.value: _department(each) for each in orders.Measure},
        **order_measures.COLUMNS,
    },
    Unit.CALL: call_measures.COLUMNS,
    Unit.SEAT: seat_days.COLUMNS,
}
