"""The played agents at their desk phones: they log in, take calls, and write them down."""

from typing import Any

from hotline.demo.client import Colleague

ME = "/seats/me"
HEARD = ("transcribed", "failed")
DESK = "540100-desk"


class Seat:
    """One agent's seat; it answers by the town's telephone of the agent's name."""

    def __init__(self, agent: Colleague, port: int) -> None:
        self.agent = agent
        self._address = f"sip:{agent.name}@127.0.0.1:{port}"
        self._written: set[str] = set()

    def log_in(self) -> None:
        """签入, at the desk phone."""
        self.agent.put(ME, {"kind": "desk", "address": self._address})
        self.agent.post(f"{ME}/log-in")

    def log_off(self) -> None:
        """签出."""
        self.agent.post(f"{ME}/log-off")

    def work(self, calls: list[dict[str, Any]]) -> None:
        """Be ready again after a call that was missed, and register what others said."""
        seat = self.agent.get(ME)
        if seat.get("status") == "paused":
            self.agent.post(f"{ME}/unpause")
        for call in calls:
            if call["id"] not in self._written and call["recording"] in HEARD:
                self._write_down(call)

    def _write_down(self, call: dict[str, Any]) -> None:
        """登记、派单: one's own call as a ticket, to whom was proposed, and the call's code."""
        self._written.add(call["id"])
        detail = self.agent.get(f"/calls/{call['id']}")
        if detail.get("agent") != self.agent.name or detail["ticket"]:
            return
        said = [each["text"] for each in detail["utterances"] if each["speaker"] != "agent"]
        text = "".join(said).strip()
        made = self.agent.post("/tickets", {"call_id": call["id"], "text": text}) if text else {}
        if made:
            dispatch(self.agent, made["number"])
        code = "registered" if made else "silent"
        self.agent.post(f"/calls/{call['id']}/wrap-up", {"code": code})


def dispatch(agent: Colleague, number: str) -> None:
    """派单, to whom was proposed; to the desk itself where nobody was."""
    if not agent.post(f"/tickets/{number}/dispatch"):
        agent.post(f"/tickets/{number}/dispatch", {"departments": [DESK]})
