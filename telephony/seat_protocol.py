"""How a media worker and the audio door talk over a Unix socket.

1. The worker sends one JSON line: `{"call": "…", "seat": 12}`. It has that seat from then on; who
   had it before is told `{"over": "…"}` and does not come back.
2. Then both send chunks: 4 bytes of length (big endian) and so many bytes. `FRAME_BYTES` of them
   are 20 ms of sound, 8 kHz 16-bit mono, little endian; anything else is a JSON object.
3. The door says `{"browser": true}` or `false` whenever a browser comes or goes.
"""

import json
from dataclasses import dataclass, field
from typing import Any

FRAME_BYTES = 320
LENGTH_BYTES = 4
MAX_CHUNK = 1024
MAX_LINE = 1024


class Malformed(ValueError):
    """The other end speaks something else."""


def encode_line(call: str, seat: int) -> bytes:
    """Return the first line that a worker sends."""
    return json.dumps({"call": call, "seat": seat}).encode() + b"\n"


def decode_line(line: bytes) -> tuple[str, int]:
    """Return call and seat; raise Malformed."""
    try:
        fields = json.loads(line)
        return str(fields["call"])[:64], int(fields["seat"])
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("The first line names no call and seat.") from error


def encode_chunk(data: bytes) -> bytes:
    """Return a frame behind its length."""
    return len(data).to_bytes(LENGTH_BYTES, "big") + data


def encode_note(**fields: Any) -> bytes:
    """Return a JSON object as a chunk; a blank keeps it from being as long as a frame."""
    text = json.dumps(fields).encode()
    return encode_chunk(text + b" " if len(text) == FRAME_BYTES else text)


@dataclass
class Chunks:
    """Cuts what comes in over a stream into frames and notes."""

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[bytes | dict[str, Any]]:
        """Return what is whole now; raise Malformed."""
        self._rest += data
        found: list[bytes | dict[str, Any]] = []
        while len(self._rest) >= LENGTH_BYTES:
            length = int.from_bytes(self._rest[:LENGTH_BYTES], "big")
            if length > MAX_CHUNK:
                raise Malformed(f"A chunk of {length} bytes is too long.")
            end = LENGTH_BYTES + length
            if len(self._rest) < end:
                break
            found.append(_chunk(bytes(self._rest[LENGTH_BYTES:end])))
            del self._rest[:end]
        return found


def _chunk(data: bytes) -> bytes | dict[str, Any]:
    if len(data) == FRAME_BYTES:
        return data
    try:
        note = json.loads(data)
    except ValueError as error:
        raise Malformed("A chunk is neither a frame nor JSON.") from error
    if not isinstance(note, dict):
        raise Malformed("A note is a JSON object.")
    return note
