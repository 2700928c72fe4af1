"""What workers and the switch say survives the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony import commands
from telephony.commands import decode, encode

KINDS = (
    commands.Hello,
    commands.CallArrived,
    commands.CallAnswered,
    commands.CallEnded,
    commands.CallRefused,
    commands.Heartbeat,
    commands.Ack,
    commands.Overflow,
    commands.Drain,
    commands.Stop,
)


@given(st.one_of([st.builds(kind) for kind in KINDS]), st.integers(0, 10**9))
def test_every_message_comes_back_as_it_was_sent(message: commands.Message, seq: int) -> None:
    if isinstance(message, commands.CallEnded) and message.seconds != message.seconds:
        return  # a length that is no number does not equal itself
    line = encode(message, seq)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == (message, seq)


def test_a_line_of_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="Not a message of ours"):
        decode(b'{"type": "Nonsense", "seq": 0}\n')
