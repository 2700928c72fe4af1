"""The `hotline` command as tests give it: typed, or by a fork that has its modules already.

What a fork says is what the typed command says; only an interpreter's seconds of loading are saved.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotline import cli
from tests import forks

WITHIN_S = 120


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int | None
    output: str
    errors: str


def typed(environment: Mapping[str, str], *arguments: str) -> Done:
    """Run the command by an interpreter of its own, as a person types it."""
    done = subprocess.run(
        [sys.executable, "-m", "hotline.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def forked(environment: Mapping[str, str], *arguments: str) -> Done:
    """Run the command in a process of its own that has its modules already."""
    with tempfile.TemporaryDirectory(prefix="hotline-said-") as folder:
        said = Path(folder, "output"), Path(folder, "errors")
        process = forks.context().Process(target=_be, args=(dict(environment), arguments, *said))
        process.start()
        process.join(WITHIN_S)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"`hotline {arguments[0]}` went on for {WITHIN_S} s")
        return Done(process.exitcode, *(each.read_text() for each in said))


def _be(environment: dict[str, str], arguments: tuple[str, ...], out: Path, errors: Path) -> None:
    """Be the command: its environment, its words, and where it writes."""
    forks.surround(environment)
    for number, path in ((1, out), (2, errors)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.argv = ["hotline", *arguments]
    cli.main()
