"""Single packets, each with one thing about it that no telephone sends, or hardly one."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.e2e.torture.message import NUMBER, SDP, Message

Bend = Callable[[Message], bytes]
OURS = f"<sip:{NUMBER}@127.0.0.1>;tag=1"


def header(name: str, value: str) -> Bend:
    """Return what puts this header in the place of the right one."""
    return lambda message: message.having(name, value).wire()


def second(name: str, value: str) -> Bend:
    """Return what adds a header beside the right one."""
    return lambda message: message.adding(name, value).wire()


def without(name: str) -> Bend:
    return lambda message: message.lacking(name).wire()


def first_line(text: str) -> Bend:
    return lambda message: replace(message, start=text).wire()


def body(text: str, kind: str = "application/sdp") -> Bend:
    return lambda message: message.saying(text, kind).wire()


def line(old: str, new: str) -> Bend:
    """Return what bends one line of the SDP."""
    assert old in SDP
    return body(SDP.replace(old, new))


def cut(share: float) -> Bend:
    """Return what loses the packet's end on the way."""
    return lambda message: message.wire()[: int(len(message.wire()) * share)]


def raw(packet: bytes) -> Bend:
    return lambda _message: packet


LENGTHS: Mapping[str, Bend] = {
    "a length beyond the packet": header("Content-Length", "9999"),
    "a length short of the body": header("Content-Length", "20"),
    "a length of less than nothing": header("Content-Length", "-1"),
    "a length in words": header("Content-Length", "many"),
    "a length beyond any integer": header("Content-Length", "9" * 40),
    "two lengths": second("Content-Length", "3"),
    "a header of 3,000 letters": second("X-Long", "a" * 3000),
    "a packet of 60,000 bytes": second("X-Long", "a" * 59_000),
    "two hundred headers": lambda message: replace(
        message, headers=(*message.headers, *(("X", str(n)) for n in range(200)))
    ).wire(),
    "a packet that ends in a header": cut(0.4),
    "a packet that ends in its body": cut(0.9),
}
NUMBERS: Mapping[str, Bend] = {
    "a CSeq below nothing": header("CSeq", "-7 INVITE"),
    "a CSeq of 33 bits": header("CSeq", "8589934593 INVITE"),
    "a CSeq of another method": header("CSeq", "1 BYE"),
    "a CSeq without a number": header("CSeq", "INVITE"),
    "no hop left": header("Max-Forwards", "0"),
    "hops beyond any": header("Max-Forwards", "9" * 30),
    "a session for ever": second("Session-Expires", "99999999999999999999;refresher=uas"),
    "a session of less than nothing": second("Session-Expires", "-90"),
    "a port that is none": header("Via", "SIP/2.0/UDP 127.0.0.1:999999;branch=z9hG4bKx;rport"),
    "an rport of 40 digits": header(
        "Via", "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKy;rport=" + "7" * 40
    ),
}
TEXTS: Mapping[str, Bend] = {
    "half a letter": header("From", f'"\udce6\udc8b" {OURS}'),
    "a letter in two halves": second("Subject", "\udce6" + "\udc8b\udc89" * 3),
    "a NUL in the name": header("From", f'"a\x00b" {OURS}'),
    "an unterminated quote": header("From", f'"no end {OURS}'),
    "quotes in quotes": header("From", '"' + '\\"' * 300 + f'" {OURS}'),
    "a backslash before the quote": header("From", f'"never ends\\" {OURS}'),
    "escapes of escapes": header("From", f"<sip:%25%32%35%30%30%zz{NUMBER}%@x>;tag=1"),
    "an escaped NUL": header("From", f"<sip:{NUMBER}%00@127.0.0.1>;tag=1"),
    "brackets in brackets": header("From", "<" * 50 + f"sip:{NUMBER}@x" + ">" * 50 + ";tag=1"),
    "no brackets closed": header("From", f"<sip:{NUMBER}@127.0.0.1;tag=1"),
    "parameters without end": header("From", f"<sip:{NUMBER}@x>;tag=1" + ";a=b" * 400),
    "a line break within a quote": header("From", f'"a\r\n b" {OURS}'),
    "bare line feeds": lambda message: replace(message, end=b"\n").wire(),
    "folded headers": header("To", "\r\n <sip:12345@\r\n 127.0.0.1>"),
}
WORDS: Mapping[str, Bend] = {
    "a scheme that nobody knows": first_line("INVITE gopher:12345@127.0.0.1 SIP/2.0"),
    "a caller of a scheme that nobody knows": header("From", f"<mailto:{NUMBER}@x>;tag=1"),
    "a telephone's own scheme": header("From", f"<tel:+86{NUMBER}>;tag=1"),
    "another number, and no offer": lambda message: (
        replace(
            message.having("To", "<sip:999@127.0.0.1>"), start="INVITE sip:999@127.0.0.1 SIP/2.0"
        )
        .saying("")
        .wire()
    ),
    "a SIP of the far future": first_line("INVITE sip:12345@127.0.0.1 SIP/7.0"),
    "a method that nobody knows": first_line("DANCE sip:12345@127.0.0.1 SIP/2.0"),
    "a first line of one word": first_line("INVITE"),
    "blanks around everything": first_line("INVITE   sip:12345@127.0.0.1   SIP/2.0  "),
    "an extension that nobody has": second("Require", "time-travel"),
    "a reliable answer demanded": second("Require", "100rel"),
    "a call to be replaced": second("Replaces", "nobody@x;to-tag=1;from-tag=2"),
    "a Contact for everybody": header("Contact", "*"),
    "a Contact that is code": header("Contact", "<javascript:alert(1)>"),
    "routes back to us": second("Route", ", ".join(["<sip:127.0.0.1;lr>"] * 60)),
    "credentials of nonsense": second("Authorization", 'Digest nonce="' + "=" * 500),
}
MISSING: Mapping[str, Bend] = {
    **{f"no {name}": without(name) for name in ("Via", "From", "To", "Call-ID", "CSeq")},
    "no Contact": without("Contact"),
    "two callers": second("From", "<sip:13912340078@x>;tag=2"),
    "two Call-IDs": second("Call-ID", "another"),
    "two CSeqs": second("CSeq", "2 INVITE"),
    "a hundred Vias": lambda message: replace(
        message,
        headers=(
            *(("Via", f"SIP/2.0/UDP 127.0.0.1:9;branch=z{n}") for n in range(100)),
            *message.headers,
        ),
    ).wire(),
}
PARTS = "multipart/mixed;boundary=parts"
SIXTY = SDP.partition("m=")[0] + "m=audio 50000 RTP/AVP 8\r\n" * 60
BODIES: Mapping[str, Bend] = {
    "SDP in one of two parts": body(
        f"--parts\r\nContent-Type: text/plain\r\n\r\nhello\r\n--parts\r\n"
        f"Content-Type: application/sdp\r\n\r\n{SDP}\r\n--parts--\r\n",
        PARTS,
    ),
    "parts that do not end": body("--parts\r\nContent-Type: application/sdp\r\n\r\nv=0", PARTS),
    "parts without a boundary": body("--parts\r\n\r\n--parts--", "multipart/mixed"),
    "parts in parts in parts": body(
        "".join(
            f"--p{n}\r\nContent-Type: multipart/mixed;boundary=p{n + 1}\r\n\r\n" for n in range(40)
        ),
        "multipart/mixed;boundary=p0",
    ),
    "a body of an unknown kind": body("hello", "application/x-nobody"),
    "no body at all": body(""),
    "SDP without media": body(SDP.partition("m=")[0]),
    "SDP of an address that is none": line("c=IN IP4 127.0.0.1", "c=IN IP4 999.300.1.1"),
    "SDP of an address in letters": line("c=IN IP4 127.0.0.1", "c=IN IP4 not an address"),
    "SDP of another family": line("c=IN IP4 127.0.0.1", "c=IN IP6 ::ffff:127.0.0.1"),
    "SDP of everybody's address": line("c=IN IP4 127.0.0.1", "c=IN IP4 255.255.255.255"),
    "SDP with a port of 12 digits": line("m=audio 50000", "m=audio 999999999999"),
    "SDP with a port below nothing": line("m=audio 50000", "m=audio -1"),
    "SDP that refuses its own media": line("m=audio 50000", "m=audio 0"),
    "SDP with a payload below nothing": line("RTP/AVP 8\r\n", "RTP/AVP -8\r\n"),
    "SDP with giant numbers": line("o=u 1 1", f"o=u {'9' * 60} {'9' * 60}"),
    "SDP of sixty media": body(SIXTY),
    "sixty media, asked for in small letters": lambda message: replace(
        message.saying(SIXTY), start=message.start.replace("INVITE", "invite", 1)
    ).wire(),
    "sixty media in an ACK behind a blank": lambda message: replace(
        message.having("CSeq", "1 ACK").saying(SIXTY),
        start=f" {message.start.replace('INVITE', 'ACK', 1)}",
    ).wire(),
    "SDP with a map of nothing": line("a=rtpmap:8 PCMA/8000", "a=rtpmap:"),
    "SDP with a rate of nothing": line("PCMA/8000", "PCMA/0"),
    "SDP with a ptime of nothing": body(SDP + "a=ptime:0\r\na=maxptime:-20\r\n"),
    "SDP of one letter": body("v"),
}
NO_REQUEST: Mapping[str, Bend] = {
    "an answer that nobody asked for": first_line("SIP/2.0 200 OK"),
    "an answer of status 999": first_line("SIP/2.0 999 What"),
    "an answer without a status": first_line("SIP/2.0"),
    "only line breaks": raw(b"\r\n" * 200),
    "zeros": raw(bytes(1400)),
    "a STUN request": raw(bytes.fromhex("000100002112a442") + bytes(12)),
    "half of HTTP": raw(f"GET /?caller={NUMBER} HTTP/1.1\r\nHost: x\r\n\r\n".encode()),
}
PACKETS: Mapping[str, Bend] = {
    **LENGTHS,
    **NUMBERS,
    **TEXTS,
    **WORDS,
    **MISSING,
    **BODIES,
    **NO_REQUEST,
}
