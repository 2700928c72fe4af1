"""What is swept, and how often; `hotline schedule` runs this table by `rq cron`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sweep:
    """A job by its dotted name and its period."""

    job: str
    every_s: int


SWEEP_CLOCKS = "dispatch.jobs.sweep_clocks"

# The schedule looks at the clocks, and shows that it lives, at least so often.
LOOK_S = 5.0
# After this it is not taken to live any more: it has missed two looks, and a third is late.
SILENT_AFTER_S = 15.0

SWEEPS = (
    Sweep(SWEEP_CLOCKS, every_s=60),
    Sweep("dispatch.jobs.sweep_calls", every_s=30),
    Sweep("dispatch.jobs.deliver_notices", every_s=60),
    Sweep("dispatch.jobs.deliver_staff_notices", every_s=60),
    Sweep("dispatch.rules.reckon_all.go_on", every_s=60),
    Sweep("dispatch.jobs.lapse_extensions", every_s=60),
    Sweep("dispatch.attachments.sweeps.scan_waiting", every_s=60),
    Sweep("dispatch.attachments.sweeps.remove_leftovers", every_s=3600),
    Sweep("dispatch.routing.judging.sweep", every_s=60),
    Sweep("dispatch.routing.earning.sweep", every_s=300),
    Sweep("dispatch.routing.scheduled.sweep", every_s=3600),
    Sweep("dispatch.hot.jobs.sweep", every_s=60),
    Sweep("dispatch.indicators.jobs.sweep", every_s=60),
    Sweep("dispatch.reports.jobs.sweep", every_s=60),
    Sweep("dispatch.replays.jobs.sweep", every_s=60),
    Sweep("dispatch.ratings.jobs.sweep", every_s=3600),
    Sweep("dispatch.ratings.jobs.draw", every_s=3600),
    Sweep("dispatch.ratings.jobs.remind", every_s=300),
    Sweep("dispatch.publishing.jobs.sweep", every_s=3600),
    Sweep("dispatch.inspection.jobs.sweep", every_s=600),
    Sweep("dispatch.problems.jobs.sweep", every_s=3600),
    Sweep("dispatch.cases.jobs.sweep", every_s=60),
    Sweep("dispatch.letters.jobs.sweep", every_s=60),
    Sweep("dispatch.letters.scanning.scan_waiting", every_s=60),
    Sweep("dispatch.knowledge_jobs.begin_texts", every_s=60),
    Sweep("dispatch.knowledge_jobs.remind", every_s=300),
    Sweep("hotline.housekeeping.sweep", every_s=3600),
    Sweep("dispatch.people.jobs.sweep", every_s=3600),
    Sweep("dispatch.people.jobs.seal_recordings", every_s=300),
    Sweep("dispatch.people.jobs.wipe", every_s=86400),
    Sweep("hotline.housekeeping.seal_history", every_s=900),
)
