"""Kamailio in front of the media workers: found, given its files, started (docs/kamailio.md)."""

import contextlib
import os
import shutil
import signal
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import structlog

from hotline.core import log as logging
from hotline.core.errors import CannotStart
from hotline.core.settings import Settings, settings
from hotline.switch.kamailio_rpc import folder_of
from hotline.switch.workers import LOOPBACK
from telephony.line_modes import OWN_NUMBER
from telephony.sip_accounts import REALM

# What stands in its place for every site.
SHARED = Path(__file__).parents[2] / "telephony" / "kamailio" / "hotline.cfg"
DEBIANS = "/usr/sbin/kamailio"
ANY = "0.0.0.0"  # noqa: S104  # refused
BESIDE = "beside"
# Shared memory for ten thousand transactions and bans; memory of each of its ten processes.
SHARED_MB, OWN_MB = 64, 8
LEAVE_S = 3.0

log = structlog.get_logger()


def resolve(own: Settings) -> Settings:
    """Return the settings with `auto` made a path, or `off` where Kamailio is not installed.

    Raises CannotStart for a path where it is not, and for what can't be done with it.
    """
    if ":" in own.sip_host:
        raise CannotStart(
            f"HOTLINE_SIP_HOST is {own.sip_host}; the media workers speak IPv4.",
            remedy="Set it to an IPv4 address; a carrier's border controller joins the two.",
        )
    if own.kamailio == "auto":
        own = own.model_copy(update={"kamailio": _installed() or "off"})
    if not own.proxied:
        return own
    if own.kamailio != BESIDE and not os.access(own.kamailio, os.X_OK):
        raise CannotStart(
            f"There is no Kamailio at {own.kamailio}.",
            remedy="Run `apt-get install kamailio`, or set HOTLINE_KAMAILIO=off.",
        )
    if own.sip_host == ANY:
        raise CannotStart(
            "HOTLINE_SIP_HOST is every address; Kamailio must know the one that callers reach.",
            remedy="Set HOTLINE_SIP_HOST to it, or HOTLINE_KAMAILIO=off.",
        )
    return own


def write(own: Settings) -> Path:
    """Write the site's files and return its configuration; keep the workers' list if there is one.

    Addresses and paths of settings go in as text: what could end their line is refused.
    """
    folder = folder_of(own)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    networks = [f"1 {net.network_address} {net.prefixlen} 0\n" for net in own.trunk_networks]
    (folder / "trunks.list").write_text("".join(networks))
    (folder / "workers.list").touch()  # the switch's
    main = folder / "kamailio.cfg"
    main.write_text(configuration(own))
    return main


def configuration(own: Settings) -> str:
    """Return what is this site's own; the rest is included from `telephony/kamailio`."""
    named = {
        "RUN": folder_of(own),
        "REALM": REALM,
        "NUMBER": OWN_NUMBER,
        "TRUNK_CALLS_S": own.trunk_calls_s,
        "PING_FROM": f"sip:ping@{LOOPBACK}:{own.sip_port}",
    }
    if own.tls_cert:
        named["TLS_CERT"] = own.tls_cert.resolve()
        named["TLS_KEY"] = (own.tls_key or Path()).resolve()
    lines = [
        "#!KAMAILIO",
        *(f'#!substdef "!{name}!{_safe(text)}!g"' for name, text in named.items()),
    ]
    if own.tls_cert:
        lines += ["#!define WITH_TLS", "enable_tls=yes"]
    lines += [*_listening(own), f'include_file "{_safe(SHARED)}"']
    return "\n".join(lines) + "\n"


def _listening(own: Settings) -> list[str]:
    """Return where it listens: for callers, and where the workers are on this machine."""
    public = f" advertise {own.sip_public_address}" if own.sip_public_address else ""
    lines = []
    for kind in ("udp", "tcp"):
        told = f"{public}:{own.sip_port}" if public else ""
        lines.append(_safe(f"listen={kind}:{own.sip_host}:{own.sip_port}{told}"))
    if own.tls_cert:
        told = f"{public}:{own.sip_tls_port}" if public else ""
        lines.append(_safe(f"listen=tls:{own.sip_host}:{own.sip_tls_port}{told}"))
    if own.sip_host != LOOPBACK:
        lines += [f"listen=udp:{LOOPBACK}:{own.sip_port}", "mhomed=yes"]
    return lines


def main() -> None:
    """Become Kamailio, with this process's settings; `up` and a container start it so."""
    own = resolve(settings())
    logging.configure("kamailio", as_json=own.log_json)
    binary = _installed() if own.kamailio in (BESIDE, "off") else own.kamailio
    if not binary:
        raise CannotStart("Kamailio is not installed.", remedy="Run `apt-get install kamailio`.")
    configured = write(own)
    pid = folder_of(own) / "kamailio.pid"
    _end_orphans(pid)
    pid.write_text(str(os.getpid()))
    log.info("kamailio.starting", sip_port=own.sip_port, trunks=own.trunks)
    os.execv(  # noqa: S606  # its own path
        binary,
        [
            *(binary, "-DD", "-E", "-f", str(configured), "-Y", str(folder_of(own))),
            *("-m", str(SHARED_MB), "-M", str(OWN_MB)),
        ],
    )


def _installed() -> str:
    return shutil.which("kamailio") or (DEBIANS if os.access(DEBIANS, os.X_OK) else "")


def _end_orphans(note: Path) -> None:
    """End what a Kamailio that was killed has left: its children keep the port and answer on."""
    try:
        group = int(note.read_text())
    except (FileNotFoundError, ValueError):
        return
    left = [each for each in psutil.process_iter(["name"]) if _is_of(each, group)]
    if not left:
        return
    log.warning("kamailio.orphans", processes=len(left))
    for each in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)
    psutil.wait_procs(left, timeout=LEAVE_S)
    time.sleep(0.1)  # until the kernel has let go of the port


def _is_of(process: psutil.Process, group: int) -> bool:
    """Return whether it is a Kamailio of this process group; not this very process."""
    try:
        mine = os.getpgid(process.pid) == group and process.pid != os.getpid()
    except ProcessLookupError:
        return False
    return mine and process.info["name"] == "kamailio"


def _safe(text: object) -> str:
    """Return the text; raise CannotStart if it could become another line or word of the file."""
    plain = str(text)
    if any(sign in plain for sign in '"!\n\r\\'):
        raise CannotStart(
            f"{quote(plain, safe='/:. ')} can't stand in Kamailio's configuration.",
            remedy="Use a path or address without quotes, exclamation marks and backslashes.",
        )
    return plain
