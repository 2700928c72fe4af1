"""How long a replay takes: `python -m tests.dispatch.replays.measure_replays [ORDERS]`.

In a scratch database, over orders that `hotline bench reports` makes up; a profile whose limits are
those of the made-up clocks is taken in first, so that the past can be reproduced. For routing each
ticket gets one of the labelled sentences of `tests/nlp` and a proposal that nobody can be right by:
what is measured is how long it takes to propose anew, not how well.
"""

import sys
import time
from datetime import timedelta

from sqlalchemy import Engine, text
from sqlmodel import Session, col, func, select

from dispatch.indicators import refreshing
from dispatch.indicators.models_indicators import OrderFact
from dispatch.replays import jobs, reading, replays
from dispatch.replays.changes import Changes, DayChange, LimitChange, RoutingChange
from dispatch.replays.models_replays import Replay
from dispatch.replays.replays import Asked
from dispatch.rules import policy_rows
from dispatch.rules.layers import DayKind
from dispatch.rules.models_rules import PolicyVersion
from dispatch.rules.policies import COLUMNS, parse_policies
from dispatch.terms import ClockKind
from hotline.bench import report_rows
from hotline.bench.report_year import DAYS, Year
from hotline.bench.reports import BEGAN, NOW, READER
from hotline.bench.scratch import places
from hotline.core.clock import beijing_day
from hotline.core.db import transaction
from hotline.core.settings import Settings, settings
from tests.nlp import labelled

SENT = 0.6  # of the tickets that are made up, so many have an order
LIMITS = {"accept_by": "4h", "contact_by": "8h", "reply_by": "120h"}
FIRST = beijing_day(BEGAN)
LAST = FIRST + timedelta(days=DAYS - 1)
SHORTER = Changes(
    (LimitChange(ClockKind.REPLY_BY, None, None, None, "3wd"),),
    (DayChange("540000", FIRST + timedelta(days=100), DayKind.OFF, "试算"),),
)


ROUTED = Changes(routing=RoutingChange(None, None, 0.9, 0.95))
_SAY = text("UPDATE ticket SET text = (CAST(:said AS text[]))[1 + id % :count]")
_PROPOSE = text(
    "INSERT INTO proposal (ticket_id, at, department, confidence, body) "
    "SELECT id, created_at, 'nobody', 0.5, '{\"category\": [\"x\"]}' FROM ticket"
)


def main(orders: int) -> None:
    year = Year(round(orders / SENT), 500, BEGAN)
    with places(Settings(), ("replays",)) as made:
        engine = made["replays"].engine
        report_rows.fill(engine, year)
        _prepare(engine)
        for name, changes in (("nothing changed", Changes()), ("limit and calendar", SHORTER)):
            _measure(engine, name, changes)
        _propose(engine)
        _measure(engine, "routing", ROUTED)


def _prepare(engine: Engine) -> None:
    profile = settings().policy_profile
    lines = [",".join(COLUMNS)] + [
        f"{profile},{clock},*,*,*,{limit},dispatched,no,none,,unit,75,,,made up"
        for clock, limit in LIMITS.items()
    ]
    with transaction(engine) as session:
        version = PolicyVersion(profile=profile, file="", digest="", at=BEGAN, by="bench")
        session.add(version)
        session.flush()
        rows = parse_policies("made up", "\n".join(lines))
        session.add_all(policy_rows.rows_of(version.id or 0, rows))
    for day in range(DAYS):
        with transaction(engine) as session:
            refreshing.refresh(session, FIRST + timedelta(days=day), now=NOW)
    with transaction(engine) as session:
        counted = session.exec(select(func.count(col(OrderFact.id)))).one()
    print(f"{counted:,} orders")


def _propose(engine: Engine) -> None:
    said = [each.text for half in ("dev", "held") for each in labelled.lines(half)]
    with transaction(engine) as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(_SAY, {"said": said, "count": len(said)})
        session.execute(_PROPOSE)


def _measure(engine: Engine, name: str, changes: Changes) -> None:
    with transaction(engine) as session:
        asked = Asked(name, FIRST, LAST, changes)
        number = replays.ask(session, asked, actor=READER, now=NOW).id or 0
    began = time.monotonic()
    jobs.run(lambda: transaction(engine), number, clock=lambda: NOW, more=lambda: True)
    took = time.monotonic() - began
    with Session(engine) as session:
        replay = session.get_one(Replay, number)
        both = (*reading.ON_TIME, *reading.ROUTED)
        found = reading.compared(session, replay, both, reader=None)
        began = time.monotonic()
        reading.compared(session, replay, reading.ON_TIME, by=reading.By.DEPARTMENT, reader=READER)
        read = time.monotonic() - began
    print(f"{name}: {replay.state} {replay.reason} {replay.done:,} things in {took:.1f} s")
    print(f"  read by department in {read * 1000:.0f} ms")
    for each in found:
        print(
            f"  {each.measure}: {each.rate_before} % -> {each.rate_after} %, "
            f"+{each.gained:,} -{each.lost:,}, reproduced {each.reproduced:,}, "
            f"not {each.differs:,}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 80_000)
