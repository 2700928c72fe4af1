"""How much memory this process holds, and the most it held meanwhile (Linux)."""

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

EVERY_S = 0.01


def resident_mb() -> float:
    """Return what of this process lies in memory now."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


class Peak:
    """The most that lay in memory within the block, looked at a hundred times a second: `mb`."""

    def __init__(self) -> None:
        self.mb = resident_mb()
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._watching.join()
        self.mb = max(self.mb, resident_mb())

    def _watch(self) -> None:
        while not self._over.wait(EVERY_S):
            self.mb = max(self.mb, resident_mb())
