"""Whatever callers, agents and workers do in whichever order: no stuck agent, no ghost call."""

import uuid
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from sqlmodel import Session

from hotline.core import clock
from hotline.core.settings import Settings
from hotline.switch import recovery
from telephony import owed, parties, queueing, seats
from telephony.acd import IN_A_CALL
from telephony.models import Call, Seat
from telephony.ordering import Verb
from telephony.orders import Invite, seat_party
from tests.telephony.floor_scene import Floor

STEPS = 50


class Walk:
    """One day on the floor, by dice."""

    def __init__(self, scene: Floor, dice: Random, folder: Path) -> None:
        self.scene, self.dice, self.folder = scene, dice, folder
        self.seats = [
            scene.seat(f"agent{number}", skills={"bo": 7} if number == 0 else {})
            for number in range(4)
        ]
        self.calls: list[Call] = []
        self.invites: list[Invite] = []

    def step(self) -> None:
        """Let one thing happen, then a moment pass."""
        acts: list[Callable[[], None]] = [
            *(self.arrive, self.arrive, self.arrive, self.answer, self.answer, self.hang_up),
            *(self.miss, self.rest, self.come_back, self.end, self.speak_tibetan, self.hand_on),
            *(self.transfer, self.join, self.refuse, self.go_home),
        ]
        self.dice.choice(acts)()
        told = self.scene.later(self.dice.choice([0.5, 5, 50]))
        self.invites += [each for each in told if isinstance(each, Invite)]

    def arrive(self) -> None:
        if len(self.open()) < 6:
            self.calls.append(self.scene.call(f"139000000{self.dice.randrange(10, 99)}"))

    def answer(self) -> None:
        for seat, call in self.offered():
            if seat_party(seat.account_id) not in {each.party for each in self.invites}:
                self.scene.connect(call, seat)
                return

    def miss(self) -> None:
        for seat, call in self.offered():
            outcome = self.dice.choice(["no_answer", "busy", "lost", "too_late", "caller_gone"])
            self.scene.gone(call, seat, outcome)
            return

    def hang_up(self) -> None:
        for seat in self.seats:
            if seat.status == "talking" and seat.call_id:
                call = self.scene.session.get_one(Call, seat.call_id)
                self.scene.ask(seat, Verb.HANG_UP, call)
                self.scene.gone(call, seat, "hung_up", talked=True)
                if not seats.holding(self.scene.session, call):
                    self.scene.end(call, "agent_hung_up")
                return

    def rest(self) -> None:
        seat = self.dice.choice(self.seats)
        if seat.wanted != "logged_off":
            seats.pause(seat, "用餐")

    def come_back(self) -> None:
        seats.log_in(self.scene.session, self.dice.choice(self.seats))

    def go_home(self) -> None:
        seats.log_off(self.dice.choice(self.seats))

    def end(self) -> None:
        if calls := self.open():
            self.scene.end(self.dice.choice(calls))

    def speak_tibetan(self) -> None:
        if calls := self.open():
            self.scene.press(self.dice.choice(calls), "2")

    def hand_on(self) -> None:
        for seat in self.seats:
            if seat.status == "talking" and seat.call_id:
                call = self.scene.session.get_one(Call, seat.call_id)
                self.scene.ask(seat, Verb.HAND_OVER_LANGUAGE, call, language="bo")
                self.scene.gone(call, seat, "hung_up", talked=True)
                return

    def transfer(self) -> None:
        for seat in self.seats:
            other = self.dice.choice(self.seats)
            if seat.status == "talking" and seat.call_id:
                call = self.scene.session.get_one(Call, seat.call_id)
                verb = self.dice.choice([Verb.TRANSFER, Verb.CONSULT])
                told, _ = self.scene.ask(seat, verb, call, seat=other.account_id)
                self.invites += told
                return

    def join(self) -> None:
        if self.invites:
            invite = self.invites.pop()
            call = self.scene.session.get_one(Call, _id(invite))
            for leave in self.scene.joined(call, invite.party):
                seat = next(
                    each for each in self.seats if seat_party(each.account_id) == leave.party
                )
                self.scene.gone(call, seat, "hung_up", talked=True)

    def refuse(self) -> None:
        if self.invites:
            invite = self.invites.pop()
            call = self.scene.session.get_one(Call, _id(invite))
            self.scene.parted(call, invite.party, "no_answer")

    def open(self) -> list[Call]:
        return [each for each in self.calls if each.ended_at is None]

    def offered(self) -> list[tuple[Seat, Call]]:
        return [
            (seat, self.scene.session.get_one(Call, seat.call_id))
            for seat in self.seats
            if seat.status == "offered" and seat.call_id
        ]

    def check(self) -> None:
        """No seat without its call, no call with two who were offered it, nobody left in a gap."""
        session = self.scene.session
        for seat in self.seats:
            assert (seat.call_id is not None) == (seat.status in IN_A_CALL)
            if seat.call_id:
                assert session.get_one(Call, seat.call_id).ended_at is None
        waiting = queueing.open_entries(session)
        shown = owed.shown(session)
        for call, entry in waiting:
            held = seats.holding(session, call)
            plain = [each for each in held if not _purpose(session, call, each)]
            assert len(plain) <= 1
            waited = (self.scene.now - (call.queued_at or entry.entered_at)).total_seconds()
            if not held and waited > self.scene.own.queue_anybody_s:
                assert not [
                    each.username
                    for each in self.seats
                    if each.status == "ready" and each.account_id not in shown
                ]

    def close(self) -> None:
        """Let everything die at once: nobody is stuck, and everybody is owed a call."""
        left = self.open()
        recovery.lose_calls(self.scene.session, Settings(data_dir=self.folder), alive=set())
        self.scene.now = max(clock.now(), self.scene.now)  # by which the recovery went
        self.scene.later(self.scene.own.wrap_up_s + 1)
        assert {seat.status for seat in self.seats} <= {"ready", "paused", "logged_off"}
        assert queueing.open_entries(self.scene.session) == []
        owing = {row.person_id for row in owed.open_ones(self.scene.session)}
        assert {call.person_id for call in left} <= owing
        for call in self.calls:
            assert parties.here(self.scene.session, call.id) == []


def _purpose(session: Session, call: Call, seat: Seat) -> str:
    row = parties.find(session, call.id, seat_party(seat.account_id))
    return row.purpose if row else ""


def _id(invite: Invite) -> uuid.UUID:
    return uuid.UUID(invite.call_id)


@pytest.mark.parametrize("seed", range(3))
def test_a_day_on_the_floor(session: Session, now: datetime, tmp_path: Path, seed: int) -> None:
    walk = Walk(Floor(session, now), Random(seed), tmp_path)  # noqa: S311  # dice, no secret
    for _ in range(STEPS):
        walk.step()
        walk.check()
    assert any(call.connected_at for call in walk.calls)
    walk.close()
