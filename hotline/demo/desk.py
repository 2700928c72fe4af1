"""What the played colleagues do between calls: dispatch, review, decide, ring back; one a time."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hotline.core.clock import now
from hotline.demo.client import Colleague
from hotline.demo.seats import dispatch

# A visitor's own request is left to the visitor for a while.
MACHINES = timedelta(seconds=20)
OTHERS = timedelta(minutes=3)
EVASIVE = ("已收悉", "高度重视", "已知悉")
NOTE = "没有写明查到了什么、何时解决，请补充后重新答复。"


class Desk:
    """The colleagues' own work on what has come since `since`; the day before is the visitor's."""

    def __init__(
        self, agent: Colleague, lead: Colleague, since: datetime, dice: random.Random
    ) -> None:
        self._agent, self._lead, self._since, self._dice = agent, lead, since, dice

    def work(self) -> None:
        """Do the first thing that waits, if anything does."""
        tasks: tuple[Callable[[], bool], ...] = (
            self._dispatch,
            self._review,
            self._answer,
            self._decide,
            self._ring_back,
        )
        any(task() for task in tasks)

    def _dispatch(self) -> bool:
        for ticket in self._agent.items("/tickets", status="registered", limit=20):
            born = datetime.fromisoformat(ticket["created_at"])
            patience = MACHINES if ticket["source"] == "phone_machine" else OTHERS
            if born > self._since and now() - born > patience:
                dispatch(self._agent, ticket["number"])
                return True
        return False

    def _review(self) -> bool:
        """审核: what says nothing is sent back."""
        for order in self._orders("replied"):
            detail = self._agent.get(f"/work-orders/{order['number']}")
            said = detail["replies"][-1]["public_reply"] if detail.get("replies") else ""
            empty = any(word in said for word in EVASIVE)
            body = {"verdict": "reject", "note": NOTE} if empty else {"verdict": "complete"}
            self._agent.post(f"/work-orders/{order['number']}/review", body)
            return True
        return False

    def _answer(self) -> bool:
        for asked in self._ours(self._agent.items("/work-orders/need-info", limit=50)):
            path = f"/work-orders/{asked['order']}/need-info/{asked['id']}/answer"
            self._agent.post(path, {"answer": "诉求人说就在路口的公交站旁边。"})
            return True
        return False

    def _decide(self) -> bool:
        for asked in self._ours(self._lead.items("/work-orders/extensions", limit=50)):
            granted = self._dice.random() < 0.7
            body = {"granted": granted, "note": "同意。" if granted else "情况紧急，请按期办理。"}
            path = f"/work-orders/{asked['order']}/extensions/{asked['count']}/decide"
            self._lead.post(path, body)
            return True
        return False

    def _ring_back(self) -> bool:
        """回访, where a person does it."""
        for planned in self._agent.items("/callbacks", limit=50):
            ticket = self._agent.get(f"/tickets/{planned['ticket']}")
            if not ticket or datetime.fromisoformat(ticket["created_at"]) <= self._since:
                continue
            stars = self._dice.choice((5, 5, 4, 4, 3, 2))
            heard = {"outcome": "completed", "contacted": True, "satisfaction": stars}
            heard["resolved"] = stars > 2
            self._agent.post(f"/callbacks/{planned['id']}/result", heard)
            return True
        return False

    def _orders(self, status: str) -> list[dict[str, Any]]:
        since = self._since.isoformat()
        return self._agent.items("/work-orders", status=status, since=since, limit=50)

    def _ours(self, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows whose order was issued since; read only where there are any."""
        own = {each["number"] for each in self._orders("accepted")} if asked else set()
        return [each for each in asked if each["order"] in own and _undecided(each)]


def _undecided(row: dict[str, Any]) -> bool:
    return not (row.get("answered_at") or row.get("decided_at"))
