"""Whisper as a streaming engine: whole utterances, one decode each, no partials."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from nlp.chinese import simplify
from nlp.loops import cut_loops, looping
from nlp.resample import Resampler, Samples
from nlp.segments import Segmenter, Sound
from nlp.speech import (
    SAMPLE_RATE,
    Capabilities,
    Description,
    Piece,
    RecognizerError,
    Segment,
)
from nlp.speech_model import model_sha256
from nlp.voice import VoiceDetector

_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_TOKENS_A_SECOND = 16  # nobody says more than 8 characters a second; two tokens each at most
_MOST_TOKENS = 440  # the model's 448 less its own marks
_TOO_REPETITIVE = 2.4  # how far zlib may shrink the text (whisper's own limit)
_LOOP_CONFIDENCE = 0.2  # at most, for text cut out of a loop

# At temperature 0, without chance; the second try may not repeat itself. Why so wide, and why half
# a window: docs/decisions/half-a-window.md.
_FIRST_TRY: dict[str, Any] = {"beam_size": 5}
_SECOND_TRY: dict[str, Any] = {
    "beam_size": 5,
    "no_repeat_ngram_size": 6,
    "repetition_penalty": 1.1,
}
_HALF_WINDOW = 1500  # frames of 10 ms; whisper was made for twice as many


class _Model(WhisperModel):  # type: ignore[misc]  # the library has no types
    """Encodes 15 s where an utterance is no longer, and not 15 s of nothing beside it."""

    def encode(self, features: NDArray[np.float32]) -> Any:
        return super().encode(without_padding(features))


class WhisperEngine:
    """A CTranslate2 whisper; `parallel` streams decode at a time, each on one core."""

    capabilities = Capabilities(partials=False)

    def __init__(self, model_dir: Path, *, parallel: int = 1) -> None:
        self._model = _load(model_dir, parallel)
        self._description = Description(
            engine="whisper",
            model=model_dir.name,
            sha256=model_sha256(model_dir),
            partials=self.capabilities.partials,
        )
        # What loads at the first words (and a model that can't decode) shows itself before a call.
        self.decode(Sound(0.0, np.zeros(SAMPLE_RATE, np.int16)))

    def describe(self) -> Description:
        return self._description

    def open_stream(self, rate: int) -> "WhisperStream":
        return WhisperStream(rate, self.decode)

    def decode(self, sound: Sound) -> Segment | None:
        """Returns the words of one utterance of at most 30 s, or None when there are none."""
        first, looped = self._try(sound, _FIRST_TRY)
        if first is None or not looped:
            return first
        second, looped = self._try(sound, _SECOND_TRY)
        return settle(first, second, looped)

    def _try(self, sound: Sound, settings: dict[str, Any]) -> tuple[Segment | None, bool]:
        """Decodes once; the second value says whether the decoder went round in circles."""
        cap = min(_MOST_TOKENS, 16 + int(_TOKENS_A_SECOND * (sound.end - sound.start)))
        pieces, _ = self._model.transcribe(
            sound.samples.astype(np.float32) / 32768,
            language="zh",
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=False,
            max_new_tokens=cap,
            no_speech_threshold=None,  # words are kept; doubt goes into the confidence
            log_prob_threshold=None,
            compression_ratio_threshold=None,  # judged below, with our own second try
            **settings,
        )
        heard = list(pieces)
        text = simplify("".join(piece.text for piece in heard)).strip()
        if not text:
            return None, False
        confidence = min(
            math.exp(min(0.0, piece.avg_logprob)) * (1 - piece.no_speech_prob) for piece in heard
        )
        suspicious = (
            looping(text)
            or any(piece.compression_ratio > _TOO_REPETITIVE for piece in heard)
            or any(len(piece.tokens) >= cap for piece in heard)
        )
        return Segment(sound.start, sound.end, text, round(confidence, 3)), suspicious


def without_padding(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns a log-mel spectrogram without the zeros at its end, but half a window at least."""
    sounds = np.flatnonzero(features.any(axis=tuple(range(features.ndim - 1))))
    used = int(sounds[-1]) + 1 if len(sounds) else 0
    frames = max(_HALF_WINDOW, used + used % 2)  # the encoder halves them
    return np.ascontiguousarray(features[..., :frames])


def settle(first: Segment, second: Segment | None, second_looped: bool) -> Segment:
    """Chooses between a decode that looped and its second try, so that no words are lost.

    The second try counts unless it looped too or heard less than half of what the first did
    outside its loop; then the first stays, shortened and of low confidence.
    """
    words = cut_loops(first.text)
    if second is not None and not second_looped and 2 * len(second.text) >= len(words):
        return second
    return replace(first, text=words, confidence=min(first.confidence, _LOOP_CONFIDENCE))


class WhisperStream:
    """One person's sound: cut at the pauses, decoded when an utterance has ended."""

    def __init__(self, rate: int, decode: Callable[[Sound], Segment | None]) -> None:
        self._resampler = Resampler(rate)
        self._segmenter = Segmenter(VoiceDetector().probabilities)
        self._decode = decode

    def feed(self, pcm: bytes) -> list[Piece]:
        return self._pieces(self._segmenter.feed(self._resampler.feed(pcm)))

    def finish(self) -> list[Piece]:
        last: Samples = self._resampler.finish()
        return self._pieces(self._segmenter.feed(last) + self._segmenter.finish())

    def close(self) -> None:
        """Holds nothing but memory, which goes with the stream."""

    def _pieces(self, sounds: list[Sound]) -> list[Piece]:
        return [Piece(sound.end, partial(self._heard, sound)) for sound in sounds]

    def _heard(self, sound: Sound) -> list[Segment]:
        segment = self._decode(sound)
        return [] if segment is None else [segment]


def _load(model_dir: Path, parallel: int) -> Any:
    """Loads the folder as int8; a missing file is named, as the library would go to the network."""
    missing = [name for name in _NEEDED if not (model_dir / name).is_file()]
    if missing:
        raise RecognizerError(
            f"{model_dir} is not a CTranslate2 whisper model: no {', '.join(missing)}.",
            remedy="Point HOTLINE_WHISPER_MODEL to a converted model, or leave it unset.",
        )
    try:
        return _Model(
            str(model_dir),
            device="cpu",
            compute_type="int8",
            cpu_threads=1,
            num_workers=parallel,
            local_files_only=True,
        )
    except (RuntimeError, ValueError) as failure:
        raise RecognizerError(
            f"The whisper model in {model_dir} can't be loaded: {failure}.",
            remedy="Fetch or assemble it again.",
        ) from failure
