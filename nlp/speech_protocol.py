"""How the speech process and its clients talk over a stream socket.

1. The client sends one JSON line: `{"rate": 8000, "call": "…", "live": true, "token": "…"}`
   begins a stream; `{"health": true, "token": "…"}` asks who answers. `call` only names the stream
   in the log; what is not `live` waits for what is; `token` is needed when the process was started
   with one.
2. For a stream, chunks follow: 4 bytes of length (big endian), then that much PCM16 mono,
   little endian. Length 0 ends the sound.
3. The server answers JSON lines: `{"start", "end", "text", "confidence", "final"}` as words
   become known, `{"waiting": 2.5}` while sound has been waiting so many seconds for its words (and
   now and then `{"waiting": 0}`, as a sign of life), and `{"done": true, "rtf": 0.3}` at the
   end. `{"error": "…", "status": 422}` ends a stream that can't go on; so does the end of the
   connection.
"""

import json
from dataclasses import asdict
from typing import Any

from nlp.speech import Segment

LENGTH_BYTES = 4
MAX_CHUNK = 1 << 16  # bytes: 2 s at 16 kHz
MAX_LINE = 1 << 16  # bytes


def encode_line(fields: dict[str, Any]) -> bytes:
    """Returns `fields` as one JSON line."""
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def encode_chunk(pcm: bytes) -> bytes:
    """Returns `pcm` behind its length; nothing at all ends the sound."""
    return len(pcm).to_bytes(LENGTH_BYTES, "big") + pcm


def encode_segment(segment: Segment) -> bytes:
    """Returns one segment as a JSON line."""
    return encode_line(asdict(segment))


def encode_waiting(seconds: float) -> bytes:
    """Returns how long sound has been waiting as a JSON line."""
    return encode_line({"waiting": round(seconds, 1)})


def decode_segment(fields: dict[str, Any]) -> Segment:
    """Returns the segment that a line holds."""
    return Segment(
        start=float(fields["start"]),
        end=float(fields["end"]),
        text=str(fields["text"]),
        confidence=float(fields["confidence"]),
        final=bool(fields["final"]),
    )
