"""What Kamailio is asked and told: JSON-RPC over its Unix datagram socket."""

import json
import os
import socket
import tempfile
from pathlib import Path
from typing import Any

from hotline.core.errors import HotlineError
from hotline.core.settings import Settings

SOCKET = "rpc.sock"
TIMEOUT_S = 2.0
LARGEST = 65536


class Silent(HotlineError):
    """Kamailio does not run, or does not answer."""

    status = 503
    title = "Kamailio does not answer"


class Refused(HotlineError):
    """Kamailio would not do it."""

    status = 502
    title = "Kamailio refuses"


def folder_of(own: Settings) -> Path:
    """Return where Kamailio's files and its socket are."""
    return own.run_dir / "kamailio"


def ask(folder: Path, method: str, *given: str) -> Any:
    """Return what the method answers; raise Silent or Refused.

    An answer needs an address of our own to come to: a socket in a folder that only we enter.
    """
    asked = {"jsonrpc": "2.0", "id": 1, "method": method, "params": given}
    with (
        tempfile.TemporaryDirectory(prefix="hotline-rpc-") as own,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line,
    ):
        line.bind(os.path.join(own, "answer"))
        line.settimeout(TIMEOUT_S)
        try:
            line.sendto(json.dumps(asked).encode(), str(folder / SOCKET))
            answer = json.loads(line.recv(LARGEST))
        except (OSError, ValueError) as error:
            raise Silent(f"{method}: {type(error).__name__}.") from error
    if "error" in answer:
        raise Refused(f"{method}: {answer['error'].get('message', '')}")
    return answer.get("result")
