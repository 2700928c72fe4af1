"""Named errors: each says what was wrong, carries its HTTP status and tells a person what to do."""


class HotlineError(Exception):
    """Something a person must know about; `detail` names the value, `remedy` the next step."""

    status = 500
    title = "Something went wrong"

    def __init__(self, detail: str, *, remedy: str = "") -> None:
        super().__init__(f"{detail} {remedy}".strip())
        self.detail = detail
        self.remedy = remedy


class NotFound(HotlineError):
    status = 404
    title = "Not found"


class NotAllowed(HotlineError):
    status = 403
    title = "Not allowed"


class NotSignedIn(HotlineError):
    status = 401
    title = "Sign in first"


class Conflict(HotlineError):
    """The thing is not in a state that permits this action."""

    status = 409
    title = "Conflicts with the present state"


class Stale(HotlineError):
    """Somebody else changed the thing since it was read."""

    status = 412
    title = "Changed in the meantime"


class Invalid(HotlineError):
    status = 422
    title = "Not valid"


class Unavailable(HotlineError):
    """A part this needs is away; trying again later is right."""

    status = 503
    title = "Not available now"


class CannotStart(HotlineError):
    """A process cannot begin: the message is one line for the person at the terminal."""

    title = "Cannot start"
