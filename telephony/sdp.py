"""What session descriptions say; pure text."""

import re

_KEYS = re.compile(r"^a=rtpmap:([0-9]+) telephone-event/", re.MULTILINE)


def offer_keys_as(sdp: str, payload: str) -> str:
    """Return the description with telephone-event moved to this payload type, if it is free."""
    found = _KEYS.search(sdp)
    if found is None or re.search(rf"^a=rtpmap:{payload} ", sdp, re.MULTILINE):
        return sdp
    given = found[1]
    sdp = re.sub(rf"^(a=(?:rtpmap|fmtp):){given} ", rf"\g<1>{payload} ", sdp, flags=re.MULTILINE)
    return re.sub(
        r"^m=audio .*",
        lambda m: re.sub(rf"\b{given}\b(?=[^/]*$)", payload, m[0]),
        sdp,
        flags=re.MULTILINE,
    )
