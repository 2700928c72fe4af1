"""Who is no telephone of ours: single SIP packets from addresses of this machine's own network."""

import hashlib
import re
import secrets
import socket
import subprocess
from pathlib import Path

from telephony import sip_accounts
from tests.e2e.phone import SCENARIOS, Callee

PATIENCE_S = 1.0


def packet(
    method: str,
    target: str,
    source: str,
    *,
    port: int,
    to_tag: str = "",
    more: tuple[str, ...] = (),
    caller: str = "13989001234",
) -> str:
    """Return a request to `target` that seems to come from a telephone at `source`."""
    token = secrets.token_hex(6)
    tag = f";tag={to_tag}" if to_tag else ""
    lines = (
        f"{method} {target} SIP/2.0",
        f"Via: SIP/2.0/UDP {source}:{port};branch=z9hG4bK{token};rport",
        f"From: <sip:{caller}@{source}>;tag={token}",
        f"To: <{target}>{tag}",
        f"Call-ID: {token}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:{caller}@{source}:{port}>",
        "Max-Forwards: 70",
        *more,
        "Content-Length: 0",
    )
    return "\r\n".join(lines) + "\r\n\r\n"


def ask(
    sip_port: int,
    method: str,
    target: str,
    *,
    source: str = "127.0.0.2",
    to_tag: str = "",
    more: tuple[str, ...] = (),
    caller: str = "13989001234",
) -> int | None:
    """Return the status of the first final answer; None when nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((source, 0))
        line.settimeout(PATIENCE_S)
        own = line.getsockname()[1]
        text = packet(method, target, source, port=own, to_tag=to_tag, more=more, caller=caller)
        answer = _answer(line, text, sip_port)
        return int(answer.split()[1]) if answer else None


def call_with(sip_port: int, name: str, password: str, target: str, *, caller: str = "") -> int:
    """Return what a telephone that shows its password is told at last."""
    source, caller = "127.0.0.6", caller or name
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((source, 0))
        line.settimeout(PATIENCE_S)
        own = line.getsockname()[1]
        asked = _answer(line, packet("INVITE", target, source, port=own, caller=caller), sip_port)
        found = re.search('nonce="([^"]+)"', asked)
        assert found, asked
        shown = (_digest(name, password, target, found[1]),)
        text = packet("INVITE", target, source, port=own, caller=caller, more=shown)
        return int(_answer(line, text, sip_port).split()[1])


def _digest(name: str, password: str, target: str, nonce: str) -> str:
    """Return the header of RFC 2617, section 3.2.2."""
    own = sip_accounts.ha1(name, password)
    wanted = _md5(f"INVITE:{target}")
    response = _md5(f"{own}:{nonce}:00000001:c:auth:{wanted}")
    return (
        f'Proxy-Authorization: Digest username="{name}",realm="{sip_accounts.REALM}",'
        f'nonce="{nonce}",uri="{target}",response="{response}",qop=auth,nc=00000001,cnonce="c"'
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324  # the standard's


def _answer(line: socket.socket, text: str, sip_port: int) -> str:
    """Return the first final answer; an empty text when none comes."""
    line.sendto(text.encode(), ("127.0.0.1", sip_port))
    try:
        while True:
            said = line.recv(4096).decode()
            if int(said.split()[1]) >= 200:
                return said
    except TimeoutError:
        return ""


def flood(sip_port: int, target: str, *, source: str, packets: int) -> None:
    """Send so many calls at once, and wait for no answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((source, 0))
        own = line.getsockname()[1]
        for _ in range(packets):
            text = packet("INVITE", target, source, port=own)
            line.sendto(text.encode(), ("127.0.0.1", sip_port))


class Registered(Callee):
    """A desk phone that registers before it is rung."""

    def register(
        self, sip_port: int, folder: Path, password: str, *, user: str = "", status: int = 200
    ) -> None:
        """Register with this password; fail unless the answer is this one."""
        text = (SCENARIOS / "register.xml").read_text()
        blanks = {"user": user or self.number, "password": password, "status": str(status)}
        for name, value in {**blanks, "name": self.number}.items():
            text = text.replace(f"{{{name}}}", value)
        script = folder / f"register-{self.number}-{status}.xml"
        script.write_text(text)
        command = (
            *("sipp", f"127.0.0.1:{sip_port}", "-sf", str(script), "-m", "1", "-nostdin"),
            *("-i", "127.0.0.1", "-p", str(self.port), "-timeout", "10", "-timeout_error"),
        )
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
        assert done.returncode == 0, done.stderr[-800:]
