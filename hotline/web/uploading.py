"""A file that somebody sends is examined without connection or place, and few of them at once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

from fastapi import UploadFile
from sqlmodel import Session

from dispatch.attachments import receiving
from dispatch.attachments.receiving import House, Received
from hotline.core.accounts import Actor
from hotline.core.errors import HotlineError
from hotline.core.settings import settings
from hotline.web.access import let_go
from hotline.web.places import stepped_aside

AT_ONCE = 5  # of one person or key, in one web process, which has 40 threads for everybody
# Of all together: who has examined a file waits on its thread for a place, and whoever has a place
# needs a thread to come to an end.
MOST = 20
RETRY_S = 10

_lock = Lock()
_busy: Counter[str] = Counter()


class TooManyAtOnce(HotlineError):
    """Somebody sends more files at once than one may; `retry_after_s` is when to ask again."""

    status = 429
    title = "Too many files at once"
    retry_after_s = RETRY_S


@contextmanager
def examined(session: Session, file: UploadFile, actor: Actor) -> Iterator[tuple[Received, House]]:
    """Yield the file and the house it is kept in; raise what `received` raises, or TooManyAtOnce.

    The session's transaction is over before: whatever was read, or may be done, is asked anew.
    """
    house = receiving.house_of(settings())
    with _turn(str(actor)), ExitStack() as kept:
        let_go(session)
        with stepped_aside():
            received = kept.enter_context(receiving.received(file.file, file.filename or "", house))
        yield received, house


@contextmanager
def _turn(who: str) -> Iterator[None]:
    with _lock:
        if _busy[who] >= AT_ONCE or _busy.total() >= MOST:
            raise TooManyAtOnce(
                f"{_busy[who]} files of yours and {_busy.total()} in all are being examined.",
                remedy=f"Send one after the other; this one again in {RETRY_S} s.",
            )
        _busy[who] += 1
    try:
        yield
    finally:
        with _lock:
            _busy[who] -= 1
            if not _busy[who]:
                del _busy[who]
