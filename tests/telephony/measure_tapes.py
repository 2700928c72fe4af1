"""What tapes cost: `python -m tests.telephony.measure_tapes [a telephone's 8 kHz mono WAV ...]`."""

import os
import secrets
import sys
import time
from io import BytesIO
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np

from hotline.core.keyring import Keyring
from telephony import flac, tape_keys, tapes
from telephony.media import read_frames
from telephony.syncing import EVERY_S

SHIPPED = Path(__file__).parents[2] / "hotline" / "demo" / "audio" / "street_lamp.wav"
RING = Keyring((secrets.token_bytes(32),))
TALK_S = 600


def talk(wavs: list[Path]) -> list[bytes]:
    """Return stereo frames of ten minutes in which the sides speak in turns."""
    made: list[bytes] = []
    for turn, wav in enumerate(cycle(wavs)):
        for frame in read_frames(wav):
            sides = np.random.default_rng(len(made)).integers(-8, 8, (160, 2), np.int16)
            sides[:, turn % 2] = np.frombuffer(frame, np.int16)
            made.append(sides.tobytes())
        if len(made) >= TALK_S * 50:
            return made[: TALK_S * 50]
    return made


def opus(blocks: list[bytes], bit_rate: int) -> BytesIO:
    """Return the same as Opus in Ogg."""
    made = BytesIO()
    with av.open(made, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48_000)
        stream.layout, stream.bit_rate = "stereo", bit_rate
        wider = av.AudioResampler(format=stream.format.name, layout="stereo", rate=48_000)
        for block in blocks:
            samples = np.frombuffer(block, np.int16).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
            frame.sample_rate = flac.RATE
            for each in wider.resample(frame):
                container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return made


def told(what: str, began: float, size: int | None = None) -> None:
    took = time.process_time() - began
    kept = "" if size is None else f", {size / TALK_S * 3600 / 1e6:.0f} MB an hour"
    print(f"{what}: {1e6 * took / TALK_S:.0f} µs of a core for a second of sound{kept}")


def main() -> None:
    frames = talk([Path(name) for name in sys.argv[1:]] or [SHIPPED])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "call.tape"
        began = time.process_time()
        tape = tapes.SealedTape(path, bytes.fromhex(tape_keys.public_half(RING)))
        for frame in frames:
            tape.write([frame])
        tape.close()
        told("recorded, frame by frame", began, path.stat().st_size)
        began = time.process_time()
        for _ in tapes.read(path, RING):
            pass
        told("followed, both sides", began)
        sealed = path.read_bytes()
        part = int(EVERY_S * tapes.BYTES_A_SECOND)
        synced, waited = time.process_time(), time.perf_counter()
        with (Path(folder) / "synced").open("wb", buffering=0) as file:
            for at in range(0, len(sealed), part):
                file.write(sealed[at : at + part])
                os.fdatasync(file.fileno())
        told(f"written and synced every {EVERY_S:.0f} s", synced)
        slept = (time.perf_counter() - waited) / (len(sealed) / part)
        print(f"of which each sync waits {1000 * slept:.1f} ms for the disk")
        blocks = list(tapes.blocks(path, RING))
    began = time.process_time()
    encoded = flac.encode(blocks)
    told("FLAC", began, len(encoded.getvalue()))
    began = time.process_time()
    assert b"".join(flac.decode(encoded)) == b"".join(blocks)
    told("FLAC, heard again", began)
    for bit_rate in (24_000, 32_000):
        began, size = time.process_time(), len(opus(blocks, bit_rate).getvalue())
        told(f"Opus, {bit_rate // 1000} kbit/s", began, size)


if __name__ == "__main__":
    main()
