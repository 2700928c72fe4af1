"""A telephone for tests: sipp dials, speaks a recording, presses keys and hangs up."""

import shutil
import socket
import subprocess
import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

SCENARIO = Path(__file__).parents[2] / "docker" / "sipp" / "caller.xml"
SIPP_WITHIN_S = 120

_IN_CALL = """
{method} [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]S[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: {seq} {method}
Max-Forwards: 70
{body}
"""


@dataclass
class Phone:
    """One caller: steps are added in the order in which they happen, then `dial` runs them."""

    number: str = "13989001234"
    _steps: list[str] = field(default_factory=list)
    _seq: int = 1

    def wait(self, seconds: float) -> "Phone":
        self._steps.append(f'  <pause milliseconds="{int(seconds * 1000)}"/>')
        return self

    def speak(self, alaw: Path) -> "Phone":
        """Send the recording, and wait until it has been said."""
        self._steps.append(
            f'  <nop><action><exec rtp_stream="{alaw},1,8"/></action></nop>',
        )
        return self.wait(alaw.stat().st_size / 8000 + 0.2)

    def press(self, key: str) -> "Phone":
        """Press a key, sent by SIP INFO."""
        body = (
            "Content-Type: application/dtmf-relay\nContent-Length: [len]\n\n"
            f"Signal={key}\nDuration=160"
        )
        self._send("INFO", body)
        self._steps.append('  <recv response="200"/>')
        return self

    def hang_up(self) -> "Phone":
        self._send("BYE", "Content-Length: 0\n")
        self._steps.append('  <recv response="200" crlf="true"/>')
        return self

    def until_hung_up(self) -> "Phone":
        """Wait for the hotline to end the call."""
        self._steps.append('  <recv request="BYE"/>')
        self._steps.append(
            "  <send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n"
            "[last_Call-ID:]\n[last_CSeq:]\nContent-Length: 0\n\n  ]]></send>"
        )
        return self

    def dial(self, port: int, folder: Path) -> "subprocess.Popen[str]":
        """Start the call on its own process; `finish` waits for it."""
        text = SCENARIO.read_text().replace("{steps}", "\n".join(self._steps))
        script = folder / f"caller-{self.number}-{free_udp_port()}.xml"
        script.write_text(text.replace("{caller}", self.number))
        sipp = shutil.which("sipp")
        assert sipp, "sipp is missing: apt-get install sip-tester"
        return subprocess.Popen(
            [
                *(sipp, f"127.0.0.1:{port}", "-sf", str(script), "-s", "12345", "-m", "1"),
                *("-i", "127.0.0.1", "-p", str(free_udp_port()), "-mp", str(free_udp_port())),
                *("-nostdin", "-timeout", str(SIPP_WITHIN_S), "-timeout_error"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
        )

    def call(self, port: int, folder: Path) -> None:
        """Make the whole call; fail with sipp's own words when a step did not happen."""
        finish(self.dial(port, folder))

    def _send(self, method: str, body: str) -> None:
        self._seq += 1
        message = _IN_CALL.format(method=method, caller=self.number, seq=self._seq, body=body)
        self._steps.append(f'  <send retrans="500"><![CDATA[{message}\n  ]]></send>')


def finish(running: "subprocess.Popen[str]", *, code: int = 0) -> None:
    """Wait for a call to end as its script says."""
    _, words = running.communicate(timeout=SIPP_WITHIN_S + 30)
    assert running.returncode == code, f"sipp ended with {running.returncode}: {words[-800:]}"


def free_udp_port() -> int:
    """Return an even port, as RTP wants it, that nobody uses now."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port % 2 == 0 and port < 60000:
            return port


def to_alaw(recording: Path, folder: Path) -> Path:
    """Write an 8 kHz mono WAV as raw G.711 A-law and return the file."""
    with wave.open(str(recording), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (8000, 1), recording
        samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
    target = folder / f"{recording.stem}.alaw"
    target.write_bytes(encode_alaw(samples))
    return target


def encode_alaw(samples: "np.ndarray[tuple[int], np.dtype[np.int16]]") -> bytes:
    """Return G.711 A-law bytes: sign, one of eight segments, four bits within it."""
    wide = samples.astype(np.int32) >> 3
    magnitude = np.where(wide >= 0, wide, -wide - 1)
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(np.int32) - 4, 0)
    mantissa = (magnitude >> np.maximum(segment, 1)) & 0x0F
    code = (segment << 4 | mantissa) ^ np.where(wide >= 0, 0xD5, 0x55)
    return code.astype(np.uint8).tobytes()
