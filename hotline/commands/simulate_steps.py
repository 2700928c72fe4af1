"""What a simulated department does with an order, one step after the other."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hotline.commands.simulate_wire import Wire

Step = Callable[[Wire, str], object]

ORDERS = "/work-orders"


def accept(wire: Wire, number: str) -> object:
    """签收; an order that is accepted already stays so."""
    return wire.post(f"{ORDERS}/{number}/accept", expect=(200, 409))


def contact(wire: Wire, number: str) -> object:
    """联系记录."""
    body = {"reached": True, "note": "已电话联系诉求人，核实地点", "at": _now()}
    return wire.post(f"{ORDERS}/{number}/contacts", body)


def ask(wire: Wire, number: str) -> object:
    """请求补充."""
    return wire.post(f"{ORDERS}/{number}/need-info", {"question": "请问附近有什么门牌？"})


def extend(wire: Wire, number: str) -> object:
    """申请延期; refused where the policy gives no more, or one is asked for already."""
    body = {"working_days": 2, "reason": "需更换的材料正在运输"}
    return wire.post(f"{ORDERS}/{number}/extensions", body, expect=(200, 409, 422))


def give_back(wire: Wire, number: str) -> object:
    """退单; refused after its limit and where arbitration decided."""
    body = {"reason": "unclear_duty", "basis": "三定方案未列此项"}
    return wire.post(f"{ORDERS}/{number}/return", body, expect=(200, 409))


def reply(wire: Wire, number: str) -> object:
    """答复."""
    return wire.post(f"{ORDERS}/{number}/reply", answer())


def withdraw(wire: Wire, number: str) -> object:
    """撤回答复."""
    return wire.post(f"{ORDERS}/{number}/withdraw-reply", {"reason": "误填了另一件的结果"})


STEPS: dict[str, Step] = {
    "accept": accept,
    "contact": contact,
    "ask": ask,
    "extend": extend,
    "return": give_back,
    "reply": reply,
    "withdraw": withdraw,
}
USUAL = ("accept", "contact", "reply")


def answer(**changes: Any) -> dict[str, Any]:
    """Return a reply that a reviewer lets stand, changed where asked."""
    return {
        "result": "已到现场核查并处理，当日完成。",
        "is_true": True,
        "is_solved": True,
        "public_reply": "您反映的问题我们已到现场核查并处理完毕，感谢您的监督。",
        "contacted_at": _now(),
        **changes,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat()
