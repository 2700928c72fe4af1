"""Vosk as a streaming engine: one model a process, one recogniser a stream, real partials."""

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from vosk import KaldiRecognizer, Model, SetLogLevel

from nlp.gate import Gate, Span
from nlp.resample import Resampler
from nlp.speech import (
    SAMPLE_RATE,
    Capabilities,
    Description,
    Piece,
    RecognizerError,
    Segment,
    moved,
)
from nlp.speech_model import file_sha256
from nlp.voice import VoiceDetector
from nlp.vosk_results import read_result

_STEP = SAMPLE_RATE // 5  # samples
_PROBE = bytes(SAMPLE_RATE // 10 * 2)  # 0.1 s of silence
_REMEDY = "Unpack a Vosk model and point HOTLINE_VOSK_MODEL to its folder."


class VoskEngine:
    """A Vosk model from a folder of the site's; never looks for one on the network."""

    capabilities = Capabilities(partials=True)

    def __init__(self, model_dir: Path | None) -> None:
        self._model = _load(model_dir)
        folder = Path(str(model_dir))
        self._description = Description(
            engine="vosk",
            model=folder.name,
            sha256=folder_sha256(folder),
            partials=self.capabilities.partials,
        )

    def describe(self) -> Description:
        return self._description

    def open_stream(self, rate: int) -> "VoskStream":
        return VoskStream(rate, _recognizer(self._model))


class VoskStream:
    """One person's sound; the recogniser finds the ends of sentences itself."""

    def __init__(self, rate: int, recognizer: Any) -> None:
        self._resampler = Resampler(rate)
        self._gate = Gate(VoiceDetector().probabilities)
        self._recognizer = recognizer
        self._told = 0  # samples that the recogniser was given
        self._skipped = 0  # samples of the stream before those, that it was not
        self._sentence_start = 0.0
        self._partial = ""

    def feed(self, pcm: bytes) -> list[Piece]:
        return self._pieces(self._gate.feed(self._resampler.feed(pcm)))

    def finish(self) -> list[Piece]:
        last = self._gate.feed(self._resampler.finish()) + self._gate.finish()
        return [*self._pieces(last), Piece(self._gate.seconds, self._end_sentence)]

    def close(self) -> None:
        self._recognizer = None

    def _pieces(self, spans: list[Span]) -> list[Piece]:
        return [Piece(span.end, partial(self._hear, span)) for span in spans]

    def _hear(self, span: Span) -> list[Segment]:
        """Feeds small steps: vosk looks for the end of a sentence once a call."""
        self._skipped = span.first - self._told
        heard: list[Segment] = []
        for at in range(0, len(span.samples), _STEP):
            step = span.samples[at : at + _STEP]
            self._told += len(step)
            if self._recognizer.AcceptWaveform(step.tobytes()):
                heard += self._sentence(self._recognizer.Result())
            else:
                heard += self._changed(self._recognizer.PartialResult())
        return heard + self._end_sentence() if span.last else heard

    def _end_sentence(self) -> list[Segment]:
        return self._sentence(self._recognizer.FinalResult())

    def _sentence(self, answer: str) -> list[Segment]:
        segment = self._read(answer)
        self._sentence_start = self._told / SAMPLE_RATE
        self._partial = ""
        return [segment] if segment else []

    def _changed(self, answer: str) -> list[Segment]:
        """Passes a partial on only when it says something new."""
        segment = self._read(answer)
        if segment is None or segment.text == self._partial:
            return []
        self._partial = segment.text
        return [segment]

    def _read(self, answer: str) -> Segment | None:
        """Reads an answer; its times count what the recogniser was told, the stream's are later."""
        end = self._told / SAMPLE_RATE
        segment = read_result(answer, start=self._sentence_start, end=end)
        return segment and moved(segment, self._skipped / SAMPLE_RATE)


def folder_sha256(folder: Path) -> str:
    """Returns one hash over the names and contents of all files below `folder`."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(f"{path.relative_to(folder)}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()


def _recognizer(model: Any) -> Any:
    """Builds a recogniser at 16 kHz; at other rates most models fail (speech.md 3)."""
    recognizer = KaldiRecognizer(model, SAMPLE_RATE)
    recognizer.SetWords(True)
    return recognizer


def _load(model_dir: Path | None) -> Any:
    """Loads and tries the model: a damaged one loads without complaint and fails later."""
    if model_dir is None:
        raise RecognizerError("The vosk engine has no model.", remedy=_REMEDY)
    if not model_dir.is_dir():
        raise RecognizerError(f"There is no Vosk model folder {model_dir}.", remedy=_REMEDY)
    if not any(model_dir.iterdir()):
        raise RecognizerError(f"The Vosk model folder {model_dir} is empty.", remedy=_REMEDY)
    SetLogLevel(-1)
    try:
        model = Model(str(model_dir))
        probe = _recognizer(model)
        probe.AcceptWaveform(_PROBE)
        probe.FinalResult()
    except Exception as failure:  # vosk raises the bare class
        raise RecognizerError(
            f"The Vosk model in {model_dir} doesn't work: {failure}.", remedy=_REMEDY
        ) from failure
    return model
