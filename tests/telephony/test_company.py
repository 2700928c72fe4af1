"""Who hears whom in a call, as agents fetch people, ask apart, meet, hand over and leave."""

from dataclasses import dataclass, field

import pytest

from telephony.company import CALLER, Company
from telephony.wiring import Listening, Part
from tests.telephony.legs import FakeChannel
from tests.telephony.lines import VOICE


@dataclass
class Somebody:
    """A companion who says one frame at a time."""

    name: str
    part: Part
    ready: bool = True
    apart: bool = False
    listening: Listening = Listening.MONITOR
    channel: FakeChannel = field(default_factory=FakeChannel)
    joins: int = 0
    left: bool = False

    def joined(self) -> None:
        self.joins += 1

    def take(self) -> list[bytes]:
        return [VOICE]

    def leave(self) -> None:
        self.left = True

    def withdraw(self) -> None:
        self.left = True


class Table:
    """A company and everybody's ears."""

    def __init__(self) -> None:
        self.channels = {CALLER: FakeChannel()}
        self.company = Company(self.channels[CALLER])
        self.people: dict[str, Somebody] = {}

    def seat(self, name: str, part: Part, *, apart: bool = False, ready: bool = True) -> Somebody:
        """Ring somebody; who is ready is let in."""
        one = Somebody(name, part, ready=ready, apart=apart)
        self.people[name], self.channels[name] = one, one.channel
        self.company.expect(one)
        if ready:
            self.company.admit()
        return one

    def hears(self, name: str) -> set[str]:
        found = self.channels[name].hears
        return {other for other, channel in self.channels.items() if channel in found}

    @property
    def kept(self) -> set[str]:
        """Whose voices are kept beside the caller's."""
        return set(self.company.take())


@pytest.fixture
def table() -> Table:
    made = Table()
    made.seat("agent", Part.AGENT)
    return made


def answer(table: Table, somebody: Somebody) -> bool:
    """Let somebody answer; return whether they may be let in to the caller."""
    somebody.ready = True
    return table.company.ready


def test_who_is_rung_hears_nothing_before_they_are_let_in() -> None:
    table = Table()
    agent = table.seat("agent", Part.AGENT, ready=False)
    assert table.company.rung
    assert not table.company.ready
    assert not table.company.attended
    assert answer(table, agent)
    assert table.hears("agent") == set()
    table.company.admit()
    table.company.admit()
    assert (table.hears("agent"), table.hears(CALLER), agent.joins) == ({CALLER}, {"agent"}, 1)


def test_a_held_caller_hears_nobody_and_nobody_hears_them(table: Table) -> None:
    table.company.hold(True)
    assert (table.hears(CALLER), table.hears("agent"), table.kept) == (set(), set(), set())
    table.company.hold(False)
    assert (table.hears(CALLER), table.kept) == ({"agent"}, {"agent"})


def test_a_consultation_is_held_apart_from_its_first_ring_until_all_meet(table: Table) -> None:
    expert = table.seat("expert", Part.EXPERT, apart=True, ready=False)
    assert table.company.held
    assert table.hears(CALLER) == set()
    expert.ready = True
    table.company.admit()
    assert (table.hears("agent"), table.hears("expert")) == ({"expert"}, {"agent"})
    assert table.kept == set()  # what the caller could not hear is not kept
    table.company.meet()
    assert table.hears(CALLER) == {"agent", "expert"}
    assert table.kept == {"agent", "expert"}


def test_a_consultation_in_vain_gives_the_caller_back_to_their_agent(table: Table) -> None:
    expert = table.seat("expert", Part.EXPERT, apart=True, ready=False)
    assert not table.company.part(expert)
    assert (table.company.held, table.hears(CALLER)) == (False, {"agent"})


def test_whom_the_agent_held_on_purpose_stays_held_when_a_third_one_leaves(table: Table) -> None:
    table.company.hold(True)
    expert = table.seat("expert", Part.EXPERT, apart=True)
    table.company.part(expert)
    assert table.company.held


def test_an_agent_who_leaves_their_consultation_leaves_caller_and_expert_talking(
    table: Table,
) -> None:
    table.seat("expert", Part.EXPERT, apart=True)
    assert not table.company.part(table.people["agent"])
    assert (table.hears(CALLER), table.hears("expert")) == ({"expert"}, {CALLER})
    assert table.company.attended
    assert table.company.part(table.people["expert"])


def test_an_agent_who_leaves_while_another_is_rung_leaves_nobody_who_talks(table: Table) -> None:
    table.seat("expert", Part.EXPERT, apart=True, ready=False)
    assert table.company.part(table.people["agent"])
    assert table.company.rung
    assert not table.company.held


def test_a_supervisor_is_no_company_for_a_caller(table: Table) -> None:
    boss = table.seat("boss", Part.SUPERVISOR)
    assert table.hears("boss") == {CALLER, "agent"}
    assert table.hears("agent") == {CALLER}
    assert table.company.listen("boss", Listening.WHISPER)
    assert (table.hears("agent"), table.hears(CALLER)) == ({CALLER, "boss"}, {"agent"})
    assert table.kept == {"agent"}
    assert table.company.listen("boss", Listening.BARGE)
    assert table.kept == {"agent", "boss"}
    assert table.company.part(table.people["agent"])
    assert not table.company.rung
    assert not table.company.part(boss)


def test_who_is_muted_is_heard_by_nobody_and_not_kept(table: Table) -> None:
    assert table.company.mute("agent", True)
    assert (table.hears(CALLER), table.hears("agent"), table.kept) == (set(), {CALLER}, set())
    assert table.company.mute("agent", False)
    assert table.kept == {"agent"}


def test_nobody_is_muted_or_listens_who_is_not_there(table: Table) -> None:
    assert not table.company.mute("nobody", True)
    assert not table.company.listen("nobody", Listening.BARGE)
    table.company.part(table.people["agent"])
    assert not table.company.part(table.people["agent"])
    assert not table.company.mute("agent", True)


def test_a_medium_that_changes_is_wired_again(table: Table) -> None:
    table.channels[CALLER].become(live=False)
    assert table.hears(CALLER) == set()
    table.channels["agent"].hears.clear()  # the bridge took it out with the medium
    table.channels[CALLER].become(live=True)
    assert (table.hears(CALLER), table.hears("agent")) == ({"agent"}, {CALLER})
