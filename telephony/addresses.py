"""What SIP addresses say; pure text."""

import re

_PORT = re.compile(r":[0-9]+$")
LONGEST = 200  # characters that are kept of anything a stranger's packet says


def clean(text: str, most: int = LONGEST) -> str:
    """Return text that a database and a terminal take: no control characters, no half ones.

    pjsua2 hands bytes that are no UTF-8 over as lone surrogates; PostgreSQL refuses NUL.
    """
    kept = "".join(sign if _writable(sign) else "�" for sign in text[:most])
    return kept.strip()


def inside(address: str) -> str:
    """Return `sip:a@host` of `"A" <sip:a@host>;tag=1`, or the text itself without brackets."""
    return address.partition("<")[2].partition(">")[0] or address


def user_part(address: str) -> str:
    """Return `12345` of `"A" <sip:12345@host>`; empty when there is none."""
    user, at, _ = inside(address).partition(":")[2].partition("@")
    return user.partition(";")[0] if at else ""


def own_contact(contact: str, source: str) -> str:
    """Return the URI in a Contact if its host is the one the packet came from; else an empty text.

    A Contact that names another host may be a lie: calling it back would ring a stranger.
    """
    uri = inside(contact)
    place = re.split("[;?]", uri.partition(":")[2].rpartition("@")[2])[0]
    known = bool(place) and _host(place) == _host(source)
    return uri if known and clean(uri) == uri else ""


def _writable(sign: str) -> bool:
    return sign.isprintable() and not "\ud800" <= sign <= "\udfff"


def _host(place: str) -> str:
    return _PORT.sub("", place)
