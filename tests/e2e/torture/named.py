"""One message for each of RFC 4475's, by the name it has there; the messages are our own."""

from collections.abc import Mapping
from dataclasses import replace

from tests.e2e.torture.message import NUMBER, SDP, Message
from tests.e2e.torture.packets import BODIES, LENGTHS, TEXTS, WORDS, Bend, first_line, header

GIANT = "9" * 60
NAME = f"<sip:{NUMBER}@127.0.0.1>;tag=1"
MIXED = "multipart/mixed;boundary=7f"


def bent(*changes: tuple[str, str], start: str = "", body: str | None = None) -> Bend:
    """Return what changes these headers, and the first line and the body where they are given."""

    def bend(message: Message) -> bytes:
        for name, value in changes:
            message = message.having(name, value)
        message = replace(message, start=start or message.start)
        return (message if body is None else message.saying(body)).wire()

    return bend


def as_method(method: str, *changes: tuple[str, str], target: str = "") -> Bend:
    """Return what makes it a request of another method, without a body."""

    def bend(message: Message) -> bytes:
        uri = target or message.start.split()[1]
        bare = replace(message.lacking("Content-Type"), body=b"")
        made = replace(bare, start=f"{method} {uri} SIP/2.0").having("CSeq", f"1 {method}")
        for name, value in changes:
            made = made.having(name, value)
        return made.wire()

    return bend


def twisted(message: Message) -> bytes:
    """Folded, abridged, in every case, with blanks wherever they may stand."""
    short = {"From": "f", "To": "tO", "Call-ID": "I", "Contact": "m", "Via": "v"}
    told = tuple((short.get(name, name.upper()) + "  ", value) for name, value in message.headers)
    turned = replace(message, headers=told)
    kept = {name.strip(): value for name, value in told}
    turned = turned.having("tO  ", f'"a \\"b\\" \\\\"\r\n   {kept["tO"]} ; x = "y;z"')
    return turned.adding("New-Thing", "\r\n  a\r\n\t;;,,;,;\r\n b").wire()


def two_at_once(message: Message) -> bytes:
    """A whole second request behind the first, in one packet."""
    return message.adding("Content-Length", str(len(message.body))).wire() + message.wire()


def escaped_number(message: Message) -> bytes:
    start = message.start.replace("12345", "%31%32%33%34%35")
    return replace(message, start=start).having("To", "<sip:%3123%34%35@127.0.0.1>").wire()


def in_brackets(message: Message) -> bytes:
    method, uri, version = message.start.split()
    return replace(message, start=f"{method} <{uri}> {version}").wire()


def after_uri(text: str) -> Bend:
    """Return what puts text behind the address of the first line."""
    return lambda message: replace(
        message, start=message.start.replace(" SIP/2.0", f"{text} SIP/2.0")
    ).wire()


def own_via(message: Message, *, branch: str = "", behind: str = "") -> tuple[str, str]:
    """Return the Via by which answers reach us, with another branch or something behind it."""
    via = dict(message.headers)["Via"]
    place, _, own = via.partition(";branch=")
    return "Via", f"{place};branch={branch or own.partition(';')[0]};rport{behind}"


def through(*kinds: str) -> Bend:
    vias = tuple(("Via", f"SIP/2.0/{kind} 127.0.0.1:9;branch=z9hG4bK{kind}") for kind in kinds)
    return lambda message: replace(message, headers=(*message.headers, *vias)).wire()


