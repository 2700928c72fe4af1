"""What is swept here: cases whose tickets were closed to readers, or whose people were erased."""

import structlog

from dispatch.cases import life
from hotline.core.clock import now as clock
from hotline.core.db import transaction

log = structlog.get_logger()


def sweep() -> None:
    """Take them back to review; a sweep that dies has taken none."""
    with transaction() as session:
        recalled = life.recall_lost(session, now=clock())
    if recalled:
        log.info("cases.recalled", cases=recalled)
