"""Telephones for tests: sipp dials or is rung, speaks a recording, presses keys, hangs up."""

import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil

SCENARIOS = Path(__file__).parents[2] / "docker" / "sipp"
KEYS = Path("/usr/share/sip-tester")
SIPP_WITHIN_S = 120

_REQUEST = """
{method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: {own}
To: {other}
Call-ID: [call_id]
CSeq: {seq} {method}
Max-Forwards: 70
{body}
"""
_ANSWER = """
SIP/2.0 {status}
[last_Via:]
[last_From:]
[last_To:];tag=[pid]T[call_number]
[last_Call-ID:]
CSeq: [$invite] INVITE
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
{body}
"""
_SOUND = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=callee 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 {event_type}
a=rtpmap:8 PCMA/8000
a=rtpmap:{event_type} telephone-event/8000
a=fmtp:{event_type} 0-16
a={media}
"""
_NOTHING = "Content-Length: 0\n"


@dataclass
class Telephone:
    """What sipp does in a call: steps are added in the order in which they happen."""

    number: str = "13989001234"
    port: int = 0  # where it listens; 0: anywhere
    media: str = "sendrecv"  # what it first offers
    transport: str = "u1"  # in sipp's words; `t1` is TCP
    sound_port: int = 0  # where its sound goes in and out; 0: sipp's own
    headers: str = ""  # what else its INVITE says, in whole lines
    _steps: list[str] = field(default_factory=list)
    _seq: int = 1

    def wait(self, seconds: float) -> Self:
        return self._step(f'<pause milliseconds="{int(seconds * 1000)}"/>')

    def speak(self, alaw: Path) -> Self:
        """Send the recording, and wait until it has been said."""
        self._step(f'<nop><action><exec rtp_stream="{alaw},1,8"/></action></nop>')
        return self.wait(alaw.stat().st_size / 8000 + 0.2)

    def press(self, key: str) -> Self:
        """Press a key, sent by SIP INFO."""
        body = (
            "Content-Type: application/dtmf-relay\nContent-Length: [len]\n\n"
            f"Signal={key}\nDuration=160"
        )
        return self._request("INFO", body)._step('<recv response="200"/>')

    def press_in_band(self, key: str) -> Self:
        """Press a key, sent by RFC 2833."""
        sound = KEYS / f"dtmf_2833_{ {'#': 'pound', '*': 'star'}.get(key, key) }.pcap"
        return self._step(f'<nop><action><exec play_pcap_audio="{sound}"/></action></nop>')

    def refer(self, target: str, *, status: int) -> Self:
        """Ask the other side to ring somebody else, and be told this."""
        self._request(
            "REFER", f"Refer-To: <{target}>\nContact: <sip:[local_ip]:[local_port]>\n" + _NOTHING
        )
        return self._step(f'<recv response="{status}"/>')

    def offer(self, media: str) -> Self:
        """Offer other media in the running call: `inactive` and `sendonly` hold it."""
        contact = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n"
        sound = _SOUND.format(event_type=101, media=media).replace(
            "1 1 IN", f"1 {self._seq + 1} IN"
        )
        self._request("INVITE", contact + sound)
        self._step('<recv response="100" optional="true"/>')._step('<recv response="200"/>')
        own, other = self._sides()
        return self._send(
            _REQUEST.format(method="ACK", own=own, other=other, seq=self._seq, body=_NOTHING)
        )

    def hang_up(self) -> Self:
        return self._request("BYE", _NOTHING)._step('<recv response="200" crlf="true"/>')

    def until_hung_up(self) -> Self:
        """Wait for the other side to end the call."""
        return self._step('<recv request="BYE"/>')._accept()

    def _accept(self) -> Self:
        return self._send(
            "\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n"
            "[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n"
        )

    def _request(self, method: str, body: str) -> Self:
        self._seq += 1
        own, other = self._sides()
        return self._send(
            _REQUEST.format(method=method, own=own, other=other, seq=self._seq, body=body),
            'retrans="500"',
        )

    def _sides(self) -> tuple[str, str]:
        raise NotImplementedError

    def _send(self, message: str, how: str = "") -> Self:
        return self._step(f"<send {how}><![CDATA[{message}\n  ]]></send>")

    def _step(self, element: str) -> Self:
        self._steps.append(f"  {element}")
        return self

    def _start(self, scenario: str, folder: Path, *target: str) -> "subprocess.Popen[str]":
        return self._start_text((SCENARIOS / scenario).read_text(), scenario, folder, *target)

    def _start_text(
        self, text: str, scenario: str, folder: Path, *target: str
    ) -> "subprocess.Popen[str]":
        text = text.replace("a=sendrecv", f"a={self.media}")
        text = text.replace("Max-Forwards", f"{self.headers}Max-Forwards", 1)
        text = text.replace("{steps}", "\n".join(self._steps))
        if self.sound_port:
            text = text.replace("[auto_media_port]", str(self.sound_port))
        port = self.port or free_udp_port()
        script = folder / f"{self.number}-{port}-{scenario}"
        script.write_text(text.replace("{caller}", self.number))
        sipp = shutil.which("sipp")
        assert sipp, "sipp is missing: apt-get install sip-tester"
        running = subprocess.Popen(
            [
                *(sipp, *target, "-sf", str(script), "-m", "1", "-nostdin"),
                *("-t", self.transport),
                *("-i", "127.0.0.1", "-p", str(port), "-mp", str(free_udp_port())),
                *("-timeout", str(SIPP_WITHIN_S), "-timeout_error"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            # Linux shares a core among sessions first: in ours, all other tests would come before.
            start_new_session=True,
        )
        _started.append(running)
        return running


@dataclass
class Phone(Telephone):
    """A caller: `dial` runs the steps."""

    def dial(self, port: int, folder: Path) -> "subprocess.Popen[str]":
        """Start the call on its own process; `finish` waits for it."""
        return self._start("caller.xml", folder, f"127.0.0.1:{port}", "-s", "12345")

    def call(self, port: int, folder: Path) -> None:
        """Make the whole call; fail with sipp's own words when a step did not happen."""
        finish(self.dial(port, folder))

    def _sides(self) -> tuple[str, str]:
        own = f"<sip:{self.number}@[local_ip]:[local_port]>;tag=[pid]S[call_number]"
        return own, "<sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]"


