"""Random walks over both machines, with every action there is, on a real database.

No illegal state; one event for one action; a ticket is never at its end while a department holds an
order of it; and the clocks are what a slow reading of the story says (`walking.oracle`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session

from dispatch import history
from dispatch.callback import callback_record
from dispatch.handling import orders
from dispatch.models import OrderRole, Ticket
from dispatch.rules import calendars
from dispatch.states import OPEN_ORDERS, ORDER, TICKET, OrderStatus, TicketStatus
from dispatch.terms import TimeClass
from dispatch.timing import clocks, sweep
from hotline.core.errors import HotlineError
from tests.dispatch.walking.actions import ACTIONS
from tests.dispatch.walking.consequences import CONSEQUENCES
from tests.dispatch.walking.limits import LIMITS
from tests.dispatch.walking.oracle import Oracle
from tests.dispatch.walking.place import Place
from tests.dispatch.walking.running import Clocks
from tests.dispatch.walking.slow_time import SlowTime
from tests.factories import create_ticket

BEGINS = datetime.fromisoformat("2026-02-11T10:10:00+08:00")  # the week before the longest holiday
ENDED = ("closed", "declined", "withdrawn")
WAITS = (0, 0, 0, 3, 3, 45, 130, 700, 1440, 5 * 1440)  # minutes
SWEEPS, MEDDLES = 0.1, 0.15  # how often
BY_TICKET = {(before, after) for (before, _), after in TICKET.items()}
BY_ORDER = {(before, after) for (before, _), after in ORDER.items()}


class Walk(RuleBasedStateMachine):
    """One ticket, whatever happens to it."""

    session: ClassVar[Session]

    def __init__(self) -> None:
        super().__init__()
        self.example = self.session.begin_nested()
        self.now = BEGINS
        self.kind = "normal"
        self.walked: dict[tuple[datetime, str], datetime] = {}

    def teardown(self) -> None:
        self.example.rollback()
        self.session.expunge_all()
        self.session.info.clear()  # what waits for a commit waits in vain

    @initialize(kind=st.sampled_from(["normal", "normal", "emergency"]), seed=st.integers(0))
    def register(self, kind: str, seed: int) -> None:
        # Drawn once: choices drawn one by one make shallow walks, as most of them fit no state.
        self.random = Random(seed)  # noqa: S311  # no secret
        self.kind = kind
        ticket = create_ticket(self.session, now=self.now, time_class=TimeClass(kind))
        self.ticket_id = ticket.id

    @rule()
    def step(self) -> None:
        """Do what is meant to be possible now, the usual ones more often; or anything at all."""
        self.now += timedelta(minutes=self.random.choice(WAITS))
        how = self.random.random()
        if how < SWEEPS:
            self._sweep()
        else:
            self._do_something(meddles=how < SWEEPS + MEDDLES)

    def _do_something(self, *, meddles: bool) -> None:
        fitting = [
            (self.random.random() ** (1 / action.often), name)
            for name, action in ACTIONS.items()
            if meddles or self.ticket.status in action.when
        ]
        for _, name in sorted(fitting, reverse=True):
            which = self.random.randrange(240)
            place = Place(self.session, self.ticket, which, self.now, meddles)
            act = ACTIONS[name].prepare(place)
            if act:
                self.now = place.now
                self._do(name, act)
                return

    def _sweep(self) -> None:
        """Strike every threshold that has come; nothing but cards and 督办 may come of it."""
        before = len(self.story())
        while sweep.strike_batch(self.session, now=self.now).struck:
            pass
        told = {event.type for event in self.story()[before:]}
        cards = {"clock.warning", "clock.due", "clock.overdue", "clock.escalated"}
        assert told <= cards | {"supervision.raised"}

    @property
    def ticket(self) -> Ticket:
        return self.session.get_one(Ticket, self.ticket_id)

    def story(self) -> list[Any]:
        return list(history.story(self.session, self.ticket))

    def states(self) -> dict[str, str]:
        found = {each.number: each.status for each in orders.of_ticket(self.session, self.ticket)}
        return {"": self.ticket.status, **found}

    def _do(self, name: str, act: Callable[[], object]) -> None:
        event = ACTIONS[name].event
        before, told = self.states(), len(self.story())
        refused = self._refusal_of(act)
        if refused:
            assert refused.status in (403, 404, 409, 422), (name, refused)
            assert (self.states(), len(self.story())) == (before, told)
            return
        happened = self.story()[told:]
        types = [each.type for each in happened]
        note(f"{self.now.isoformat()} {name} -> {self.ticket.status}: {types}")
        own = [each.refs.get("order") for each in happened if each.type == event]
        # An order that is recalled takes those below it along: one event for each.
        assert len(set(own)) == len(own) == (len(own) if event == "order.recalled" else 1), name
        assert own, (name, types)
        assert set(types) - {event} <= CONSEQUENCES.get(event, set()), (name, types)
        self._require_legal(before)

    def _refusal_of(self, act: Callable[[], object]) -> HotlineError | None:
        """Act, and return why that was refused; then nothing was done."""
        try:
            with self.session.begin_nested():
                act()
                self.session.flush()
        except HotlineError as refused:
            self.session.expire_all()
            return refused
        return None

    def _require_legal(self, before: dict[str, str]) -> None:
        """Each thing went one step by its table, or stayed where it was."""
        for name, after in self.states().items():
            if name in before and before[name] != after:
                by = BY_ORDER if name else BY_TICKET
                assert (before[name], after) in by, (name, before[name], after)
            elif name and name not in before:
                assert after == OrderStatus.DISPATCHED

    @invariant()
    def a_ticket_is_at_its_end_only_when_no_order_is_open(self) -> None:
        shares = orders.of_ticket(self.session, self.ticket)
        held = [each for each in shares if each.status in OPEN_ORDERS]
        assert held == [] or self.ticket.status == TicketStatus.DISPATCHED
        assert sum(each.role == OrderRole.LEAD and not each.parent_id for each in held) <= 1
        assert {each.parent_id for each in held} <= {None, *(each.id for each in held)}

    @invariant()
    def what_ended_has_its_moment_and_runs_no_clock(self) -> None:
        ticket = self.ticket
        handed = ticket.status == TicketStatus.HANDED_OVER
        running = [
            each.kind for each in clocks.of_ticket(self.session, ticket) if not each.stopped_at
        ]
        if ticket.status in ENDED:
            assert ticket.closed_at
            assert running == []
        elif handed:
            assert bool(ticket.closed_at) == (ticket.closing == "handed_over")
            assert "acknowledge_by" in running or ticket.closed_at
        else:
            assert (ticket.closed_at, ticket.closing, ticket.archived_at) == (None, "", None)
        calling = [
            each.status
            for each in callback_record.of_ticket(self.session, ticket)
            if each.status in ("planned", "calling")
        ]
        assert len(calling) == (ticket.status == TicketStatus.AWAITING_CALLBACK)

    @invariant()
    def clocks_are_what_the_story_says(self) -> None:
        ticket = self.ticket
        calendar = calendars.current(self.session, ticket.district)
        limits = Clocks(SlowTime(calendar, self.walked), LIMITS[self.kind])
        expected = Oracle(limits).read(self.story())
        found = clocks.of_ticket(self.session, ticket)
        assert {
            (each.subject, each.kind): each.due_at for each in found if not each.stopped_at
        } == expected
        for each in found:
            if each.stopped_at or each.waits_for:
                assert each.next_alarm_at is None, each.kind


def test_no_walk_leaves_the_machines_and_clocks_follow_from_the_story(session: Session) -> None:
    Walk.session = session
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a shorter walk would be another one: its notes tell it
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_action_of_both_tables_is_walked() -> None:
    walked = {action.event for action in ACTIONS.values()}
    assert walked >= {
        "ticket.answered",
        "ticket.dispatched",
        "ticket.declined",
        "ticket.handed_over",
        "ticket.withdrawn",
        "ticket.reopened",
        "order.accepted",
        "order.returned",
        "order.replied",
        "order.reply_rejected",
        "order.completed",
        "order.recalled",
    }
