"""What a SIP status says of a call that nobody answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.callback.attempts import AttemptOutcome
from telephony.outcomes import SurveyOutcome, refusal, unanswered


@pytest.mark.parametrize(
    ("status", "rang", "outcome"),
    [
        (486, True, "busy"),
        (600, False, "busy"),
        (603, True, "rejected"),
        (487, True, "no_answer"),
        (487, False, "unreachable"),
        (480, True, "no_answer"),
        (408, True, "no_answer"),
        (480, False, "unreachable"),
        (408, False, "unreachable"),
        (404, False, "unreachable"),
        (302, False, "unreachable"),
        (503, False, "unreachable"),
    ],
)
def test_a_status_is_an_outcome(status: int, rang: bool, outcome: str) -> None:
    assert unanswered(status, rang=rang) == outcome


@given(st.integers(0, 699), st.booleans())
def test_no_status_says_that_anything_was_expressed(status: int, rang: bool) -> None:
    assert unanswered(status, rang=rang) in ("busy", "rejected", "no_answer", "unreachable")


def test_the_domain_knows_every_outcome() -> None:
    assert {*SurveyOutcome} <= {*AttemptOutcome}


@pytest.mark.parametrize(
    ("status", "reason"),
    [(486, "busy"), (488, "not_acceptable"), (400, "bad_request"), (500, "sip_500")],
)
def test_a_caller_refused_by_pjsua_is_not_called_busy_unless_we_were(
    status: int, reason: str
) -> None:
    assert refusal(status) == reason