@dataclass
class Callee(Telephone):
    """Somebody who is rung: `listen` waits for the call and then runs the steps."""

    event_type: int = 101  # the payload type of sipp's recorded keys

    def ring(self, seconds: float = 0.2) -> Self:
        return self._send(_ANSWER.format(status="180 Ringing", body=_NOTHING)).wait(seconds)

    def answer(self, *, media: str = "sendrecv") -> Self:
        sound = _SOUND.format(event_type=self.event_type, media=media)
        self._send(_ANSWER.format(status="200 OK", body=sound), 'retrans="500"')
        return self._step('<recv request="ACK"/>')

    def refuse(self, status: str, *, contact: str = "") -> Self:
        """Answer with a refusal, such as `486 Busy Here`; `contact` names somebody else to ring."""
        message = _ANSWER.format(status=status, body=_NOTHING)
        if contact:
            message = re.sub("Contact: .*", f"Contact: <{contact}>", message)
        self._send(message, 'retrans="500"')
        return self._step('<recv request="ACK"/>')

    def until_cancelled(self, *, too_late: bool = False) -> Self:
        """Ring until the other side gives up; `too_late`: answer in that very moment."""
        self._step('<recv request="CANCEL"/>')._accept()
        return self.answer() if too_late else self.refuse("487 Request Terminated")

    def listen(self, folder: Path) -> "subprocess.Popen[str]":
        """Wait for the call on a process of its own; `finish` waits for its end."""
        running = self._start("callee.xml", folder)
        process, end = psutil.Process(running.pid), time.monotonic() + 60
        while time.monotonic() < end:
            if any(line.laddr.port == self.port for line in process.net_connections("udp")):
                return running
            time.sleep(0.05)
        raise AssertionError(f"sipp does not listen: {running.communicate(timeout=60)[1][-800:]}")

    def _sides(self) -> tuple[str, str]:
        return "[$local];tag=[pid]T[call_number]", "[$remote]"


_started: "list[subprocess.Popen[str]]" = []


def put_down_all() -> None:
    """End every call that a test has left, so that no later test is blamed for its pipes."""
    while _started:
        running = _started.pop()
        if running.stderr and not running.stderr.closed:
            running.kill()
            running.communicate()


def finish(running: "subprocess.Popen[str]", *, code: int = 0) -> None:
    """Wait for a call to end as its script says."""
    _, words = running.communicate(timeout=SIPP_WITHIN_S + 30)
    assert running.returncode == code, f"sipp ended with {running.returncode}: {words[-800:]}"


# sipp takes some ports after the one it is given for media; a port is given out once.
_APART, _BLOCK = 10, 100
_given: list[int] = []
_SOUND_PORTS = range(40000 - _APART, 48000)  # where workers of switches, benches, soaks are heard
_held: set[int] = set()  # blocks of which no other process of tests gives ports


def free_udp_port() -> int:
    """Return an even port, as RTP wants it, that nobody uses now and no other phone was given."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        apart = all(abs(port - each) > _APART for each in _given)
        if port % 2 == 0 and port < 60000 and port not in _SOUND_PORTS and apart and _is_ours(port):
            _given.append(port)
            return port


def _is_ours(port: int) -> bool:
    if (block := port // _BLOCK) not in _held:
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0hotline-tests-ports-{block}")
        except OSError:
            claim.close()
            return False
        claim.detach()  # held until the process ends
        _held.add(block)
    return port % _BLOCK < _BLOCK - _APART
