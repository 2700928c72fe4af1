"""`bench speech`: what the recogniser understands on a telephone, and what an utterance costs it.

Folders of recordings with a `manifest.tsv` (columns `file` and `text`). What is recorded wider than
a telephone's 8 kHz is narrowed first, as a line does it, by sox: 300-3400 Hz, mu-law.
"""

import csv
import shutil
import subprocess
import tempfile
import time
import wave
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from hotline.core.errors import CannotStart, Invalid
from nlp.evaluate_speech import character_errors
from nlp.sound_files import open_recording
from nlp.speech import SpeechEngine, decoded
from nlp.transcribe import join_text

Say = Callable[[str], None]

# The share of characters that may be wrong, by the folder's name.
MOST_WRONG = {"human": 0.177, "hotline": 0.11}
LINE_HZ = 8000


@dataclass(frozen=True)
class Outcome:
    """The figures, as `--json` prints them, and each limit that was missed."""

    figures: dict[str, Any]
    missed: tuple[str, ...]


@dataclass
class Heard:
    """One folder's totals."""

    errors: int
    characters: int
    wall_s: list[float]
    cpu_s: float

    @property
    def share_wrong(self) -> float:
        return self.errors / self.characters if self.characters else 0.0

    def as_json(self) -> dict[str, Any]:
        clips = len(self.wall_s)
        return {
            "cer": round(self.share_wrong, 4),
            "errors": self.errors,
            "characters": self.characters,
            "clips": clips,
            "p50_s": round(median(self.wall_s), 2) if clips else 0.0,
            "worst_s": round(max(self.wall_s, default=0.0), 2),
            "cpu_s": round(self.cpu_s / clips, 2) if clips else 0.0,
        }


def measure(folders: list[Path], engine: SpeechEngine, say: Say) -> Outcome:
    """Return what the engine makes of each folder; raise Invalid for one without a manifest."""
    figures: dict[str, Any] = {"engine": engine.describe().engine, "model": engine.describe().model}
    missed = []
    for folder in folders:
        heard = _hear(folder, engine)
        figures[folder.name] = heard.as_json()
        say(f"{folder.name}: {heard.errors} of {heard.characters} characters are wrong")
        limit = MOST_WRONG.get(folder.name)
        if limit is not None and heard.share_wrong > limit:
            missed.append(f"{folder.name}: {heard.share_wrong:.1%} wrong, at most {limit:.1%}")
    return Outcome(figures, tuple(missed))


def _hear(folder: Path, engine: SpeechEngine) -> Heard:
    heard = Heard(0, 0, [], 0.0)
    began = time.process_time()
    for file, text in _manifest(folder):
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as scratch:
            said, took_s = _said(_narrowed(folder / file, Path(scratch)), engine)
        errors, characters = character_errors(text, said)
        heard.errors, heard.characters = heard.errors + errors, heard.characters + characters
        heard.wall_s.append(took_s)
    heard.cpu_s = time.process_time() - began
    return heard


def _said(path: Path, engine: SpeechEngine) -> tuple[str, float]:
    """Return what is heard as the live line hears it, and how long that took."""
    with open_recording(path) as recording, closing(engine.open_stream(recording.rate)) as stream:
        sound = b"".join(recording.chunks)
        began = time.perf_counter()
        segments = decoded(stream.feed(sound)) + decoded(stream.finish())
        return join_text(each for each in segments if each.final), time.perf_counter() - began


def _manifest(folder: Path) -> list[tuple[str, str]]:
    try:
        with (folder / "manifest.tsv").open(encoding="utf-8") as lines:
            return [(row["file"], row["text"]) for row in csv.DictReader(lines, delimiter="\t")]
    except (OSError, KeyError) as error:
        raise Invalid(
            f"{folder} holds no manifest.tsv with the columns file and text.",
            remedy="Name folders of recordings, like ../shared/data/speech/hotline.",
        ) from error


def _narrowed(path: Path, scratch: Path) -> Path:
    """Return the recording as a telephone line brings it (speech.md 2)."""
    with wave.open(str(path)) as sound:
        if sound.getframerate() <= LINE_HZ:
            return path
    sox = _sox()
    line, wide = scratch / "line.wav", scratch / "wide.wav"
    # -D: no dither, which is another noise each time.
    narrow = (sox, "-D", str(path), "-r", str(LINE_HZ), "-c", "1", "-e", "mu-law", str(line))
    _run(*narrow, "sinc", "300-3400")
    back = ("-r", "16000", "-b", "16", "-e", "signed-integer", str(wide))
    _run(sox, "-D", str(line), *back)
    return wide


def a_law(path: Path) -> bytes:
    """Return the recording's sound as a telephone sends it: G.711 A-law at 8 kHz."""
    with tempfile.TemporaryDirectory(prefix="hotline-bench-") as scratch:
        line = Path(scratch) / "line.al"
        _run(_sox(), "-D", str(path), "-r", str(LINE_HZ), "-c", "1", "-e", "a-law", str(line))
        return line.read_bytes()


def _sox() -> str:
    sox = shutil.which("sox")
    if sox is None:
        raise CannotStart("sox is missing.", remedy="apt-get install sox")
    return sox


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603  # sox, with paths of ours
