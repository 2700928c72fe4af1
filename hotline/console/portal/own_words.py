"""A refusal in the words of this room's pages: the domain's own are for logs."""

from collections.abc import Iterator
from contextlib import contextmanager

from hotline.console.faults import Misfilled
from hotline.console.words import say
from hotline.core.errors import Conflict, Invalid


@contextmanager
def in_words(*, invalid: str = "", conflict: str = "") -> Iterator[None]:
    """Say a refusal by the word that is named for its kind; raise Misfilled in its place."""
    try:
        yield
    except (Invalid, Conflict) as error:
        word = conflict if isinstance(error, Conflict) else invalid
        if word and not isinstance(error, Misfilled):
            raise Misfilled(say(word)) from error
        raise
