"""Render a folder's `texts.toml` to wavs and `manifest.json`.

npm pack kokoro-js@1.2.1 --pack-destination build
uv run --group voice python telephony/prompts/render.py
uv run --group voice python telephony/prompts/render.py hotline/demo/audio
"""

import argparse
import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

from telephony.prompts import kokoro, phone_band


@dataclass(frozen=True)
class Line:
    """One text, what the voice is given to read, and the voice."""

    name: str
    text: str
    spoken: str
    voice: str
    speed: float


@dataclass(frozen=True)
class Made:
    """What a wav in the folder is and was made from."""

    sha256: str
    voice: str
    text: str


def lines(folder: Path) -> list[Line]:
    """Return the folder's texts with its readings put in."""
    sheet = tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8"))
    found = []
    for name, text in sheet["texts"].items():
        spoken = text
        for written, reading in sheet.get("readings", {}).items():
            spoken = spoken.replace(written, reading)
        voice = sheet.get("voices", {}).get(name, sheet["voice"])
        found.append(Line(name, text, spoken, voice, sheet["speed"]))
    return found


def tones(folder: Path) -> dict[str, float]:
    """Return the folder's beeps, name to hertz."""
    sheet = tomllib.loads((folder / "texts.toml").read_text(encoding="utf-8"))
    return dict(sheet.get("tones", {}))


def render(folder: Path, pack: Path) -> None:
    """Write every wav of `folder` and its manifest; raise `VoicePackError` without the voices."""
    made: dict[str, Made] = {}
    say = kokoro.speaker(pack)
    for line in lines(folder):
        audio = phone_band.narrow(say(line.spoken, line.voice, line.speed), kokoro.RATE)
        phone_band.write_wav(
            wav := folder / f"{line.name}.wav", phone_band.edged(phone_band.level(audio))
        )
        made[wav.name] = Made(_sha256(wav), line.voice, line.text)
    for name, hertz in tones(folder).items():
        phone_band.write_wav(
            wav := folder / f"{name}.wav", phone_band.edged(phone_band.beep(hertz))
        )
        made[wav.name] = Made(_sha256(wav), "tone", f"{hertz} Hz")
    manifest = {
        "model_sha256": kokoro.MODEL_SHA256,
        "voices_sha256": kokoro.PACK_SHA256,
        "files": {name: asdict(each) for name, each in sorted(made.items())},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Read the arguments and render one folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--pack", type=Path, default=Path("build") / kokoro.PACK)
    chosen = parser.parse_args()
    render(chosen.folder, chosen.pack)


if __name__ == "__main__":
    main()
