"""What a form carries that nobody needs a link for: when it was shown, and that it was shown once.

Nothing is kept of it. A program that sends forms without reading them, at once, or over and over,
is held up; whoever reads as people do notices nothing.
"""

import hmac
import re
import secrets
from datetime import datetime, timedelta

from hotline.core import vault

SOONEST = timedelta(seconds=3)  # nobody writes what happened in less
LATEST = timedelta(hours=12)
_PROOF = re.compile(r"([0-9a-f]{8,9})\.([0-9a-f]{16})\.([0-9a-f]{32})")


def made(now: datetime) -> str:
    """Return the proof of a form that is shown now."""
    told = f"{int(now.timestamp()):08x}.{secrets.token_hex(8)}"
    return f"{told}.{_seal(told)}"


def name_of(proof: str, now: datetime) -> str | None:
    """Return the name of the form that was shown, the same however often it is sent.

    None for one that is none of ours, or was filled in faster or slower than people do.
    """
    found = _PROOF.fullmatch(proof)
    if found is None or not hmac.compare_digest(_seal(f"{found[1]}.{found[2]}"), found[3]):
        return None
    taken = timedelta(seconds=int(now.timestamp()) - int(found[1], 16))
    return found[2] if SOONEST <= taken <= LATEST else None


def _seal(told: str) -> str:
    return vault.blind_index(f"form:{told}").hex()[:32]
