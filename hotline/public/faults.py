"""When something can't be done: a page that says so in plain words, and what next."""

from fastapi import Request, Response

from dispatch.requesters.links import NoLink
from hotline.public.door import NEW, PREFIX, show
from hotline.public.words import FIRST, table

_BY_STATUS = {404: "NotFound", 422: "Invalid"}
_OF_TICKET = 3  # parts of `/t/{number}`; whatever has more is a form of that page


async def page(request: Request, error: Exception, status: int) -> Response:
    """Return the error as a page; whose link opens nothing is shown the form."""
    if isinstance(error, NoLink):
        return show(request, "find.html", status=error.status, number="", said="find.no_link")
    parts = request.url.path.split("/")
    before = "/".join(parts[:3]) if len(parts) > _OF_TICKET else PREFIX
    if request.url.path == NEW:
        before = NEW
    sentence = f"fault.{_word(error, status)}"
    return show(request, "fault.html", status=status, sentence=sentence, back=before)


def _word(error: Exception, status: int) -> str:
    known = table(FIRST)["fault"]
    for kind in type(error).__mro__:
        if kind.__name__ in known:
            return kind.__name__
    return _BY_STATUS.get(status, "other")