VALID: Mapping[str, Bend] = {
    "wsinv": twisted,
    "intmeth": as_method(
        "D4nce-_.!%*+`'~",
        *(("To", '"1_unusual.name~!@#" <sip:1_u.n!~*&=+$,;?/@127.0.0.1>'), ("From", NAME)),
        target="sip:1_u.n!~*&=+$,;?/:&it+has=1,weird!*pas$wo~d.@127.0.0.1",
    ),
    "esc01": escaped_number,
    "escnull": as_method(
        "REGISTER",
        *(("To", "<sip:no%00body@127.0.0.1>"), ("Contact", "<sip:%00@127.0.0.1>, <sip:%00%00@x>")),
    ),
    "esc02": as_method("RE%47IST%45R", ("Contact", "<sip:a@127.0.0.1:%35060>")),
    "lwsdisp": header("From", f"caller{NAME}"),
    "longreq": bent(
        ("From", f'"{"I have a very long name " * 20}" {NAME}'),
        ("Call-ID", "long" * 90),
        ("Contact", f"<sip:{NUMBER}@127.0.0.1>;" + "long" * 90),
        ("Record-Route", ", ".join(f"<sip:h{n}.invalid;lr;{'z9' * 60}>" for n in range(4))),
    ),
    "dblreq": two_at_once,
    "semiuri": as_method("OPTIONS", target="sip:12345;par=u%40example.net@127.0.0.1"),
    "transports": through("UDP", "SCTP", "TLS", "UNKNOWN", "TCP"),
    "mpart01": bent(
        ("Content-Type", MIXED),
        body=f"--7f\r\n\r\n\x00\x01\x02 --7\r\n--7f\r\nContent-Type: application/sdp\r\n\r\n{SDP}"
        "\r\n--7f\r\nContent-Type: application/pkcs7-mime\r\n\r\n0\x82\x01\x07\r\n--7f--\r\n",
    ),
    "unreason": first_line("SIP/2.0 200 = 2**3 * 5**2 но сто девяносто девять - простое"),
    "noreason": first_line("SIP/2.0 100 "),
}
INVALID: Mapping[str, Bend] = {
    "badinv01": lambda message: (
        message.having(*own_via(message, behind=";;,;,,"))
        .having("Contact", f'"x" <sip:{NUMBER}@127.0.0.1>;;,;,,')
        .wire()
    ),
    "clerr": LENGTHS["a length beyond the packet"],
    "ncl": LENGTHS["a length of less than nothing"],
    "scalar02": as_method(
        "REGISTER",
        ("CSeq", f"{GIANT} REGISTER"),
        ("Max-Forwards", "300"),
        ("Expires", "1" + "0" * 60),
        ("Contact", f"<sip:a@127.0.0.1>;expires={GIANT};q=9999.9"),
    ),
    "scalarlg": bent(
        ("CSeq", f"{GIANT} OPTIONS"),
        ("Retry-After", GIANT),
        ("Warning", f"{GIANT} x "),
        start="SIP/2.0 503 Later",
    ),
    "quotbal": TEXTS["an unterminated quote"],
    "ltgtruri": in_brackets,
    "lwsruri": after_uri("; lr"),
    "lwsstart": WORDS["blanks around everything"],
    "trws": first_line("OPTIONS sip:12345@127.0.0.1 SIP/2.0  "),
    "escruri": after_uri("?Route=%3Csip:127.0.0.1%3E"),
    "baddate": header("Date", "Fri, 01 Jan 2027 16:00:00 EST"),
    "regbadct": as_method("REGISTER", ("Contact", "sip:a@127.0.0.1?Route=%3Csip:x%3E")),
    "badaspec": as_method("OPTIONS", ("To", "<sip:a@127.0.0.1 >"), ("From", "< sip:b@x>;tag=1")),
    "baddn": as_method("OPTIONS", ("From", f"Bell, Alexander {NAME}")),
    "badvers": WORDS["a SIP of the far future"],
    "mismatch01": as_method("OPTIONS", ("CSeq", "8 INVITE")),
    "mismatch02": as_method("WALTZ", ("CSeq", "8 INVITE")),
    "bigcode": first_line(f"SIP/2.0 {GIANT} Beyond"),
}
OUTSIDE_THE_GRAMMAR: Mapping[str, Bend] = {
    "badbranch": lambda message: message.having(*own_via(message, branch="z9hG4bK")).wire(),
    "insuf": lambda message: message.lacking("From").lacking("Call-ID").lacking("To").wire(),
    "unkscm": as_method("OPTIONS", target="nobodyknowsthisscheme:totallyopaquecontent"),
    "novelsc": as_method("OPTIONS", target="soap.beep://192.0.2.103:3002"),
    "unksm2": as_method("REGISTER", ("To", "isbn:2983792873"), ("From", "<http://x>;tag=1")),
    "bext01": bent(("Require", "nothingSupportsThis, neitherThis"), ("Proxy-Require", "norThis")),
    "invut": BODIES["a body of an unknown kind"],
    "regaut01": as_method("REGISTER", ("Authorization", "NoOneKnowsThisScheme opaque=here")),
    "multi01": lambda message: replace(
        message.lacking("Contact"),
        headers=(*message.headers, *(("Max-Forwards", "5"), ("To", "<sip:b@x>"), ("From", NAME))),
    ).wire(),
    "mcl01": as_method("OPTIONS", ("Content-Length", "13"), ("Content-length", "5")),
    "bcast": bent(
        ("Via", "SIP/2.0/UDP 255.255.255.255;branch=z9hG4bKb"), start="SIP/2.0 200 To Everybody"
    ),
    "zeromf": as_method("OPTIONS", ("Max-Forwards", "0")),
    "cparam01": as_method("REGISTER", ("Contact", "sip:+19725552222@127.0.0.1;unknownparam")),
    "cparam02": as_method("REGISTER", ("Contact", "<sip:+19725552222@127.0.0.1;unknownparam>")),
    "regescrt": as_method("REGISTER", ("Contact", "<sip:a@127.0.0.1?Route=%3Csip:x%3Blr%3E>")),
    "sdp01": header("Accept", "text/nobody-speaks-this"),
    # Before branches, tags and hops: RFC 2543's telephones.
    "inv2543": lambda message: (
        message.lacking("Max-Forwards")
        .lacking("Contact")
        .having("Via", dict(message.headers)["Via"].partition(";")[0])
        .having("From", f"<sip:{NUMBER}@127.0.0.1>")
        .wire()
    ),
}
NAMED: Mapping[str, Bend] = {**VALID, **INVALID, **OUTSIDE_THE_GRAMMAR}
