"""How soon what a caller says is a row: `python -m tests.e2e.live_words 1 2 4` conversations.

Real calls by sipp into `hotline up`, with the packaged recogniser. Each caller says ten recordings
of `../shared`, one after the other with a second between them: as much talk as two people make who
take turns. Late is what the switch says of each utterance: from its last sound to its commit.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path

import numpy as np

from tests.e2e.conftest import SHARED, Hotline, start, stop, wait_for
from tests.e2e.phone import Phone, finish, to_alaw

NOTICE_S = 7.0
PAUSE_S = 1.0
CALLERS_A_WORKER = 2
TAIL_S = 0.2  # of silence that stays with an utterance: its voice ended before
SAID = 10
_LATE = re.compile(r"call\.transcript\b.*\bcall=(\w+).*\blate_s=(-?[\d.]+)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def talk(hotline: Hotline, callers: int, recordings: Path, folder: Path) -> list[float]:
    """Let so many callers talk at once, and return how late each utterance was kept."""
    before = len(late(hotline))
    said = [to_alaw(path, folder) for path in sorted(recordings.glob("*.wav"))]
    running = []
    for nth in range(callers):
        phone = Phone(number=f"1390002{nth:04}").wait(NOTICE_S + nth * 0.7)
        for alaw in (said[nth:] + said[:nth])[:SAID]:
            phone.speak(alaw).wait(PAUSE_S)
        port = _port(hotline, nth // CALLERS_A_WORKER)
        running.append(phone.press("#").until_hung_up().dial(port, folder))
    for call in running:
        finish(call)
    wait_for(lambda: _all_written_down(hotline, callers), 600, "words did not come")
    return late(hotline)[before:]


def late(hotline: Hotline) -> list[float]:
    """Return how late each utterance was that the log tells of."""
    log = _COLOUR.sub("", hotline.log.read_text(errors="replace"))
    return [float(found[2]) + TAIL_S for found in _LATE.finditer(log)]


def figures(lates: list[float]) -> dict[str, float]:
    """Return the median, the 95th percentile and the worst, in seconds."""
    p50, p95 = np.percentile(lates, [50, 95])
    return {
        "utterances": len(lates),
        "p50_s": round(float(p50), 2),
        "p95_s": round(float(p95), 2),
        "worst_s": round(max(lates), 2),
    }


def _port(hotline: Hotline, worker: int) -> int:
    """Return where a media worker listens; sipp does not follow a full one's 302."""
    note = json.loads((hotline.data_dir / "run" / f"media-{worker}.json").read_text())
    return int(note["port"])


def _all_written_down(hotline: Hotline, callers: int) -> bool:
    newest = hotline.get(f"/calls?limit={callers}")["items"]
    return all(call["recording"] in ("transcribed", "failed") for call in newest)


def main() -> None:
    """Print one JSON line for each number of conversations."""
    wanted = [int(text) for text in sys.argv[1:]] or [1]
    os.environ["HOTLINE_MEDIA_WORKERS"] = str(-(-max(wanted) // CALLERS_A_WORKER))
    folder = Path(tempfile.mkdtemp(prefix="hotline-words-"))
    hotline = start(folder)
    try:
        for callers in wanted:
            lates = talk(hotline, callers, SHARED / "data" / "speech" / "hotline", folder)
            print(json.dumps({"conversations": callers, **figures(lates)}), flush=True)
    finally:
        stop(hotline)


if __name__ == "__main__":
    main()
