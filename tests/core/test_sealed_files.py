"""A sealed file gives back any part of what went in, and nothing once a byte was touched."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.core import sealed_files
from hotline.core.ciphers import Unreadable
from hotline.core.sealed_files import PIECE

KEY = bytes(range(32))
sizes = st.one_of(
    st.integers(0, 100), st.sampled_from([PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
)


def content_of(size: int) -> bytes:
    return (bytes(range(251)) * (size // 251 + 1))[:size]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes, st.data())
def test_any_part_comes_back(tmp_path: Path, size: int, data: st.DataObject) -> None:
    path, content = tmp_path / "sound.sealed", content_of(size)
    assert sealed_files.write(path, KEY, "call-1", io.BytesIO(content)) == size
    assert sealed_files.length(path) == size
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size))
    part = b"".join(sealed_files.read(path, KEY, "call-1", start, end))
    assert part == content[start:end]
    assert b"".join(sealed_files.read(path, KEY, "call-1")) == content
    assert not content[:100] or content[:100] not in path.read_bytes() or size < 4


@pytest.mark.parametrize("harm", ["flip", "cut", "swap", "rename", "key"])
def test_what_was_changed_moved_or_cut_off_does_not_open(tmp_path: Path, harm: str) -> None:
    path, name, key = tmp_path / "sound.sealed", "call-1", KEY
    sealed_files.write(path, KEY, name, io.BytesIO(content_of(3 * PIECE)))
    sealed = bytearray(path.read_bytes())
    piece = len(sealed) // 3
    if harm == "flip":
        sealed[piece + 40] ^= 1
    elif harm == "cut":
        del sealed[2 * piece :]
    elif harm == "swap":
        sealed[:piece], sealed[piece : 2 * piece] = sealed[piece : 2 * piece], sealed[:piece]
    elif harm == "rename":
        name = "call-2"
    else:
        key = bytes(32)
    path.write_bytes(sealed)
    with pytest.raises(Unreadable):
        list(sealed_files.read(path, key, name))
