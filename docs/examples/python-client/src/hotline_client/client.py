"""A department's work orders: read, taken, worked on, answered, compared."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from hotline_client.models import (
    Accepted,
    ChangePage,
    CoHandling,
    Digest,
    Line,
    Mismatch,
    Order,
    OrderSummary,
)
from hotline_client.sending import Sender

ORDERS = "/api/v1/work-orders"


class Hotline:
    """One hotline, as one department's system sees it. Use it as a context manager.

    Writes take `version`, the one that was read: Stale is raised where somebody was faster; and
    `key`, for who must repeat a request after a restart (else each call has a key of its own).
    """

    def __init__(
        self,
        url: str,
        auth: httpx.Auth,
        *,
        timeout_s: float = 30.0,
        tries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(base_url=url, auth=auth, timeout=timeout_s)
        self._sender = Sender(self._http, tries=tries, sleep=sleep)

    def __enter__(self) -> "Hotline":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def orders(
        self, *, status: str | None = None, since: datetime | None = None, page: int = 100
    ) -> Iterator[OrderSummary]:
        """Yield the orders as they were issued, page after page."""
        cursor: str | None = None
        while True:
            asked = {
                "status": status,
                "since": since.isoformat() if since else None,
                "cursor": cursor,
                "limit": page,
            }
            body = self._sender.get(ORDERS, asked).json()
            for each in body["items"]:
                yield OrderSummary.model_validate(each)
            cursor = body["next"]
            if not cursor:
                return

    def order(self, number: str) -> Order:
        """Return the order with its clocks, contacts, questions and replies."""
        return Order.model_validate(self._sender.get(f"{ORDERS}/{number}").json())

    def accept(self, number: str, **how: Any) -> Order:
        """签收."""
        return self._write(number, "accept", None, **how)

    def accept_many(self, numbers: Iterable[str], *, key: str | None = None) -> list[Accepted]:
        """批量签收: up to 200 at once; each has a result of its own."""
        body = {"numbers": list(numbers)}
        answer = self._sender.post(f"{ORDERS}/accept", body, key=key).json()
        return [Accepted.model_validate(each) for each in answer["items"]]

    def log_contact(
        self, number: str, *, reached: bool, note: str = "", at: datetime | None = None, **how: Any
    ) -> Order:
        """联系记录."""
        moment = at.isoformat() if at else None
        body = {"reached": reached, "note": note, "at": moment}
        return self._write(number, "contacts", body, **how)

    def give_back(
        self, number: str, *, reason: str, basis: str, suggested: str | None = None, **how: Any
    ) -> Order:
        """退单: `reason` is a code, `basis` the duty list or article, `suggested` whose it is."""
        body = {"reason": reason, "basis": basis, "suggested_department": suggested}
        return self._write(number, "return", body, **how)

    def reply(
        self,
        number: str,
        *,
        result: str,
        public_reply: str,
        is_true: bool = True,
        is_solved: bool = True,
        unsolved_reason: str | None = None,
        contacted_at: datetime | None = None,
        signed_off_by: str | None = None,
        **how: Any,
    ) -> Order:
        """答复."""
        body = {
            "result": result,
            "is_true": is_true,
            "is_solved": is_solved,
            "unsolved_reason": unsolved_reason,
            "public_reply": public_reply,
            "contacted_at": contacted_at.isoformat() if contacted_at else None,
            "signed_off_by": signed_off_by,
        }
        return self._write(number, "reply", body, **how)

    def withdraw_reply(self, number: str, reason: str, **how: Any) -> Order:
        """撤回答复, before it is reviewed."""
        return self._write(number, "withdraw-reply", {"reason": reason}, **how)

    def extend(self, number: str, working_days: int, reason: str, **how: Any) -> Order:
        """申请延期."""
        body = {"working_days": working_days, "reason": reason}
        return self._write(number, "extensions", body, **how)

    def ask(self, number: str, question: str, **how: Any) -> Order:
        """请求补充: an agent asks the requester; the answer comes in `questions`."""
        return self._write(number, "need-info", {"question": question}, **how)

    def give_on(self, number: str, departments: Sequence[str], note: str = "", **how: Any) -> Order:
        """转派 to units below."""
        body = {"departments": list(departments), "note": note}
        return self._write(number, "onward", body, **how)

    def ask_for_help(self, number: str, department: str, reason: str, **how: Any) -> Order:
        """申请协办."""
        body = {"department": department, "reason": reason}
        return self._write(number, "co-handling", body, **how)

    def co_handling(self, number: str) -> CoHandling:
        """Return whose help was asked for and, for the lead, what the assisting units did."""
        return CoHandling.model_validate(self._sender.get(f"{ORDERS}/{number}/co-handling").json())

    def attach(self, number: str, file: Path, *, key: str | None = None) -> dict[str, Any]:
        """Add a file to the order; return what the hotline says of it."""
        with file.open("rb") as source:
            files = {"file": (file.name, source.read())}
        path = f"{ORDERS}/{number}/attachments"
        return dict(self._sender.post(path, key=key, files=files).json())

    def changes(self, since: str = "") -> ChangePage:
        """Return one page of the feed; `feed.Follower` reads on and on."""
        answer = self._sender.get(f"{ORDERS}/changes", {"since": since or None})
        return ChangePage.model_validate(answer.json())

    def digest(self, day: date) -> Digest:
        """Return count and hash of the orders issued on that day (Beijing time)."""
        answer = self._sender.get(f"{ORDERS}/digest", {"day": day.isoformat()})
        return Digest.model_validate(answer.json())

    def compare(self, day: date, lines: Iterable[Line]) -> Mismatch:
        """Return how the hotline's list of that day differs from these lines."""
        body = {"day": day.isoformat(), "orders": [each.model_dump() for each in lines]}
        return Mismatch.model_validate(self._sender.post(f"{ORDERS}/digest", body).json())

    def _write(
        self,
        number: str,
        action: str,
        body: Any,
        *,
        version: int | None = None,
        key: str | None = None,
    ) -> Order:
        path = f"{ORDERS}/{number}/{action}"
        answer = self._sender.post(path, body, if_match=version, key=key)
        return Order.model_validate(answer.json())
