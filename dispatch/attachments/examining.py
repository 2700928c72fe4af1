"""A file is examined beside this process, so that what breaks a decoder breaks nothing here."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

import structlog

from dispatch.attachments.nameless import reached_by
from hotline.core.errors import Unavailable
from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import REFUSED, Limits, Refused

AT_ONCE = 2  # a large picture takes half a gigabyte while it is painted
WAIT_S = 15
TIME_S = 90
_ANEW = "Open it, save it anew and send that."

_benches = BoundedSemaphore(AT_ONCE)
log = structlog.get_logger()


def examine(given: int, clean: int, limits: Limits) -> Kind:
    """Write what may be kept of a nameless file to another; return its kind; raise Refused.

    Raises Unavailable when others are examined all the while.
    """
    bounds = [str(limits.megapixels), str(limits.unpacked_mb)]
    command = [sys.executable, "-I", "-m", "hotline.core.workbench"]
    with _bench():
        try:
            done = subprocess.run(  # noqa: S603  # our own module, on paths of our own
                [*command, *map(str, map(reached_by, (given, clean))), *bounds],
                pass_fds=(given, clean),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={},
                timeout=TIME_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Refused("The file takes too long to examine.", remedy=_ANEW) from error
    if done.returncode == REFUSED:
        why = json.loads(done.stdout)
        raise Refused(why["detail"], remedy=why["remedy"])
    if done.returncode != 0:
        log.warning("attachment.unexamined", status=done.returncode)
        raise Refused("The file can't be examined.", remedy=_ANEW)
    return Kind(done.stdout.decode())


@contextmanager
def _bench() -> Iterator[None]:
    if not _benches.acquire(timeout=WAIT_S):
        raise Unavailable("Other files are being examined.", remedy="Send it again in a minute.")
    try:
        yield
    finally:
        _benches.release()
