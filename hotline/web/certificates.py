"""A self-signed certificate for development: browsers give a page the microphone only over HTTPS.

A site takes its own from an authority; nobody should have to trust one of these but its maker.
"""

import os
import socket
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LASTS = timedelta(days=397)  # browsers take none that lasts longer
RENEWED_BEFORE = timedelta(days=14)
ALWAYS = ("localhost", "127.0.0.1", "::1")


def files(data_dir: Path) -> tuple[Path, Path]:
    """Return where the certificate and its key are kept."""
    return data_dir / "tls" / "certificate.pem", data_dir / "tls" / "key.pem"


def ensure(data_dir: Path, hosts: tuple[str, ...] = (), *, now: datetime) -> tuple[Path, Path]:
    """Return the files of a certificate that covers these hosts; made when there is none that does.

    One that ends within a fortnight is made anew.
    """
    certificate, key = files(data_dir)
    wanted = _names(hosts)
    if key.exists() and certificate.exists():
        kept = x509.load_pem_x509_certificate(certificate.read_bytes())
        if kept.not_valid_after_utc - now > RENEWED_BEFORE and wanted <= _names_in(kept):
            return certificate, key
    certificate.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made, private = _make(wanted, now)
    _write(key, private, 0o600)
    _write(certificate, made, 0o644)
    return certificate, key


def fingerprint(certificate: Path) -> str:
    """Return the SHA-256 by which a person knows the certificate again, as browsers show it."""
    digest = x509.load_pem_x509_certificate(certificate.read_bytes()).fingerprint(hashes.SHA256())
    return ":".join(f"{byte:02X}" for byte in digest)


# A server signs with it and does nothing else.
_SIGNS = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def _make(names: set[str], now: datetime) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "12345 hotline (development)")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LASTS)
        .add_extension(
            x509.SubjectAlternativeName([_general(name) for name in sorted(names)]), False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return certificate.public_bytes(serialization.Encoding.PEM), private


def _names(hosts: tuple[str, ...]) -> set[str]:
    everywhere = {"0.0.0.0", "::", ""}  # noqa: S104  # a comparison
    return {*ALWAYS, socket.gethostname(), *hosts} - everywhere


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names_in(certificate: x509.Certificate) -> set[str]:
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(each.value) for each in named}


def _write(path: Path, text: bytes, mode: int) -> None:
    """Write the file whole or not at all, and never readable by others for a moment."""
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(text)
    partial.rename(path)
