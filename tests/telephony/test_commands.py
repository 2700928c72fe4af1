"""What workers and the switch say survives the wire."""

from math import isnan
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony import commands
from telephony.commands import (
    decode,
    encode,
)

KINDS: tuple[type[commands.Message], ...] = get_args(commands.Message)


@given(st.one_of([st.builds(kind) for kind in KINDS]), st.integers(0, 10**9))
def test_every_message_comes_back_as_it_was_sent(message: commands.Message, seq: int) -> None:
    for span in ("seconds", "ring_s"):
        if isnan(getattr(message, span, 0.0)):
            return  # a span that is no number does not equal itself
    line = encode(message, seq)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == (message, seq)


def test_half_characters_and_control_characters_survive_the_wire() -> None:
    dialled = commands.CallDialled(call_id="1", sip_call_id="abc\udcff1\x00\n", at="")
    line = encode(dialled, 1)
    assert line.isascii()
    assert decode(line) == (dialled, 1)


def test_a_line_of_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="Not a message of ours"):
        decode(b'{"type": "Nonsense", "seq": 0}\n')
