"""FLAC (RFC 9639), written and read in memory: what is on disk is never in the clear."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import BinaryIO

import av
import av.error
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from hotline.core.ciphers import Unreadable

RATE = 8000
_FRAME = 4  # bytes of a sample of both sides


def encode(stereo: Iterable[bytes]) -> BytesIO:
    """Return 8 kHz 16-bit stereo PCM, given in pieces of whole samples, as a FLAC file."""
    made, at = BytesIO(), 0
    with av.open(made, mode="w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE)
        stream.layout, stream.format = "stereo", "s16"
        for piece in stereo:
            container.mux(stream.encode(_frame(piece, at)))
            at += len(piece) // _FRAME
        container.mux(stream.encode(None))
    made.seek(0)
    return made


def decode(file: BinaryIO) -> Iterator[bytes]:
    """Yield a FLAC's or WAV's sound as interleaved 16-bit stereo at 8 kHz; raise Unreadable."""
    try:
        with av.open(file, mode="r") as container:
            stream: AudioStream = container.streams.audio[0]
            to_pcm = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
            for frame in container.decode(stream):
                for made in to_pcm.resample(frame):
                    yield made.to_ndarray().tobytes()
            for made in to_pcm.resample(None):
                yield made.to_ndarray().tobytes()
    except (av.error.FFmpegError, IndexError) as error:
        raise Unreadable(
            f"A recording is no sound: {error}.", remedy="Restore it from the backup."
        ) from error


def _frame(piece: bytes, at: int) -> AudioFrame:
    samples = np.frombuffer(piece, np.int16).reshape(1, -1)
    frame = AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
    frame.sample_rate, frame.pts = RATE, at
    return frame
