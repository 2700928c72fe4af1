"""Standard Webhooks: is this message the hotline's, and not an old one sent again?"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

TOLERANCE_S = 300
SECRET = "whsec_"  # noqa: S105  # how one begins


class NotTheirs(Exception):
    """The message has no signature that holds, or its time is off by more than five minutes."""


def verify(
    body: bytes, headers: Mapping[str, str], *secrets: str, now: float | None = None
) -> dict[str, Any]:
    """Return the message's JSON; raise NotTheirs. Give both secrets while one replaces the other.

    Keep `webhook-id` and ignore a message whose id you have had: each is sent at least once.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    try:
        name, at = sent["webhook-id"], int(sent["webhook-timestamp"])
        signatures = sent["webhook-signature"].split()
    except (KeyError, ValueError) as error:
        raise NotTheirs("A header is missing or can't be read.") from error
    if abs((time.time() if now is None else now) - at) > TOLERANCE_S:
        raise NotTheirs("The message is too old, or a clock is wrong.")
    wanted = [_sign(secret, f"{name}.{at}.".encode() + body) for secret in secrets]
    if not any(hmac.compare_digest(each, one) for each in signatures for one in wanted):
        raise NotTheirs("No signature holds.")
    return dict(json.loads(body))


def _sign(secret: str, signed: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except binascii.Error as error:
        raise NotTheirs("The secret is none of the hotline's.") from error
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
