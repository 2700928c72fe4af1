"""People may be rung whenever the tests run."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dispatch.callback import callback_plan
from dispatch.callback.polite import PoliteHours


@contextmanager
def at_any_hour() -> Iterator[None]:
    """Let every hour be a polite one."""
    always = PoliteHours.parse("00:00-24:00", "00:00-24:00")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callback_plan, "_hours", lambda: always)
        yield
