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
    ORDER_READ = "order.read"
    ORDER_HANDLE = "order.handle"
    ORDER_REVIEW = "order.review"
    CALLBACK_READ = "callback.read"
    CALLBACK_MAKE = "callback.make"
    KEY_MANAGE = "key.manage"


_EVERYBODY_INSIDE = frozenset(
    {Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}
)
_WHO_ACT = _EVERYBODY_INSIDE - {Role.AUDITOR}
# Reads and writes its own department's orders only: another's are not there (`dispatch.orders`).
_DEPARTMENT = frozenset({Role.SYSTEM})

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.TICKET_READ: _EVERYBODY_INSIDE,
    Permission.TICKET_DISPATCH: _WHO_ACT,
    Permission.CALL_READ: _EVERYBODY_INSIDE,
    Permission.IDENTITY_REVEAL: _WHO_ACT,
    Permission.STREAM_READ: _EVERYBODY_INSIDE,
    Permission.ORDER_READ: _EVERYBODY_INSIDE | _DEPARTMENT,
    Permission.ORDER_HANDLE: _DEPARTMENT,
    Permission.ORDER_REVIEW: _WHO_ACT,
    Permission.CALLBACK_READ: _EVERYBODY_INSIDE,
    Permission.CALLBACK_MAKE: _WHO_ACT,
    Permission.KEY_MANAGE: frozenset({Role.ADMINISTRATOR}),
}


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor's role carries the permission."""
    if actor.role not in PERMISSIONS[permission]:
        raise NotAllowed(
            f"{actor} may not do {permission}.", remedy="Ask an administrator for the role."
        )
