"""Reads recordings of any format as PCM16 mono."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
from av.container import InputContainer

from nlp.speech import SAMPLE_RATE, UnreadableSound


@dataclass(frozen=True)
class Recording:
    """An open file: its own rate in Hz, and its sound as PCM16 mono, chunk by chunk."""

    rate: int
    chunks: Iterator[bytes]


@contextmanager
def open_recording(path: Path) -> Iterator[Recording]:
    """Opens `path` (wav of any kind, and whatever else FFmpeg reads); several channels are mixed.

    A file without sound has no chunks. Raises UnreadableSound, here or while the chunks are
    read, when it is not there or is no recording.
    """
    with ExitStack() as open_files:
        container = _open(path, open_files)
        if container is None:
            yield Recording(SAMPLE_RATE, iter(()))
        else:
            yield Recording(container.streams.audio[0].rate, _chunks(path, container))


def _open(path: Path, open_files: ExitStack) -> InputContainer | None:
    """Opens the file; an empty one gives None. FFmpeg gets no path, so it opens nothing else."""
    try:
        file = open_files.enter_context(path.open("rb"))
        if path.stat().st_size == 0:
            return None
        container = open_files.enter_context(av.open(file, mode="r"))
    except (OSError, av.error.FFmpegError) as failure:
        raise _unreadable(path, failure) from failure
    if not container.streams.audio:
        raise UnreadableSound(f"{path} holds no sound.")
    return container


def _chunks(path: Path, container: InputContainer) -> Iterator[bytes]:
    to_pcm = av.AudioResampler(format="s16", layout="mono")
    try:
        for frame in container.decode(audio=0):
            for mono in to_pcm.resample(frame):
                yield mono.to_ndarray().tobytes()
        for mono in to_pcm.resample(None):
            yield mono.to_ndarray().tobytes()
    except av.error.FFmpegError as failure:
        raise _unreadable(path, failure) from failure


def _unreadable(path: Path, failure: OSError | av.error.FFmpegError) -> UnreadableSound:
    return UnreadableSound(f"{path} can't be read as a recording: {failure.strerror}.")
