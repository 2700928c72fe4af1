"""The browser's half of a seat's sound, run by node: its buffer as ours, its filter as a line's."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony.jitter import Jitter

SCRIPT = Path(__file__).parents[2] / "hotline" / "console" / "static" / "seat-worklet.js"
NODE = Path(sys.executable).with_name("node")
FRAME = 160
# What the browser gives an audio worklet, and what a test wants of it.
AROUND = """
const fs = require("fs"), made = {};
globalThis.AudioWorkletProcessor = class { port = { postMessage: (said) => posted.push(said) } };
globalThis.registerProcessor = (name, kind) => { made[name] = kind; };
const posted = [], asked = JSON.parse(fs.readFileSync(0, "utf-8"));
globalThis.sampleRate = asked.rate ?? 48000;
(0, eval)(fs.readFileSync(%r, "utf-8") + ";globalThis.Jitter = Jitter;");
const answer = (() => { %s })();
process.stdout.write(JSON.stringify(answer));
"""
BUFFERING = """
return asked.runs.map((run) => {
  const buffer = new Jitter();
  const heard = run.arrivals.map(({ frames }) => {
    for (const { level, number } of frames) {
      buffer.put(Int16Array.from({ length: 160 }, (_, at) => at ? level : number));
    }
    const frame = buffer.take();
    return frame && frame[0];
  });
  const { gaps, dropped, repeated, spare, frames } = buffer;
  return { heard, counts: [gaps, dropped, repeated, spare, frames.length] };
});
"""
SPEAKING = """
const microphone = new made["seat-microphone"]();
for (let at = 0; at < asked.sound.length; at += 128) {
  microphone.process([[asked.sound.slice(at, at + 128)]]);
}
return posted.map(({ frame }) => [...new Int16Array(frame)]);
"""
HEARING = """
const headset = new made["seat-headset"](), heard = [];
for (const frame of asked.frames) {
  headset.port.onmessage({ data: { frame: Int16Array.from(frame).buffer } });
}
for (let at = 0; at < asked.frames.length * sampleRate / 50 / 128; at++) {
  const output = [new Float32Array(128), new Float32Array(128)];
  headset.process([], [output]);
  heard.push(...output[1]);
}
return heard;
"""


def run(code: str, asked: dict[str, Any]) -> Any:
    done = subprocess.run(
        [NODE, "-e", AROUND % (str(SCRIPT), code)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def buffered(pattern: list[list[int]]) -> dict[str, Any]:
    """Return what our own buffer makes of these arrivals: the loudness of each frame."""
    buffer, heard, number = Jitter(), [], 0
    for levels in pattern:
        for level in levels:
            number += 1
            buffer.put(
                number.to_bytes(2, "little", signed=True) + level.to_bytes(2, "little") * 159
            )
        sound = buffer.take()
        heard.append(sound and int.from_bytes(sound[:2], "little"))
    counts = [buffer.gaps, buffer.dropped, buffer.repeated, buffer.spare, buffer.depth]
    return {"heard": heard, "counts": counts}


def numbered(pattern: list[list[int]]) -> dict[str, Any]:
    number, arrivals = 0, []
    for levels in pattern:
        frames = [{"level": each, "number": number + at + 1} for at, each in enumerate(levels)]
        number += len(levels)
        arrivals.append({"frames": frames})
    return {"arrivals": arrivals}


def arrivals(seed: int) -> list[list[int]]:
    """Return the loudness of the frames that come in before each one that is due."""
    dice = np.random.default_rng(seed)
    counts = dice.choice(
        [0, 1, 1, 1, 2, 6, 14], size=600, p=dice.dirichlet([2, 9, 9, 9, 2, 0.3, 0.1])
    )
    levels = dice.choice([0, 90, 130, 900, 1400, 9000], size=(600, 14), p=dice.dirichlet([0.5] * 6))
    return [row[:count].tolist() for row, count in zip(levels, counts, strict=True)]


@settings(max_examples=4, deadline=None)
@given(st.lists(st.integers(0, 2**32), min_size=12, max_size=12))
def test_the_browsers_buffer_does_what_ours_does(seeds: list[int]) -> None:
    runs = [arrivals(each) for each in seeds]
    theirs = run(BUFFERING, {"runs": [numbered(each) for each in runs]})
    assert theirs == [buffered(each) for each in runs]


def tone(hertz: float, rate: int, seconds: float = 1.0) -> Any:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)


def level_db(sound: Any, *, of: float = 0.5) -> float:
    """Return how loud it is against a tone of this amplitude."""
    return float(20 * np.log10(max(np.sqrt(2 * np.mean(np.square(sound))), 1e-9) / of))


def spoken(hertz: float, rate: int) -> Any:
    frames = run(SPEAKING, {"rate": rate, "sound": tone(hertz, rate).tolist()})
    return np.concatenate(frames)[10 * FRAME :] / 32768


@pytest.mark.parametrize("rate", [48_000, 44_100, 16_000])
def test_a_voice_passes_and_what_a_telephone_can_not_carry_does_not(rate: int) -> None:
    for hertz in (300, 1000, 3000, 3300):
        assert abs(level_db(spoken(hertz, rate))) < 1, hertz
    for hertz in (4300, 5000, 7000):  # would come back as 3700, 3000 and 1000
        assert level_db(spoken(hertz, rate)) < -60, hertz


@pytest.mark.parametrize("rate", [48_000, 44_100])
def test_what_is_heard_has_nothing_above_the_telephones_band(rate: int) -> None:
    samples = (tone(1000, 8000) * 32768).astype(int)
    heard = np.array(run(HEARING, {"rate": rate, "frames": samples.reshape(-1, FRAME).tolist()}))
    sound = heard[rate // 50 : rate // 50 * 10]  # of fifty frames at once it keeps the newest ten
    spectrum = np.abs(np.fft.rfft(sound * np.blackman(len(sound))))
    hertz = np.fft.rfftfreq(len(sound), 1 / rate)
    assert abs(hertz[spectrum.argmax()] - 1000) < 10
    assert abs(level_db(sound)) < 1
    assert 20 * np.log10(spectrum[hertz > 4500].max() / spectrum.max()) < -60
