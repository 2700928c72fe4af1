"""来电号码: who calls, by the addresses of an INVITE; pure text, whatever a stranger wrote there.

Domestic and foreign forms of one number become one (RFC 3966, RFC 3325, RFC 3323).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address
from urllib.parse import unquote

from telephony.addresses import LONGEST, clean

Networks = tuple[IPv4Network | IPv6Network, ...]

# Headers of one call; what comes after so many is nobody's telephone.
MOST_HEADERS = 100
_LONG = {"f": "from", "m": "contact", "t": "to", "i": "call-id"}
_ANONYMOUS = {"anonymous", "restricted", "private", "unavailable", "unknown", "withheld"}
_OPEN = {"", "none"}  # what Privacy may say without hiding anybody
_SEPARATORS = re.compile(r"[\s().\-]")
_DIALLED = re.compile(r"\+?[0-9]{3,32}")
_LOCAL = re.compile(r"[2-8][0-9]{6,7}")
_CONTEXT = re.compile(r";phone-context=(\+[0-9]{1,9})(?:;|$)", re.IGNORECASE)
_AREA = re.compile(r"0[1-9][0-9]{1,2}")
# A quoted name may hold anything, brackets too.
_NAME = re.compile(r'\s*"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Caller:
    """Who calls: `number` as it is dialled at home or in E.164; empty where they show none."""

    number: str = ""
    anonymous: bool = False


def caller_of(packet: str, remote: str, *, trusted: bool, area: str = "") -> Caller:
    """Return who calls by the whole INVITE; `remote` is its From as pjsip read it.

    Only of a trunk (`trusted`) P-Asserted-Identity is believed, before From. Whoever hides their
    number by Privacy or an anonymous From shows none, whatever the network knows.
    """
    headers = headers_of(packet)
    hidden = {
        word.strip().lower() for text in headers.get("privacy", ()) for word in text.split(";")
    }
    sender = user_of(remote)
    if hidden - _OPEN or _is_anonymous(sender, remote):
        return Caller(anonymous=True)
    asserted = headers.get("p-asserted-identity", ()) if trusted else ()
    for text in asserted:
        for address in _split(text):
            found = dialled(user_of(address), area)
            if _DIALLED.fullmatch(found):
                return Caller(found)
    return Caller(dialled(sender, area))


def dialled(user: str, area: str = "") -> str:
    """Return the user part as it is dialled: no separators, and the area where it has none."""
    user, _, parameters = user.partition(";")
    plain = _SEPARATORS.sub("", clean(unquote(user, errors="replace")))
    context = _CONTEXT.search(f";{parameters}")
    if context and re.fullmatch("[0-9]+", plain):
        return context[1] + plain
    if _LOCAL.fullmatch(plain) and _AREA.fullmatch(area):
        return area + plain
    return plain


def user_of(address: str) -> str:
    """Return the user of a sip or the number of a tel address, with its parameters; else empty."""
    address = address[: 4 * LONGEST]
    named = _NAME.match(address)
    rest = address[named.end() :] if named else address
    opened = rest.partition("<")[2]
    uri = opened.partition(">")[0] if opened else rest
    scheme, _, place = uri.strip().partition(":")
    if scheme.lower() == "tel":
        return place
    if scheme.lower() not in ("sip", "sips"):
        return ""
    user, at, _ = place.rpartition("@")
    return user.partition(":")[0] if at else ""  # after the colon: a password


def headers_of(packet: str) -> dict[str, tuple[str, ...]]:
    """Return the headers by their long names in small letters, continued lines joined.

    The body is not looked at, and of hostile packets no more than the first hundred lines.
    """
    head = re.split(r"\r?\n\r?\n", packet, maxsplit=1)[0]
    lines = re.split(r"\r?\n", head)[1 : MOST_HEADERS + 1]
    joined: list[str] = []
    for line in lines:
        if line[:1] in (" ", "\t") and joined:
            joined[-1] += " " + line.strip()
        else:
            joined.append(line)
    found: dict[str, tuple[str, ...]] = {}
    for line in joined:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon and name:
            name = _LONG.get(name, name)
            found[name] = (*found.get(name, ()), value.strip())
    return found


def source_of(packet: str, came_from: str, *, proxied: bool) -> str:
    """Return `address:port` from where the caller's packet came: behind Kamailio, as it says."""
    said = headers_of(packet).get("x-hotline-source", ()) if proxied else ()
    return said[-1] if said else came_from


def is_within(source: str, networks: Networks) -> bool:
    """Return whether `address:port` lies in one of these networks."""
    try:
        address = ip_address(source.rpartition(":")[0].strip("[]"))
    except ValueError:
        return False
    return any(address in network for network in networks)


def _is_anonymous(user: str, remote: str) -> bool:
    host = remote.rpartition("@")[2].partition(">")[0].partition(";")[0].lower()
    return user.lower() in _ANONYMOUS or host.endswith("anonymous.invalid")


def _split(text: str) -> Iterator[str]:
    """Yield the addresses of one header line: commas part them, but for those inside quotes."""
    quoted = False
    begin = 0
    for at, sign in enumerate(text):
        if sign == '"' and text[at - 1 : at] != "\\":
            quoted = not quoted
        elif sign == "," and not quoted:
            yield text[begin:at]
            begin = at + 1
    yield text[begin:]
