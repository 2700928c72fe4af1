"""What is counted, how often each may be, and where a request came from."""

from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.types import Scope

from hotline.core.errors import HotlineError
from hotline.core.settings import Settings


class Kind(StrEnum):
    """What is counted; each has its setting `rate_…`."""

    READ = "read"
    WRITE = "write"
    REVEAL = "reveal"
    ADDRESS = "address"
    DOOR = "door"
    SIGN_IN = "sign_in"
    SIGN_IN_ADDRESS = "sign_in_address"


# Seconds of the clock in which they are counted; everything else in a minute.
_SPANS_S: dict[str, int] = {Kind.SIGN_IN: 900}
# What holds back guesses and looks at people; each new name here is paid for by an address.
LASTING: frozenset[str] = frozenset({Kind.ADDRESS, Kind.REVEAL, Kind.SIGN_IN, Kind.SIGN_IN_ADDRESS})


class TooMany(HotlineError):
    """Asked too often; `retry_after_s` is when to ask again."""

    status = 429
    title = "Asked too often"

    def __init__(self, kind: Kind, wait_s: int) -> None:
        super().__init__(
            f"More than the limit for {kind.value} in {span_s(kind) // 60} min.",
            remedy=f"Ask again in {wait_s} s, and not faster than the limit (docs/rate-limits.md).",
        )
        self.retry_after_s = wait_s


def most(own: Settings, kind: Kind) -> int:
    """Return how many of this kind are let through in its span; 0 for any number."""
    return int(getattr(own, f"rate_{kind.value}"))


def span_s(kind: str) -> int:
    """Return in how many seconds they are counted together."""
    return _SPANS_S.get(kind, 60)


def address(scope: Scope) -> str:
    """Return where the request came from: an IPv6 by its /64, which is one subscriber's."""
    host = str((scope.get("client") or ("", 0))[0])
    if ":" not in host:
        return host
    try:
        found = ip_address(host)
    except ValueError:
        return host
    if not isinstance(found, IPv6Address):
        return host
    mapped = found.ipv4_mapped
    return str(mapped or ip_network((found, 64), strict=False))
