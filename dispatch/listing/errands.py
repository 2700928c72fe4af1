"""What may be done with many tickets at once: which of them, by whom, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.core.accounts import Actor
from hotline.core.errors import HotlineError
from hotline.core.security import Permission


class Action(StrEnum):
    DISPATCH = "dispatch"  # 派单: to the department proposed for each, or to one for all
    REDISPATCH = "redispatch"  # 改派: its lead order, to one department
    REMIND = "remind"  # 催办: one requester asks again about all of them
    MERGE = "merge"  # 并单: they are one matter
    SUPERVISE = "supervise"  # 督办
    ARCHIVE = "archive"  # 归档


PERMISSIONS: Mapping[Action, Permission] = {
    Action.DISPATCH: Permission.TICKET_DISPATCH,
    Action.REDISPATCH: Permission.TICKET_DISPATCH,
    Action.REMIND: Permission.TICKET_REGISTER,
    Action.MERGE: Permission.TICKET_MERGE,
    Action.SUPERVISE: Permission.SUPERVISION_RAISE,
    Action.ARCHIVE: Permission.TICKET_ARCHIVE,
}


@dataclass(frozen=True)
class Chosen:
    """A ticket as whoever chose it saw it."""

    number: str
    version: int


@dataclass(frozen=True)
class Errand:
    """What is to be done with each: to which department, and with which words."""

    action: Action
    actor: Actor
    now: datetime
    department: str = ""
    words: str = ""
    archive_after: timedelta = timedelta()


@dataclass(frozen=True)
class Outcome:
    """What became of one ticket; `refused` is why nothing did."""

    number: str
    refused: HotlineError | None
    leads: bool = False  # 主工单: the others follow it
