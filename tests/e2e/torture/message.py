"""A SIP request as parts that can be bent before it is written down."""

import itertools
from dataclasses import dataclass, field, replace

NUMBER = "13912340077"
SDP = (
    "v=0\r\no=u 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 50000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
)
_count = itertools.count(1)

Header = tuple[str, str]


@dataclass(frozen=True)
class Message:
    """A request; its Content-Length is right unless one is given."""

    start: str
    headers: tuple[Header, ...]
    body: bytes = b""
    end: bytes = field(default=b"\r\n")

    def having(self, name: str, value: str) -> "Message":
        """Return it with this header in the place of the one of that name, or at the end."""
        if name in dict(self.headers):
            changed = tuple((key, value if key == name else old) for key, old in self.headers)
            return replace(self, headers=changed)
        return self.adding(name, value)

    def adding(self, name: str, value: str) -> "Message":
        return replace(self, headers=(*self.headers, (name, value)))

    def lacking(self, name: str) -> "Message":
        return replace(self, headers=tuple(each for each in self.headers if each[0] != name))

    def saying(self, body: str, kind: str = "application/sdp") -> "Message":
        return replace(self.having("Content-Type", kind), body=body.encode())

    def wire(self) -> bytes:
        """Return the packet; letters that are no UTF-8 are written as `\\udcXX`."""
        told = {name for name, _ in self.headers}
        own = () if "Content-Length" in told else (("Content-Length", str(len(self.body))),)
        lines = [self.start, *(f"{name}: {value}" for name, value in (*self.headers, *own))]
        head = self.end.join(line.encode("utf-8", "surrogateescape") for line in lines)
        return head + self.end * 2 + self.body


def invite(port: int, own: int) -> Message:
    """Return an INVITE to the hotline at `port` that nothing is wrong with, from port `own`."""
    return request("INVITE", port, own).saying(SDP)


def request(method: str, port: int, own: int) -> Message:
    number = next(_count)
    return Message(
        f"{method} sip:12345@127.0.0.1:{port} SIP/2.0",
        (
            ("Via", f"SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bKtorture{number};rport"),
            ("From", f"<sip:{NUMBER}@127.0.0.1>;tag=t{number}"),
            ("To", "<sip:12345@127.0.0.1>"),
            ("Call-ID", f"torture-{number}-{own}"),
            ("CSeq", f"1 {method}"),
            ("Max-Forwards", "70"),
            ("Contact", f"<sip:{NUMBER}@127.0.0.1:{own}>"),
        ),
    )
