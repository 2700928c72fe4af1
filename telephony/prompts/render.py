"""Render a folder's `texts.toml` to wavs and `manifest.json`.

npm pack kokoro-js@1.2.1 --pack-destination build
uv run --group voice python telephony/prompts/render.py
uv run --group voice python telephony/prompts/render.py hotline/demo/audio
uv run --group voice python telephony/prompts/render.py --only mode_night mode_holiday
"""

import argparse
import hashlib
import json
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from telephony.prompts import kokoro, phone_band


@dataclass(frozen=True)
class Line:
    """One text, what the voice is given to read, the voice and its pace (1.0 is its own)."""

    name: str
    text: str
    spoken: str
    voice: str
    speed: float


@dataclass(frozen=True)
class Made:
    """What a wav is and what it was made from."""

    sha256: str
    voice: str
    text: str


def lines(folder: Path) -> Iterator[Line]:
    """Yield the folder's texts, their numbers spelt as its readings say."""
    sheet = tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8"))
    for name, text in sheet["texts"].items():
        spoken = text
        for written, reading in sheet.get("readings", {}).items():
            spoken = spoken.replace(written, reading)
        voice = sheet.get("voices", {}).get(name, sheet["voice"])
        yield Line(name, text, spoken, voice, sheet["speed"])


def tones(folder: Path) -> dict[str, float]:
    """Return the folder's beeps, name to hertz."""
    sheet = tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8"))
    return dict(sheet.get("tones", {}))


def render(folder: Path, pack: Path, only: Collection[str] = ()) -> None:
    """Write the wavs of `folder` and its manifest; raise `VoicePackError` without the voices.

    With `only` these names alone: another processor's wavs of the others stay as they are.
    """
    say = kokoro.speaker(pack)
    made: dict[str, Made] = _noted(folder) if only else {}
    for line in [each for each in lines(folder) if not only or each.name in only]:
        heard = phone_band.narrow(say(line.spoken, line.voice, line.speed), kokoro.RATE)
        wav = folder / f"{line.name}.wav"
        phone_band.write_wav(wav, phone_band.edged(phone_band.level(heard)))
        made[wav.name] = Made(_sha256(wav), line.voice, line.text)
    for name, hertz in ({} if only else tones(folder)).items():
        wav = folder / f"{name}.wav"
        phone_band.write_wav(wav, phone_band.edged(phone_band.beep(hertz)))
        made[wav.name] = Made(_sha256(wav), "tone", f"{hertz} Hz")
    write_manifest(folder, made)


def write_manifest(folder: Path, made: dict[str, Made]) -> None:
    """Write `manifest.json`: the hashes of model and voices, and of every wav with its text."""
    manifest = {
        "model_sha256": kokoro.MODEL_SHA256,
        "voices_sha256": kokoro.PACK_SHA256,
        "files": {name: asdict(each) for name, each in sorted(made.items())},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _noted(folder: Path) -> dict[str, Made]:
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    return {name: Made(**each) for name, each in files.items()}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Render the folder named on the command line, or the hotline's own prompts."""
    parser = argparse.ArgumentParser(description="Render a folder's texts.toml to telephone wavs.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--pack", type=Path, default=Path("build") / kokoro.PACK)
    parser.add_argument("--only", nargs="+", default=(), help="render these names alone")
    chosen = parser.parse_args()
    render(chosen.folder, chosen.pack, chosen.only)


if __name__ == "__main__":
    main()
