"""The day's hash, computed from one's own list: equal hashes are equal lists."""

import hashlib
from collections.abc import Iterable

from hotline_client.models import Line


def digest(lines: Iterable[Line]) -> str:
    """Return the SHA-256, in hex, of `number,status,version` lines by number, each with a LF.

    Lines without versions make the hotline's `status_hash`.
    """
    text = "".join(
        f"{each.number},{each.status}" + ("" if each.version is None else f",{each.version}") + "\n"
        for each in sorted(lines, key=lambda line: line.number.encode())
    )
    return hashlib.sha256(text.encode()).hexdigest()
