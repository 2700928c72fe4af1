"""Which addresses webhooks may be sent to: a department's system, never a part of our own network.

Whoever may name an address could otherwise have the hotline ask its database's neighbours, or a
cloud's metadata service, for them (SSRF).
"""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from hotline.core.errors import Invalid

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

LONGEST_URL = 500
PORTS = {"https": 443, "http": 80}
# Public by its number, and yet only ever a cloud's own: Azure's WireServer.
_CLOUDS_OWN = IPv4Address("168.63.129.16")
# An IPv4 address can be written into these: it is the one that is reached in the end.
_NAT64 = ip_network("64:ff9b::/96")


def is_allowed(address: Address, networks: Networks) -> bool:
    """Return whether webhooks may go there: anywhere public, and where a site says so."""
    reached = _inner(address)
    if is_listed(address, networks):
        return True
    return reached.is_global and not reached.is_multicast and reached != _CLOUDS_OWN


def is_listed(address: Address, networks: Networks) -> bool:
    """Return whether the address is in one of the site's networks."""
    return any(_inner(address) in network for network in networks)


def _inner(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of the name, IPv4 first; raise OSError when it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = {ip_address(str(each[4][0]).partition("%")[0]) for each in found}
    return sorted(addresses, key=lambda each: (each.version, int(each)))


def check_url(url: str, networks: Networks) -> SplitResult:
    """Return the URL's parts; raise Invalid for one that webhooks would never be sent to.

    A name is not resolved here: what it stands for is checked at every connection.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Invalid(f"{url!r} is no URL.", remedy="Write https://host/path.") from error
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or len(url) > LONGEST_URL:
        raise Invalid(f"{url!r} is no https URL.", remedy="Write https://host/path.")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid(f"{url!r} has letters that no URL has.", remedy="Encode them.")
    if parts.username is not None or parts.fragment:
        raise Invalid("The URL carries a name or a fragment.", remedy="Leave both out.")
    _check_host(parts, networks)
    return parts


def _check_host(parts: SplitResult, networks: Networks) -> None:
    address = _literal(parts.hostname or "")
    if address and not is_allowed(address, networks):
        raise Invalid(
            f"{address} is no public address.",
            remedy="Use a public one, or have the site name its network in WEBHOOK_ALLOWED.",
        )
    if parts.scheme == "http" and not networks:
        raise Invalid(
            "Webhooks are sent by https only.",
            remedy="Use https, or have the site name the receiver's network in WEBHOOK_ALLOWED.",
        )


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
