"""What is swept here: milestones that run late."""

import structlog

from dispatch.problems import milestones
from hotline.core.clock import now as clock
from hotline.core.db import transaction

log = structlog.get_logger()


def sweep() -> None:
    """Tell of each late milestone, once; a sweep that dies has told nobody of its own."""
    with transaction() as session:
        told = milestones.tell_late(session, now=clock())
    if told:
        log.info("problems.late", milestones=told)
