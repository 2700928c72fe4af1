"""What a worker could not tell anybody before it left: a file that the next switch reads.

It holds callers' numbers as they were dialled, so it is its owner's alone and lives until it is
read: the reader deletes it once what it says is in the database.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import structlog

from telephony.commands import (
    Message,
    decode,
    encode,
)

log = structlog.get_logger()


def write(run_dir: Path, instance: str, reports: Sequence[Message]) -> None:
    """Keep the reports under the worker's name; raise OSError when the disk refuses."""
    unfinished = run_dir / f".reports-{instance}"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "wb") as file:
        file.writelines(encode(message, seq) for seq, message in enumerate(reports, 1))
        file.flush()
        os.fsync(handle)
    unfinished.replace(run_dir / f"reports-{instance}.jsonl")


def read(run_dir: Path) -> list[tuple[Path, list[Message]]]:
    """Return every file that was left and its reports, oldest first.

    A file that is not readable is put aside as `.unreadable` and logged, never deleted.
    """
    files = sorted(run_dir.glob("reports-*.jsonl"), key=lambda path: path.stat().st_mtime)
    left = []
    for path in files:
        try:
            left.append((path, [decode(line)[0] for line in path.read_bytes().splitlines()]))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            aside = path.with_suffix(".unreadable")
            path.replace(aside)
            log.error(
                "reports.unreadable",
                file=aside.name,
                why=type(error).__name__,
                remedy="callers' numbers may be in it: read it, then delete it",
            )
    return left
