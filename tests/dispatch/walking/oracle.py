"""A slow second opinion: which clocks run, and until when, told from a ticket's story alone.

It shares nothing with `dispatch` but the calendar's days.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from hotline.core.events import Event
from tests.dispatch.walking.running import REPLY, Clocks, Key

OF_ORDERS = ("accept_by", "contact_by", "return_by")
ENDS = {"ticket.closed", "ticket.answered", "ticket.declined", "ticket.withdrawn"}


@dataclass
class Oracle:
    """What runs after each event of one ticket's story."""

    clocks: Clocks
    lead: str = ""  # the order that leads: open, or completed in this round
    roles: dict[str, str] = field(default_factory=dict)
    redo: str = ""
    settled: bool = False
    contested: bool = False

    def read(self, story: Iterable[Event]) -> dict[Key, datetime]:
        """Return when what runs at the end of the story is due; standing clocks too."""
        for event in story:
            reader = getattr(self, "_" + event.type.replace(".", "_"), None)
            if reader:
                reader(event)
            elif event.type in ENDS:
                self._end()
        return {key: each.due for key, each in self.clocks.running.items()}

    def _ticket_registered(self, event: Event) -> None:
        self.clocks.start(event.chain, "dispatch_by", event.at)

    def _order_dispatched(self, event: Event) -> None:
        order = event.refs["order"]
        above = event.refs.get("parent", "")
        self.roles[order] = "below" if above else event.refs["role"]
        if above:
            for kind in (*OF_ORDERS, "reply_by"):
                self.clocks.start(f"order:{order}", kind, event.at, above=f"order:{above}")
        if self.redo == "rectify":
            self.redo, self.lead = "", order
            for kind in ("rectify_by", *OF_ORDERS):
                self.clocks.start(f"order:{order}", kind, event.at)

    def _ticket_dispatched(self, event: Event) -> None:
        for order in event.refs["orders"]:
            if self.roles[order] == "lead":
                self.clocks.stop(event.chain, "dispatch_by")
            self._take_up(event.chain, order, event.at)

    def _arbitration_opened(self, event: Event) -> None:
        self.contested = True
        self.clocks.stop(event.chain, "dispatch_by")
        self.clocks.start(event.chain, "arbitrate_by", event.at)

    def _arbitration_decided(self, event: Event) -> None:
        self.contested = False
        self.clocks.stop(event.chain, "dispatch_by", "arbitrate_by")
        order = event.refs["order"]
        self._take_up(event.chain, order, event.at, without=("return_by",))

    def _take_up(self, chain: str, order: str, at: datetime, without: tuple[str, ...] = ()) -> None:
        """Let a new order's clocks begin; a lead goes on with the reply clock that runs."""
        subject, kinds = f"order:{order}", [kind for kind in OF_ORDERS if kind not in without]
        leads = self.roles[order] == "lead"
        if leads:
            self.lead = order
        if leads and self.clocks.replies(chain):
            self.clocks.carry(chain, subject)
        else:
            kinds.append("reply_by")
        for kind in kinds:
            self.clocks.start(subject, kind, at)
        if "reply_by" in kinds and (chain, "review_by") in self.clocks.running:
            self.clocks.running[subject, "reply_by"].still_since = at  # 挂账: it waits too

    def _order_accepted(self, event: Event) -> None:
        self.clocks.stop(_subject(event), "accept_by")

    def _order_contacted(self, event: Event) -> None:
        if event.refs["reached"]:
            self.clocks.stop(_subject(event), "contact_by")

    def _order_replied(self, event: Event) -> None:
        subject = _subject(event)
        for kind in self.clocks.replies(subject):
            self.clocks.run_on(subject, kind, event.at)
        self.clocks.stop(subject, *REPLY, "return_by")

    def _order_reply_rejected(self, event: Event) -> None:
        self.clocks.settle_return(_subject(event))
        self._goes_on(event)

    def _goes_on(self, event: Event) -> None:
        subject = _subject(event)
        self.clocks.resume(subject)
        review = self.clocks.running.get((event.chain, "review_by"))
        if review:  # 挂账: it waits again
            self.clocks.wait_again(subject, review.start)

    def _order_reply_withdrawn(self, event: Event) -> None:
        self.clocks.resume_for_return(_subject(event))
        self._goes_on(event)

    def _order_completed(self, event: Event) -> None:
        self.clocks.stop_on(_subject(event))

    def _order_returned(self, event: Event) -> None:
        self._let_go(event)
        self._seek(event)

    def _order_recalled(self, event: Event) -> None:
        if event.refs["why"] in ("handed_over", "withdrawn"):
            self.clocks.stop_on(_subject(event))
            return
        self._let_go(event)
        if event.refs["why"] == "recalled":
            self._seek(event)

    def _let_go(self, event: Event) -> None:
        """Leave a lead's reply clock on the ticket, wherever it had stopped; stop the rest."""
        subject, order = _subject(event), event.refs["order"]
        if self.roles[order] == "lead":
            self.lead = ""
            if not self.clocks.replies(subject):
                self.clocks.resume(subject)
            self.clocks.carry(subject, event.chain)
        self.clocks.stop_on(subject)

    def _ticket_returned(self, event: Event) -> None:
        self._seek(event)

    def _seek(self, event: Event) -> None:
        """Begin the dispatch clock of a ticket that nobody leads and nobody arbitrates."""
        sought = (event.chain, "dispatch_by") in self.clocks.running
        if not (self.lead or self.contested or sought):
            self.clocks.start(event.chain, "dispatch_by", event.at)

    def _ticket_settled(self, _event: Event) -> None:
        self.settled = True

    def _callback_planned(self, event: Event) -> None:
        if (event.chain, "callback_by") not in self.clocks.running:
            self.clocks.start(event.chain, "callback_by", event.at)

    def _ticket_handed_over(self, event: Event) -> None:
        self._end()
        self.clocks.start(event.chain, "acknowledge_by", event.at)

    def _hand_over_acknowledged(self, _event: Event) -> None:
        self._end()

    def _ticket_reopened(self, event: Event) -> None:
        rectified = self.settled
        self._end(but="feedback_by")  # a 督办 asks on; where it does not, its own event says so
        if rectified:
            self.redo = "rectify"
        else:
            self.clocks.start(event.chain, "dispatch_by", event.at)

    def _end(self, *, but: str = "") -> None:
        self.clocks.stop_all(but=but)
        self.lead, self.settled, self.contested = "", False, False

    def _extension_granted(self, event: Event) -> None:
        self.clocks.lengthen(_subject(event), f"{event.refs['working_days']}wd")

    def _ticket_suspended(self, event: Event) -> None:
        self.clocks.stand_still(event.at)
        review = date.fromisoformat(event.refs["review_on"])
        self.clocks.start_until_close(event.chain, "review_by", event.at, review)

    def _ticket_suspension_ended(self, event: Event) -> None:
        self.clocks.stop(event.chain, "review_by")
        for subject, kind in sorted(
            self.clocks.running, key=lambda key: len(key[0])
        ):  # above first
            self.clocks.run_on(subject, kind, event.at)
        for clock in self.clocks.stopped.values():
            clock.still_since = None

    def _supervision_raised(self, event: Event) -> None:
        subject = f"supervision:{event.refs['supervision']}"
        self.clocks.start(subject, "feedback_by", event.at)

    def _supervision_answered(self, event: Event) -> None:
        self.clocks.stop_on(f"supervision:{event.refs['supervision']}")

    _supervision_lifted = _supervision_answered


def _subject(event: Event) -> str:
    return f"order:{event.refs['order']}"
