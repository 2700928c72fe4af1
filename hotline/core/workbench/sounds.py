"""MP3 and WAV: the sound alone is copied; names, pictures and whatever else lies beside it go."""

from typing import BinaryIO

from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import BEHIND_ITS_END, Refused, require_no_archive

_ANEW = "Save it anew as MP3, WAV or M4A."
_PCM = {1, 3, 6, 7, 17, 0xFFFE}  # PCM, float, A-law, µ-law, IMA ADPCM, extensible
# MPEG layer III: kilobits a second by the frame's code, and samples a second by version and code.
_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0)
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0)
_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_FEWEST_FRAMES = 3
_TAG_V1 = 128
_APE = b"APETAGEX"
_APE_HEAD = 32


def copy_wav(data: bytes, out: BinaryIO) -> Kind:
    """Write the wave's format and samples; raise Refused where it is not whole, or more."""
    said = int.from_bytes(data[4:8], "little") + 8
    if said < len(data) - (said & 1):
        raise Refused(BEHIND_ITS_END, remedy=_ANEW)
    parts: dict[bytes, bytes] = {}
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        if place + 8 + size > len(data) or (name in parts and name in (b"fmt ", b"data")):
            raise Refused("The sound is broken or cut off.", remedy=_ANEW)
        parts[name] = data[place + 8 : place + 8 + size]
        place += 8 + size + (size & 1)
    form, samples = parts.get(b"fmt ", b""), parts.get(b"data", b"")
    if len(form) < 16 or not samples or int.from_bytes(form[:2], "little") not in _PCM:
        raise Refused("The sound is broken or cut off.", remedy=_ANEW)
    require_no_archive(samples)
    kept = [(b"fmt ", form), (b"fact", parts.get(b"fact", b"")), (b"data", samples)]
    body = b"".join(_chunk(name, content) for name, content in kept if content)
    out.write(b"RIFF" + (4 + len(body)).to_bytes(4, "little") + b"WAVE" + body)
    return Kind.WAV


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) & 1)


def copy_mp3(data: bytes, out: BinaryIO) -> Kind:
    """Write the frames one after another; raise Refused where they do not fill the file."""
    place = first = _behind_tag(data)
    count = 0
    while (length := _frame(data, place)) and place + length <= len(data):
        place, count = place + length, count + 1
    cut_off = bool(length)  # the last frame of a recording that was stopped
    if count < _FEWEST_FRAMES:
        raise Refused("The sound is broken or cut off.", remedy=_ANEW)
    if not cut_off and not _only_tags(data[place:]):
        raise Refused(BEHIND_ITS_END, remedy=_ANEW)
    require_no_archive(data[first:place])
    out.write(data[first:place])
    return Kind.MP3


def _behind_tag(data: bytes) -> int:
    """Return where the sound begins behind an ID3v2 tag, which may be padded."""
    if not data.startswith(b"ID3") or len(data) < 10:
        return 0
    size = 0
    for byte in data[6:10]:
        size = size << 7 | (byte & 0x7F)
    return 10 + size + (10 if data[5] & 0x10 else 0)


def _frame(data: bytes, place: int) -> int:
    """Return how long the frame here is; 0 where none begins."""
    head = data[place : place + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, padding = head[1] >> 3 & 3, head[2] >> 2 & 3, head[2] >> 1 & 1
    kbps = (_KBPS_1 if version == 3 else _KBPS_2)[head[2] >> 4]
    if version not in _HZ or rate > 2 or not kbps:
        return 0
    return (144 if version == 3 else 72) * kbps * 1000 // _HZ[version][rate] + padding


def _only_tags(rest: bytes) -> bool:
    """Return whether nothing but an APE tag and an ID3v1 tag follows."""
    if rest.startswith(_APE) and len(rest) >= _APE_HEAD:
        rest = rest[_APE_HEAD + int.from_bytes(rest[12:16], "little") :]
    return not rest.strip(b"\0") or (rest.startswith(b"TAG") and len(rest) == _TAG_V1)
