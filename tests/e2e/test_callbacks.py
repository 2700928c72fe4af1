"""From a reply that stands to the caller's telephone ringing, and back: through `hotline up`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from hotline.core.clock import now
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.phone import Callee, Phone, finish, free_udp_port
from tests.e2e.spoken import to_alaw

pytestmark = pytest.mark.e2e

SPOKEN = Path(__file__).parents[2] / "hotline" / "demo" / "audio" / "street_lamp.wav"
LAMP_WORDS = "城关区八一路的路灯坏了一个星期，没有人来修。"
# Keys may be pressed into a prompt, but not at once: it might be the press before.
THINKING_S = 1.0


@dataclass
class Requester:
    """Somebody whose request has been replied to, and who has not been asked yet."""

    hotline: Hotline
    telephone: Callee
    ticket: str
    order: str

    def now(self) -> dict[str, Any]:
        return self.hotline.get(f"/tickets/{self.ticket}")

    def attempts(self) -> list[dict[str, Any]]:
        return list(self.now()["callbacks"][-1]["tried"])

    def review(self) -> None:
        """Let the reply stand: the callback is due at once."""
        answer = {"verdict": "complete", "note": ""}
        _post(self.hotline, f"/work-orders/{self.order}/review", answer)

    def until(self, what: str, ask: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the ticket once it is so."""
        return dict(wait_for(lambda: _if(self.now(), ask), 30, what))


def requester(hotline: Hotline, number: str, folder: Path) -> Requester:
    """Let somebody call, an agent write down what they want, and a department reply to it."""
    port = free_udp_port()
    Phone(number=number, port=port).wait(0.3).hang_up().call(hotline.sip_port, folder)
    call = wait_for(lambda: _ended(hotline, number), 20, "the call did not end")
    words = {"call_id": call["id"], "text": LAMP_WORDS}
    ticket = _post(hotline, "/tickets", words)
    return replied(hotline, Callee(number=number, port=port), ticket["number"])


def replied(hotline: Hotline, telephone: Callee, ticket: str) -> Requester:
    """Dispatch the ticket, and have the department reply to it."""
    dispatched = _post(hotline, f"/tickets/{ticket}/dispatch", None)
    order = dispatched["orders"][0]
    keys = f"/departments/{order['department']['code']}/api-keys"
    key = str(_post(hotline, keys, {"label": "test"})["key"])
    _post(hotline, f"/work-orders/{order['number']}/accept", None, key)
    answer = {
        "result": "路灯已修好。",
        "is_true": True,
        "is_solved": True,
        "unsolved_reason": "",
        "public_reply": "您反映的路灯已经修好。",
        "contacted_at": (now() - timedelta(seconds=1)).isoformat(),
    }
    _post(hotline, f"/work-orders/{order['number']}/reply", answer, key)
    return Requester(hotline, telephone, ticket, order["number"])


def pressing(callee: Callee, *keys: str) -> Callee:
    """Answer, skip the greeting with a key, and press these."""
    callee.ring().answer()
    for key in ("0", *keys):
        callee.wait(THINKING_S).press(key)
    return callee


def test_the_caller_is_rung_where_they_called_from_and_their_rating_closes_the_ticket(
    ringing: Hotline, tmp_path: Path
) -> None:
    port = free_udp_port()
    Phone(number="13989000001", port=port).wait(0.5).speak(
        to_alaw(SPOKEN, tmp_path)
    ).hang_up().call(ringing.sip_port, tmp_path)
    ticket = ringing.ticket_of("0001", within_s=90)
    somebody = replied(ringing, Callee(number="13989000001", port=port), ticket["number"])
    running = pressing(somebody.telephone, "1", "1", "5").until_hung_up().listen(tmp_path)
    somebody.review()
    finish(running)
    ticket = somebody.until("not closed", lambda ticket: ticket["status"] == "closed")
    assert ticket["rating"] == 5
    assert [attempt["outcome"] for attempt in somebody.attempts()] == ["completed"]
    call = ringing.get(f"/calls/{ringing.calls_of('0001')[0]['id']}")
    assert (call["status"], call["end_reason"], call["recording"]) == ("ended", "completed", "kept")
    assert call["caller"] == "139****0001"
    assert call["transcript"] == []
    assert [event["type"] for event in call["history"]] == [
        "call.ringing",
        "call.answered",
        "call.ended",
    ]


def test_dissatisfaction_reopens_the_ticket(ringing: Hotline, tmp_path: Path) -> None:
    somebody = requester(ringing, "13989000002", tmp_path)
    running = pressing(somebody.telephone, "2", "2", "1").until_hung_up().listen(tmp_path)
    somebody.review()
    finish(running)
    ticket = somebody.until("not reopened", lambda ticket: ticket["redone"] == 1)
    assert ticket["status"] == "dispatched"
    assert [attempt["outcome"] for attempt in somebody.attempts()] == ["completed"]


def test_a_switch_killed_in_a_survey_still_gets_the_answers(
    ringing: Hotline, tmp_path: Path
) -> None:
    somebody = requester(ringing, "13989000003", tmp_path)
    running = pressing(somebody.telephone, "1", "1", "4").until_hung_up().listen(tmp_path)
    somebody.review()
    wait_for(lambda: _answered(somebody), 20, "nobody was rung")
    ringing.process_named("switch").kill()
    finish(running)
    ticket = somebody.until("not closed", lambda ticket: ticket["status"] == "closed")
    assert ticket["rating"] == 4


def test_a_worker_killed_in_a_survey_is_our_own_fault(ringing: Hotline, tmp_path: Path) -> None:
    somebody = requester(ringing, "13989000004", tmp_path)
    running = somebody.telephone.ring().answer().wait(20).until_hung_up().listen(tmp_path)
    somebody.review()
    wait_for(lambda: _answered(somebody), 20, "nobody was rung")
    for name in ("media-0", "media-1"):
        ringing.process_named(name).kill()
    wait_for(lambda: somebody.attempts()[0]["outcome"] == "lost", 30, "not noticed")
    running.terminate()
    running.communicate(timeout=60)
    ticket = somebody.now()
    assert (ticket["status"], ticket["rating"]) == ("awaiting_callback", None)
    assert ticket["callbacks"][-1]["status"] == "planned"


def test_who_is_busy_is_rung_another_time(ringing: Hotline, tmp_path: Path) -> None:
    wait_for(ringing.ready, 30, "the workers did not come back")
    somebody = requester(ringing, "13989000005", tmp_path)
    running = somebody.telephone.refuse("486 Busy Here").listen(tmp_path)
    somebody.review()
    finish(running)
    wait_for(lambda: somebody.attempts()[0]["outcome"], 20, "no outcome")
    assert [attempt["outcome"] for attempt in somebody.attempts()] == ["busy"]
    assert somebody.now()["callbacks"][-1]["status"] == "planned"


def _answered(somebody: Requester) -> bool:
    calls = somebody.hotline.calls_of(somebody.telephone.number[-4:])
    return bool(calls[0]["status"] == "answered")


def _ended(hotline: Hotline, number: str) -> dict[str, Any]:
    calls = hotline.calls_of(number[-4:])
    return calls[0] if calls and calls[0]["ended_at"] else {}


def _if(ticket: dict[str, Any], ask: Callable[[dict[str, Any]], bool]) -> dict[str, Any] | None:
    return ticket if ask(ticket) else None


def _post(hotline: Hotline, path: str, body: object, key: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = hotline.client.post(f"/api/v1{path}", json=body, headers=headers)
    assert answer.status_code < httpx.codes.BAD_REQUEST, answer.text
    return dict(answer.json())
