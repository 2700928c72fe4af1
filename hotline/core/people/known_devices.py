"""常用设备: a browser that a person signed in with before, by what it keeps of that. No table.

Strangers' guesses lock a name for strangers: who shows that they were here before is counted by
themselves (after OWASP's "device cookies"). It opens nothing: the password is asked all the same.
"""

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

LASTS = timedelta(days=180)
MOST = 8  # people of one browser: seats are shared between shifts
_PROOF = re.compile(r"(?P<id>[0-9a-f]{16})\.(?P<day>\d{1,6})\.(?P<sum>[0-9a-f]{32})")
_BETWEEN = "~"


def remember(kept: str, username: str, key: bytes, *, now: datetime) -> str:
    """Return what the browser keeps from now on: this person first, then those it had."""
    mine = known(kept, username, key, now=now) or secrets.token_hex(8)
    others = [each for each in _proofs(kept) if each["id"] != mine]
    day = _day(now)
    fresh = f"{mine}.{day}.{_sum(mine, day, username, key)}"
    return _BETWEEN.join([fresh, *(each[0] for each in others)][:MOST])


def known(kept: str, username: str, key: bytes, *, now: datetime) -> str:
    """Return the id of this person's browser; empty unless they signed in with it lately."""
    today = _day(now)
    for each in _proofs(kept):
        day = int(each["day"])
        expected = _sum(each["id"], day, username, key)
        if today - LASTS.days <= day <= today and hmac.compare_digest(each["sum"], expected):
            return each["id"]
    return ""


def _proofs(kept: str) -> list[re.Match[str]]:
    parts = kept.split(_BETWEEN, MOST)[:MOST]
    return [found for found in map(_PROOF.fullmatch, parts) if found]


def _day(now: datetime) -> int:
    return int(now.timestamp()) // 86_400


def _sum(id: str, day: int, username: str, key: bytes) -> str:
    told = f"hotline known device\0{id}\0{day}\0{username}"
    return hmac.digest(key, told.encode(errors="replace"), hashlib.sha256).hex()[:32]
