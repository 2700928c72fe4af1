"""A media worker's prompts, read anew when the site's folder changes; running calls keep theirs."""

import wave
from collections.abc import Callable
from pathlib import Path

import structlog

Frames = dict[str, list[bytes]]

log = structlog.get_logger()


class Renewing:
    """`prompts` is one dictionary for the worker's whole life, filled anew in place."""

    def __init__(self, shipped: Path, own: Path, load: Callable[[Path, Path], Frames]) -> None:
        self._shipped, self._own, self._load = shipped, own, load
        self._stamp = self._look()
        self.prompts = load(shipped, own)

    def renew(self) -> bool:
        """Read the prompts again if a file of the site's is another; return whether it was done.

        A recording that no call could play leaves everything as it was.
        """
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            fresh = self._load(self._shipped, self._own)
        except (OSError, ValueError, EOFError, wave.Error) as error:
            log.error("prompts.unreadable", error=str(error), remedy="replace or remove the file")
            return False
        for name in self.prompts.keys() - fresh.keys():
            del self.prompts[name]
        self.prompts.update(fresh)
        log.info("prompts.renewed")
        return True

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for path in sorted(self._own.glob("*.wav")):
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue  # taken back just now: the next look tells
            found.append((path.name, stat.st_mtime_ns, stat.st_size))
        return tuple(found)
