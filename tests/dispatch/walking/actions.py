"""Every action on a ticket and its orders, for walks: when it fits and what it leaves."""

from tests.dispatch.walking.beside import BESIDE
from tests.dispatch.walking.dispatching import DISPATCHING
from tests.dispatch.walking.ending import ENDING
from tests.dispatch.walking.handling import HANDLING

ACTIONS = {**DISPATCHING, **HANDLING, **BESIDE, **ENDING}
