"""A file that somebody sends is examined without a database connection, and few at once each."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from fastapi import UploadFile
from sqlmodel import Session

from dispatch.attachments import receiving
from dispatch.attachments.receiving import House, Received
from hotline.core.accounts import Actor
from hotline.core.errors import HotlineError
from hotline.core.settings import settings
from hotline.web.access import let_go

AT_ONCE = 5  # of one person or key, in one web process, which has 40 threads for everybody
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
    with _turn(str(actor)):
        let_go(session)
        with receiving.received(file.file, file.filename or "", house) as received:
            yield received, house


@contextmanager
def _turn(who: str) -> Iterator[None]:
    with _lock:
        if _busy[who] >= AT_ONCE:
            raise TooManyAtOnce(
                f"{AT_ONCE} files of yours are being examined.",
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
