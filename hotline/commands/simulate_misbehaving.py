"""How a simulated department misbehaves, and what the hotline must say to it each time."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from hotline.commands import simulate_steps as steps
from hotline.commands.simulate_steps import ORDERS, answer
from hotline.commands.simulate_wire import Wire

FLOOD = 300
Order = dict[str, Any]
Misbehaviour = Callable[[Wire, Order], bool]
"""Does it to the order; returns whether the department works on as it should afterwards."""


def late(wire: Wire, order: Order) -> bool:
    """Lets the order lie, unsigned, until its reply is overdue; then works on it."""
    due = order["reply_by"]
    if due and datetime.fromisoformat(due) > datetime.now(UTC):
        wire.tell(f"{order['number']} is left lying until {due}")
        return False
    return True


def twice(wire: Wire, order: Order) -> bool:
    """Sends everything twice: with one key it is done once, without one it is refused."""
    path, key = f"{ORDERS}/{order['number']}", str(uuid4())
    first = wire.post(f"{path}/accept", key=key)
    again = wire.post(f"{path}/accept", key=key)
    _compare(wire, "the answer is the same one", first.json() == again.json())
    wire.post(f"{path}/accept", expect=(409,))
    key, said = str(uuid4()), answer()
    for _ in range(2):
        wire.post(f"{path}/reply", said, key=key)
    wire.post(f"{path}/reply", said)  # the same words are the same reply
    wire.post(f"{path}/reply", answer(result="另一个答复"), expect=(409,))
    return False


def other_body(wire: Wire, order: Order) -> bool:
    """Uses one key for two different requests."""
    path, key = f"{ORDERS}/{order['number']}/need-info", str(uuid4())
    wire.post(path, {"question": "请问是哪一盏灯？"}, key=key)
    wire.post(path, {"question": "请问是哪一条路？"}, key=key, expect=(422,))
    return True


def wrong_version(wire: Wire, order: Order) -> bool:
    """Writes on a version that is not the present one."""
    path = f"{ORDERS}/{order['number']}/accept"
    wire.post(path, if_match=int(order["version"]) + 7, expect=(412,))
    wire.post(path, if_match=int(order["version"]))
    return True


def empty(wire: Wire, order: Order) -> bool:
    """Replies with nothing in it."""
    path = f"{ORDERS}/{order['number']}"
    steps.accept(wire, order["number"])
    wire.post(f"{path}/reply", answer(public_reply="  "), expect=(422,))
    wire.post(f"{path}/reply", answer(result=""), expect=(422,))
    wire.post(f"{path}/reply", answer(is_solved=False), expect=(422,))
    wire.post(f"{path}/reply", {}, expect=(422,))
    return True


def evasive(wire: Wire, order: Order) -> bool:
    """Replies with words that say nothing; only a reviewer can tell."""
    steps.accept(wire, order["number"])
    said = answer(result="已知悉", public_reply="您反映的情况已收悉，感谢您的关注与支持。")
    wire.post(f"{ORDERS}/{order['number']}/reply", said)
    return False


def returns_everything(wire: Wire, order: Order) -> bool:
    """Gives every order back."""
    steps.give_back(wire, order["number"])
    return False


def foreign_order(wire: Wire, order: Order) -> bool:
    """Reaches for orders that are not its own; none of them is there."""
    stem, _, count = str(order["number"]).rpartition("-")
    for number in (f"{stem}-{int(count) + 1}", "000000000000-1", "..%2F..%2Ftickets"):
        wire.get(f"{ORDERS}/{number}", expect=(404,))
        wire.post(f"{ORDERS}/{number}/accept", expect=(404, 405))
    wire.get(f"/tickets/{order['ticket']}", expect=(403, 404))
    return True


def floods(wire: Wire, order: Order) -> bool:
    """Asks as fast as it can; who asks too often is told when to ask again."""
    path = f"/api/v1{ORDERS}/{order['number']}"
    seen = Counter[int]()
    for _ in range(FLOOD):
        said = wire.http.get(path, headers=wire.credentials)
        seen[said.status_code] += 1
        if said.status_code == 429:
            _compare(wire, "429 says when to ask again", "retry-after" in said.headers)
            break
    told = ", ".join(f"{count} × {status}" for status, count in sorted(seen.items()))
    wire.tell(f"GET {ORDERS}/{order['number']} → {told}")
    _compare(wire, "nothing but 200 and 429", seen.keys() <= {200, 429})
    return True


def drops(wire: Wire, order: Order) -> bool:
    """Hangs up in the middle of a request, then sends it whole with the same key."""
    path, key = f"{ORDERS}/{order['number']}/need-info", str(uuid4())
    body = {"question": "请问是哪一盏灯？"}
    wire.drop(path, body, key=key)
    whole = wire.post(path, body, key=key)
    asked = [each for each in whole.json()["questions"] if each["question"] == body["question"]]
    _compare(wire, "the question was asked once", len(asked) == 1)
    return True


MODES: dict[str, Misbehaviour] = {
    "late": late,
    "twice": twice,
    "other-body": other_body,
    "wrong-version": wrong_version,
    "empty": empty,
    "evasive": evasive,
    "returns-everything": returns_everything,
    "foreign-order": foreign_order,
    "floods": floods,
    "drops": drops,
}


def _compare(wire: Wire, what: str, holds: bool) -> None:
    wire.tell(f"  {'ok' if holds else '!!'} {what}")
    wire.unexpected += not holds
