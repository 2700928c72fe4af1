"""What can go wrong, so that a caller can tell what to do about it."""

from typing import Any


class HotlineError(Exception):
    """The hotline said no; `remedy` is what it proposes to do next (RFC 9457)."""

    def __init__(
        self, status: int, title: str, detail: str = "", remedy: str = "", errors: Any = None
    ) -> None:
        super().__init__(" ".join(each for each in (title, detail, remedy) if each))
        self.status, self.title, self.detail = status, title, detail
        self.remedy, self.errors = remedy, errors or []


class NotSignedIn(HotlineError):
    """401: the key, secret or token no longer holds."""


class NotAllowed(HotlineError):
    """403: the key or client was not let do this."""


class NotFound(HotlineError):
    """404: it is not there, or it is another department's."""


class Conflict(HotlineError):
    """409: the order's state does not permit this now."""


class Stale(HotlineError):
    """412: somebody changed the order since it was read; read it again and decide anew."""


class Invalid(HotlineError):
    """422: what was sent is not valid; nothing was done."""


class Unavailable(HotlineError):
    """429, 5xx or no answer at all, after every retry; the same request may be sent again later."""


_BY_STATUS: dict[int, type[HotlineError]] = {
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    412: Stale,
    422: Invalid,
    429: Unavailable,
}


def error_of(status: int, problem: dict[str, Any]) -> HotlineError:
    """Return the error that a problem document stands for."""
    kind = Unavailable if status >= 500 else _BY_STATUS.get(status, HotlineError)
    title = str(problem.get("title") or problem.get("error") or f"HTTP {status}")
    detail = str(problem.get("detail") or problem.get("error_description") or "")
    return kind(status, title, detail, str(problem.get("remedy") or ""), problem.get("errors"))
