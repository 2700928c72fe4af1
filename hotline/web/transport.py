"""How the web may be reached: over TLS, through a known proxy, or from this very machine.

A browser gives a page the microphone, and keeps a cookie from other eyes, only over HTTPS.
"""

import ssl
from ipaddress import ip_address
from pathlib import Path

from hotline.core.errors import CannotStart
from hotline.core.settings import Settings


def require_safe(own: Settings) -> None:
    """Raise CannotStart when others could reach the web in the clear, or TLS files are no use."""
    if own.tls_cert and own.tls_key:
        _require_usable(own.tls_cert, own.tls_key)
    if own.tls_cert or own.proxy_networks or is_loopback(own.http_host):
        return
    raise CannotStart(
        f"HOTLINE_HTTP_HOST is {own.http_host}, and others would speak to it in the clear.",
        remedy="Set HOTLINE_TLS_CERT and HOTLINE_TLS_KEY, or HOTLINE_BEHIND_PROXY to your proxy's "
        "network, or try `hotline up --https` (docs/https.md).",
    )


def trusting(own: Settings) -> ssl.SSLContext | bool:
    """Return what a client on this machine verifies: the site's very certificate, by any name."""
    if own.tls_cert is None:
        return True
    context = ssl.create_default_context(cafile=str(own.tls_cert))
    context.check_hostname = False  # asked by its address, which no authority certifies
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _require_usable(certificate: Path, key: Path) -> None:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except OSError as error:  # ssl.SSLError is one
        raise CannotStart(
            f"{certificate} and {key} are no certificate and its key: {error.strerror or error}.",
            remedy="Name two PEM files that this user may read, or run `hotline certificate`.",
        ) from error
