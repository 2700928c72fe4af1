"""漏接回拨 over HTTP: an agent takes one who is owed a call, and says what came of it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import col

from dispatch.sealing import reach
from hotline.api.fields import RowId
from hotline.api.queue_views import missed_out
from hotline.api.schemas_queue import GivenUp, GiveUpIn, MissedOut
from hotline.api.seats import OwnSeat
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import permit
from hotline.web.idempotency import Body
from hotline.web.problems import READING, WRITING
from telephony import ordering, owed, returning
from telephony.models import Call
from telephony.models_queue import MissedCall

router = APIRouter(prefix="/api/v1/missed-calls", tags=["calls"], responses=READING)

Worker = Annotated[Actor, Depends(permit(Permission.QUEUE_WORK))]
MISSED: dict[str, Any] = {"response_model": MissedOut, "responses": WRITING}


class Missed:
    """One row, and the write that it is changed in; who may not see its call finds none."""

    def __init__(self, actor: Worker, missed_id: RowId, seat: OwnSeat, write: Writing) -> None:
        self.seat, self.session = seat, write.session
        self._actor, self._id, self._write = actor, missed_id, write

    def change(self, act: Callable[[MissedCall], None], given: str = "") -> Any:
        """Return the row as `act` leaves it, by nobody but who has it."""

        def changed() -> MissedOut:
            row = self._row()
            returning.require_takeable(row, self.seat.account_id)
            act(row)
            ordering.wake(self.session)
            self.session.flush()
            return self._shown(row)

        def again(kept: Body | None) -> MissedOut | Body:
            row = self._row()
            return kept or self._shown(row)

        return self._write.once(changed, self._actor, given, again=again)

    @property
    def by(self) -> str:
        return str(self._actor)

    def _row(self) -> MissedCall:
        seen = reach.calls(self._actor, col(Call.id))
        return returning.find_missed(self.session, self._id, seen=seen)

    def _shown(self, row: MissedCall) -> MissedOut:
        return missed_out(self.session, [row])[0]


OneMissed = Annotated[Missed, Depends()]


@router.post("/{missed_id}/take", operation_id="take_missed_call", summary="Take (认领)", **MISSED)
def take_missed_call(missed: OneMissed) -> Any:
    """认领: it is one's own to call, until one dials, gives it up or lets it lie."""

    def take(row: MissedCall) -> None:
        returning.take(missed.session, missed.seat, row, now=now())

    return missed.change(take)


@router.post("/{missed_id}/done", operation_id="close_missed_call", summary="Done (已回)", **MISSED)
def close_missed_call(missed: OneMissed) -> Any:
    """已回: they were heard by another way; nothing is owed any more."""

    def done(row: MissedCall) -> None:
        owed.close(missed.session, row, owed.RETURNED, by=missed.by, now=now())

    return missed.change(done)


@router.post(
    "/{missed_id}/give-up", operation_id="give_up_missed_call", summary="Give up (放弃)", **MISSED
)
def give_up_missed_call(missed: OneMissed, given: GiveUpIn) -> Any:
    """放弃: leave it to a colleague later (`not_now`), or for good, saying why."""

    def give_up(row: MissedCall) -> None:
        if given.reason is GivenUp.NOT_NOW:
            returning.leave_to_others(missed.session, missed.seat, row, now=now())
        else:
            owed.close(missed.session, row, given.reason, by=missed.by, now=now())

    return missed.change(give_up, given.model_dump_json())
