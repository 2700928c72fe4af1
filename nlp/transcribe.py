"""Turns a recording into text (转写)."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from time import perf_counter

from nlp.chinese import join_words
from nlp.sound_files import open_recording
from nlp.speech import Segment, SpeechEngine, Transcript, decoded


def transcribe(path: Path, engine: SpeechEngine) -> Transcript:
    """Returns what is said in the recording at `path`; silence gives an empty text.

    Raises UnreadableSound when the file is no recording.
    """
    began = perf_counter()
    seconds = 0.0
    segments: list[Segment] = []
    with (
        open_recording(path) as recording,
        closing(engine.open_stream(recording.rate)) as stream,
    ):
        for chunk in recording.chunks:
            seconds += len(chunk) / 2 / recording.rate
            segments += decoded(stream.feed(chunk))
        segments += decoded(stream.finish())
    final = [segment for segment in segments if segment.final]
    return Transcript(
        file=str(path),
        text=join_text(final),
        segments=final,
        engine=engine.describe().engine,
        rtf=round((perf_counter() - began) / seconds, 3) if seconds else 0.0,
    )


def join_text(segments: Iterable[Segment]) -> str:
    """Returns the words of `segments` as one text; a space stands only where a script needs it."""
    return join_words(" ".join(segment.text for segment in segments))
