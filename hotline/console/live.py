"""Which events of the stream make which page stale."""

from hotline.core.events import EventType

STREAM = "/api/v1/stream"

_SILENT = (
    *("call.", "identity.", "access.", "account.", "session.", "key.", "webhook.", "vault."),
    "person.",
)
# A ticket's page and the lists show what tickets, orders, clocks and callbacks do.
SHOWN = tuple(each.value for each in EventType if not each.value.startswith(_SILENT))
TRIGGER = ", ".join(f"sse:{name}" for name in SHOWN)


def stream_url() -> str:
    """Return the stream's address for the events that pages show."""
    return f"{STREAM}?types={','.join(SHOWN)}"
