"""The process that makes reports, started as the worker starts it, on tables that commit."""

import subprocess
import sys
from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import col, select

from dispatch.indicators import long_freezing
from dispatch.indicators.models_freezing import IndicatorFreezing
from dispatch.indicators.reading import Period
from dispatch.reports import life, reading, scheduling, templating
from dispatch.reports.models_reports import Report
from dispatch.reports.periods import When
from dispatch.reports.terms import ReportKind
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from hotline.core.settings import Settings
from tests.dispatch.indicators.scene import DAY, filled
from tests.dispatch.reports.scene import TO, person

# What a worker does with the sweep's job; the children end by themselves when nothing waits.
SWEEP = "from dispatch.reports import jobs; jobs.sweep(); print([c.wait() for c in jobs._children])"
LONGEST_S = 120


def swept(engine: Engine, own: Settings) -> str:
    """Return what a worker's process, that sweeps once, says of its children."""
    url = engine.url.render_as_string(hide_password=False)
    environment = own.model_copy(update={"database_url": url}).child_environment()
    done = subprocess.run(  # our own program
        [sys.executable, "-c", SWEEP],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_S,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def scheduled(engine: Engine) -> tuple[Actor, Actor]:
    """Leave a daily schedule since yesterday, and 40 days to freeze; return author and signer."""
    now = clock()
    with transaction(engine) as session:
        templating.ensure_packaged(session, now=now - DAY)
        filled(session, now)
        author, signer = (person(session, name, now) for name in ("author", "signer"))
        daily = scheduling.Wanted("daily", When(ReportKind.DAILY, 0), TO)
        scheduling.add(session, daily, actor=author, now=now - DAY)
        yesterday = beijing_day(now) - DAY
        period = Period(yesterday - timedelta(days=39), yesterday)
        long_freezing.ask(session, "四十天", period, actor=author, now=now)
    return author, signer


def test_a_schedule_is_seen_through_to_its_files(emptied: Engine, own: Settings) -> None:
    _, signer = scheduled(emptied)
    assert swept(emptied, own) == "[0]"
    with transaction(emptied) as session:
        (report,) = session.exec(select(Report).order_by(col(Report.id))).all()
        assert (report.state, report.trouble, report.drafted_by) == ("drafted", "", "hotline")
        assert report.since == beijing_day(clock()) - DAY
        (frozen,) = session.exec(select(IndicatorFreezing)).all()
        assert (frozen.state, frozen.trouble) == ("done", "")
        life.sign(session, report, actor=signer, now=clock())
        assert [each.form for each in reading.files(session, report)] == ["docx", "html", "xlsx"]
    assert swept(emptied, own) == "[]"  # nothing waits: no process is started
