"""The pages of the floor that the navigation leads to, for whom, and by which key after G."""

from dataclasses import dataclass

from hotline.core.security import Permission


@dataclass(frozen=True)
class Link:
    """`name` is its word in `nav`, and its key's in `keys`."""

    name: str
    key: str
    page: str
    permission: Permission


QUEUE = Link("queue", "Q", "/console/queue", Permission.QUEUE_READ)
SHIFTS = Link("shifts", "S", "/console/shifts", Permission.QUEUE_READ)
TELEPHONES = Link("telephones", "T", "/console/telephones", Permission.SERVICE_MANAGE)
WALLBOARD = Link("wallboard", "W", "/wallboard/", Permission.QUEUE_READ)
LINKS = (QUEUE, SHIFTS, TELEPHONES, WALLBOARD)
