"""Which events of the stream make which page stale."""

from hotline.core.events import EventType

STREAM = "/api/v1/stream"

_SILENT = (
    *("call.", "identity.", "access.", "account.", "session.", "key.", "webhook.", "vault."),
    *("person.", "seat.", "shift.", "service.", "caller.", "recording."),
    *("list.", "directory.", "article.", "item.", "inspection."),
)
# A ticket's page and the lists show what tickets, orders, clocks and callbacks do.
SHOWN = tuple(each.value for each in EventType if not each.value.startswith(_SILENT))
TRIGGER = ", ".join(f"sse:{name}" for name in SHOWN)


# What changes an agent's own bar, of whoever it tells.
CALLS = tuple(
    each.value
    for each in (
        EventType.SEAT_CHANGED,
        EventType.CALL_OFFERED,
        EventType.CALL_CONNECTED,
        EventType.CALL_HELD,
        EventType.CALL_RESUMED,
        EventType.CALL_PARTY_INVITED,
        EventType.CALL_PARTY_JOINED,
        EventType.CALL_PARTY_LEFT,
        EventType.CALL_TRANSFERRED,
        EventType.CALL_ENDED,
    )
)
CALL_TRIGGER = ", ".join(f"sse:{name}" for name in CALLS)


# What changes the queue, the seats or the roster, of whoever it tells; not what is said in a call.
_SAID = (EventType.CALL_TRANSCRIPT, EventType.CALL_PROPOSAL, EventType.CALL_RATED)
FLOOR = tuple(
    each.value
    for each in EventType
    if each.value.startswith(("call.", "seat.", "shift.", "service.")) and each not in _SAID
)
FLOOR_TRIGGER = ", ".join(f"sse:{name}" for name in FLOOR)


def stream_url(with_calls: bool = False, with_floor: bool = False) -> str:
    """Return the stream's address for the events that pages show, a call bar's, the floor's."""
    wanted = (*SHOWN, *(CALLS if with_calls else ()), *(FLOOR if with_floor else ()))
    return f"{STREAM}?types={','.join(dict.fromkeys(wanted))}"
