"""Ports of this machine: whether one is free, and who says so."""

import errno
import socket

from hotline.core.errors import CannotStart

TRIES = 200


def is_free(host: str, port: int, *, udp: bool = False) -> bool:
    """Return whether a server could listen on the port now."""
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if not udp:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise CannotStart(
                f"Nothing can listen on {host}: {error.strerror or error}.",
                remedy="Use an address of this machine.",
            ) from error
    return True


def free_port(host: str, first: int) -> int:
    """Return the first port from `first` on that is free for UDP and TCP."""
    for port in range(first, first + TRIES):
        if is_free(host, port) and is_free(host, port, udp=True):
            return port
    raise CannotStart(
        f"No free port from {first} to {first + TRIES - 1} on {host}.",
        remedy="Choose another range.",
    )


def require_free(host: str, port: int, setting: str, *, udp: bool = False) -> None:
    """Raise CannotStart when somebody else listens on the port."""
    if not is_free(host, port, udp=udp):
        kind = "UDP" if udp else "TCP"
        raise CannotStart(
            f"Port {port} ({kind}) on {host} is taken.",
            remedy=f"Stop what uses it, or choose another with {setting}.",
        )
