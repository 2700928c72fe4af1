"""What an action is: the event of its own, the states it fits, and how it is entered."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.dispatch.walking.place import Act, Place

Prepare = Callable[[Place], Act | None]


@dataclass(frozen=True)
class Action:
    """The event of its own that an action leaves, and in which states of a ticket it fits."""

    event: str
    when: frozenset[str]
    often: int
    prepare: Prepare


class Actions(dict[str, Action]):
    """Actions of one kind by name; called, it enters the function below under its own."""

    def __call__(self, event: str, *when: str, often: int = 1) -> Callable[[Prepare], None]:
        def enter(prepare: Prepare) -> None:
            name = prepare.__name__.removeprefix("_")
            self[name] = Action(event, frozenset(when), often, prepare)

        return enter
