"""Whether a SIP peer answers: one OPTIONS over UDP, as every trunk sends them."""

import secrets
import socket


def answers(host: str, port: int, *, timeout_s: float = 1.0) -> bool:
    """Return whether something speaking SIP answers an OPTIONS in time.

    A proxy that says that nobody behind it does (408, 503) is no answer.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(timeout_s)
        line.connect((host, port))
        own_host, own_port = line.getsockname()
        token = secrets.token_hex(8)
        request = (
            f"OPTIONS sip:12345@{host}:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {own_host}:{own_port};branch=z9hG4bK{token};rport\r\n"
            f"From: <sip:health@{own_host}>;tag={token}\r\n"
            f"To: <sip:12345@{host}:{port}>\r\n"
            f"Call-ID: {token}@{own_host}\r\n"
            "CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
        )
        try:
            line.send(request.encode())
            said = line.recv(2048)
            return said.startswith(b"SIP/2.0") and said[8:11] not in (b"408", b"503")
        except OSError:
            return False  # refused or silent: either way nobody answers
