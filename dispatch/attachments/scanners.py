"""病毒扫描: a site's own scanner is asked about every file; by default there is none.

A command gets the file's path as its last argument and says by its exit status what it found:
0 nothing, 1 something; any other, or no end in time, means that it could not tell. `clamscan` and
`clamdscan` do so. `unix:PATH` names clamd's socket instead, which is told the content (INSTREAM).
"""

import shlex
import socket
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import structlog

from dispatch.attachments.nameless import named

log = structlog.get_logger()

_PIECE = 1 << 16
_SOCKET = "unix:"


class Verdict(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    UNKNOWN = "unknown"  # it failed, or took too long: ask again later


class Scanner(Protocol):
    """Whatever can say of a file whether it may be kept."""

    def scan(self, path: Path) -> Verdict:
        """Return the verdict; never raises for what the scanner did wrong."""


@dataclass(frozen=True)
class NoScanner:
    """The site has none: what passed the examination is taken."""

    def scan(self, path: Path) -> Verdict:  # noqa: ARG002  # as the protocol has it
        return Verdict.CLEAN


@dataclass(frozen=True)
class CommandScanner:
    """A command line, started for each file and killed when it takes too long."""

    command: str
    timeout_s: int
    folder: Path | None = None  # where a copy with a name lies meanwhile; None: it has a name

    def scan(self, path: Path) -> Verdict:
        try:
            with named(path, self.folder) as copy:
                status = subprocess.run(  # noqa: S603  # the operator's own command
                    [*shlex.split(self.command), str(copy)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=self.timeout_s,
                    check=False,
                ).returncode
        except (OSError, subprocess.TimeoutExpired, ValueError) as error:
            return _failed(type(error).__name__)
        found = {0: Verdict.CLEAN, 1: Verdict.INFECTED}.get(status)
        return found or _failed(f"exit status {status}")


@dataclass(frozen=True)
class SocketScanner:
    """clamd on its own socket: it needs no right to read our folder."""

    address: str
    timeout_s: int

    def scan(self, path: Path) -> Verdict:
        try:
            with socket.socket(socket.AF_UNIX) as line, path.open("rb") as content:
                line.settimeout(self.timeout_s)
                line.connect(self.address)
                line.sendall(b"zINSTREAM\0")
                while piece := content.read(_PIECE):
                    line.sendall(len(piece).to_bytes(4, "big") + piece)
                line.sendall(bytes(4))
                answer = line.recv(4096).rstrip(b"\0\n")
        except OSError as error:
            return _failed(type(error).__name__)
        if answer.endswith(b" FOUND"):
            return Verdict.INFECTED
        return Verdict.CLEAN if answer == b"stream: OK" else _failed("answer")


def scanner_of(setting: str, *, timeout_s: int, folder: Path | None = None) -> Scanner:
    """Return the scanner that the setting names; empty names none."""
    if not setting.strip():
        return NoScanner()
    if setting.startswith(_SOCKET):
        return SocketScanner(setting.removeprefix(_SOCKET), timeout_s)
    return CommandScanner(setting, timeout_s, folder)


def _failed(why: str) -> Verdict:
    log.warning("scanner.failed", why=why, remedy="files wait until it answers: HOTLINE_SCANNER")
    return Verdict.UNKNOWN
