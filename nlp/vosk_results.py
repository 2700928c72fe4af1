"""Reads the JSON that Vosk and vosk-server answer with."""

import json
from statistics import fmean
from typing import Any

from nlp.chinese import join_words, simplify
from nlp.speech import Segment

_UNHEARD = 0.5  # the confidence of a partial, which carries none


def read_result(answer: str, *, start: float, end: float) -> Segment | None:
    """Returns the segment in one JSON answer, or None when it holds no words.

    `start` and `end` are the seconds of the stream it can lie between; the answer's own word
    times are preferred. A text without word confidences counts as 0.5.
    """
    fields: dict[str, Any] = json.loads(answer)
    final = "partial" not in fields
    spoken = str(fields.get("text", "") if final else fields["partial"])
    text = simplify(join_words(spoken))
    if not text:
        return None
    words = fields.get("result" if final else "partial_result") or []
    return Segment(
        start=float(words[0]["start"]) if words else start,
        end=float(words[-1]["end"]) if words else end,
        text=text,
        confidence=round(fmean(float(w.get("conf", _UNHEARD)) for w in words), 3)
        if words
        else _UNHEARD,
        final=final,
    )
