"""Wires in the bridge: laid when both ends are live, taken up when not wanted, never else."""

from hypothesis import given
from hypothesis import strategies as st

from telephony.channels import Outlet, SeatChannel
from telephony.patching import Patch
from telephony.wiring import Wire
from tests.telephony.legs import FakeChannel

NAMES = "abc"
BOTH = {("a", "b"), ("b", "a")}


class Careful(FakeChannel):
    """One that fails like pjsua2 when a medium without a place is touched."""

    def hear(self, other: object) -> None:
        assert isinstance(other, Careful)
        assert self.live
        assert other.live
        super().hear(other)

    def hear_no_longer(self, other: object) -> None:
        assert isinstance(other, Careful)
        assert self.live
        assert other.live
        assert other in self.hears
        super().hear_no_longer(other)

    def become(self, *, live: bool) -> None:
        for each in everybody:
            each.hears.discard(self)
        super().become(live=live)


everybody: list[Careful] = []


def plugged() -> tuple[Patch, dict[str, Careful]]:
    patch, sockets = Patch(), {name: Careful() for name in NAMES}
    everybody[:] = sockets.values()
    for name, socket in sockets.items():
        patch.plug(name, socket)
    return patch, sockets


def test_a_medium_that_comes_late_or_changes_gets_its_wires_then() -> None:
    patch, sockets = plugged()
    sockets["a"].become(live=False)
    patch.lay(BOTH)
    assert not patch.laid
    for _ in range(2):
        sockets["a"].become(live=True)
        assert sockets["a"].hears == {sockets["b"]}
        assert sockets["b"].hears == {sockets["a"]}


def test_who_is_unplugged_is_heard_no_longer_and_gets_no_wire_again() -> None:
    patch, sockets = plugged()
    patch.lay(BOTH)
    patch.unplug("a")
    assert not sockets["b"].hears
    patch.lay(BOTH)
    assert not patch.laid
    assert sockets["a"].changed is None


WIRES = st.frozensets(
    st.sampled_from([(one, other) for one in NAMES for other in NAMES if one != other])
)
STEPS = st.lists(st.one_of(WIRES, st.tuples(st.sampled_from(NAMES), st.booleans())), max_size=20)


@given(STEPS)
def test_whatever_changes_the_bridge_holds_what_is_wanted_between_live_ends(
    steps: list[frozenset[Wire] | tuple[str, bool]],
) -> None:
    patch, sockets = plugged()
    wanted = frozenset[Wire]()
    for step in steps:
        if isinstance(step, frozenset):
            wanted = step
            patch.lay(wanted)
        else:
            name, live = step
            sockets[name].become(live=live)
        there = {
            (speaker, hearer)
            for hearer in NAMES
            for speaker in NAMES
            if sockets[speaker] in sockets[hearer].hears
        }
        live_ends = {name for name in NAMES if sockets[name].live}
        assert there == {wire for wire in wanted if live_ends.issuperset(wire)} == patch.laid


class Port:
    """A port of the bridge that knows where it is sent."""

    on = False
    pull = push = None
    heard = 0

    def __init__(self, _name: str = "") -> None:
        self.to: set[object] = set()

    def startTransmit(self, other: object) -> None:
        self.to.add(other)

    def stopTransmit(self, other: object) -> None:
        self.to.remove(other)

    def take(self) -> list[bytes]:
        return []

    def stop(self) -> None:
        """Nothing is said."""


class Telephone(Outlet):
    """A SIP leg's channel as the bridge sees it."""

    def __init__(self) -> None:
        super().__init__()
        self._voice = self._ear = Port()

    def disconnect(self) -> None:
        self._become(None)


def test_a_browsers_ports_go_back_to_the_pool_with_no_wire_left() -> None:
    seat = SeatChannel.__new__(SeatChannel)
    Outlet.__init__(seat)
    seat.tap, seat._earpiece, seat._sink = Port(), Port(), Port()  # type: ignore[assignment]
    seat.source = Port()  # type: ignore[assignment]
    phone, other = Telephone(), Telephone()
    seat.open(lambda: None, lambda _frames: None)
    for each in (phone, other):
        each.hear(seat)
        seat.hear(each)
    other.disconnect()
    seat.release()
    assert isinstance(phone._voice, Port)
    assert seat._earpiece not in phone._voice.to
    assert not seat.tap.to & {phone._ear, seat._sink}
    assert not seat.live
