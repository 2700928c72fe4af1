"""One table decides which role may do what; a route without a row here fails the build."""

from enum import StrEnum

from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotAllowed


class Permission(StrEnum):
    TICKET_READ = "ticket.read"
    TICKET_DISPATCH = "ticket.dispatch"
    CALL_READ = "call.read"
    IDENTITY_REVEAL = "identity.reveal"
    STREAM_READ = "stream.read"


_EVERYBODY_INSIDE = frozenset(
    {Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}
)

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.TICKET_READ: _EVERYBODY_INSIDE,
    Permission.TICKET_DISPATCH: frozenset(
        {Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR}
    ),
    Permission.CALL_READ: _EVERYBODY_INSIDE,
    Permission.IDENTITY_REVEAL: frozenset(
        {Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR}
    ),
    Permission.STREAM_READ: _EVERYBODY_INSIDE,
}


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor's role carries the permission."""
    if actor.role not in PERMISSIONS[permission]:
        raise NotAllowed(
            f"{actor} may not do {permission}.", remedy="Ask an administrator for the role."
        )
