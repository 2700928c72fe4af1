"""Where a browser finds the audio door (`hotline seats`), and that its pages may go there."""

import json
import re

from hotline.core.settings import Settings

PROXIED = "/seat-audio"  # the path that a proxy leads to the door (docs/https.md)
_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")
_SOURCE = re.compile(r"wss?://[^/\s;,']+")


def port(own: Settings) -> int:
    """Return the door's port; 0 when it has never said which."""
    try:
        return int(json.loads(own.seats_note.read_text())["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return own.seats_port


def address(own: Settings, scheme: str, host: str) -> str:
    """Return the door's WebSocket address for a browser that named this host; empty for none."""
    if own.seats_url:
        return own.seats_url
    named = _HOST.fullmatch(host)
    if named is None:
        return ""
    https = scheme == "https" or own.public_url.startswith("https:")
    if https and own.tls_cert is None:  # only a proxy makes it so
        return f"wss://{host}{PROXIED}"
    number = port(own)
    return f"{'wss' if https else 'ws'}://{named[1]}:{number}/" if number else ""


def source(own: Settings, scheme: str, host: str) -> str:
    """Return the door as a source of a content security policy; empty for none."""
    found = _SOURCE.match(address(own, scheme, host))
    return found[0] if found else ""
