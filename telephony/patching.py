"""The wires between the channels of one call, laid and taken up in the bridge as parties change.

Only what is live is touched: pjsua2 aborts on a medium that has no place in the bridge, and a
place that was given up may be another call's already (telephony.md, trap F).
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from telephony.wiring import Wire


class Socket(Protocol):
    """Where a party is plugged in; `watch` has it told of each change of its medium."""

    @property
    def live(self) -> bool: ...
    def watch(self, changed: Callable[[], None] | None) -> None: ...
    def hear(self, other: Any) -> None: ...
    def hear_no_longer(self, other: Any) -> None: ...


class Patch:
    """What is wanted, and what of it is laid."""

    def __init__(self) -> None:
        self._sockets: dict[str, Socket] = {}
        self._wanted: frozenset[Wire] = frozenset()
        self._laid: set[Wire] = set()

    @property
    def laid(self) -> frozenset[Wire]:
        return frozenset(self._laid)

    def plug(self, name: str, socket: Socket) -> None:
        """Let a party have wires from now on."""
        self._sockets[name] = socket
        socket.watch(lambda: self._changed(name))
        self._follow()

    def unplug(self, name: str) -> None:
        """Take up a party's wires, where both ends are still there; they get no more."""
        self.lay(_without(self._wanted, name))
        if socket := self._sockets.pop(name, None):
            socket.watch(None)

    def lay(self, wanted: Iterable[Wire]) -> None:
        """Have these wires and no others, as far as both ends are live, now and later."""
        self._wanted = frozenset(wanted)
        self._follow()

    def _changed(self, name: str) -> None:
        """A party's medium came, went or was renewed: what hung on the old one went with it."""
        self._laid = set(_without(self._laid, name))
        self._follow()

    def _follow(self) -> None:
        possible = {wire for wire in self._wanted if self._live(wire)}
        for speaker, hearer in self._laid - possible:
            if self._live((speaker, hearer)):
                self._sockets[hearer].hear_no_longer(self._sockets[speaker])
        for speaker, hearer in possible - self._laid:
            self._sockets[hearer].hear(self._sockets[speaker])
        self._laid = possible

    def _live(self, wire: Wire) -> bool:
        return all(name in self._sockets and self._sockets[name].live for name in wire)


def _without(wires: Iterable[Wire], name: str) -> frozenset[Wire]:
    return frozenset(wire for wire in wires if name not in wire)
