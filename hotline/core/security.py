"""One table decides which role may do what; a route without a row here fails the build."""

from enum import StrEnum

from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotAllowed


class Permission(StrEnum):
    TICKET_READ = "ticket.read"
    TICKET_DISPATCH = "ticket.dispatch"
    CALL_READ = "call.read"
    SEAT_HOLD = "seat.hold"
    SEAT_READ = "seat.read"
    IDENTITY_REVEAL = "identity.reveal"
    STREAM_READ = "stream.read"
    ORDER_READ = "order.read"
    ORDER_HANDLE = "order.handle"
    ORDER_REVIEW = "order.review"
    CALLBACK_READ = "callback.read"
    CALLBACK_MAKE = "callback.make"
    KEY_MANAGE = "key.manage"
    TICKET_REGISTER = "ticket.register"
    TICKET_DECIDE = "ticket.decide"  # answer, decline, hand over, withdraw, reopen
    TICKET_MERGE = "ticket.merge"
    TICKET_SUSPEND = "ticket.suspend"
    TICKET_ARCHIVE = "ticket.archive"
    TICKET_IMPORT = "ticket.import"  # another system's, whole files at a time
    ORDER_RECALL = "order.recall"
    ORDER_SIGN = "order.sign"
    ORDER_INFORM = "order.inform"
    EXTENSION_DECIDE = "extension.decide"
    ARBITRATION_OPEN = "arbitration.open"
    ARBITRATION_DECIDE = "arbitration.decide"
    SUPERVISION_READ = "supervision.read"
    SUPERVISION_RAISE = "supervision.raise"
    SUPERVISION_ANSWER = "supervision.answer"
    NOTICE_READ = "notice.read"
    RULES_READ = "rules.read"  # calendars and limits
    RULES_CHANGE = "rules.change"
    SELF = "self"  # whoever is signed in, about themselves
    ACCOUNT_MANAGE = "account.manage"
    AUDIT_READ = "audit.read"  # who saw, who changed
    TICKET_SEAL = "ticket.seal"
    ATTACHMENT_READ = "attachment.read"
    ATTACHMENT_ADD = "attachment.add"
    WEBHOOK_MANAGE = "webhook.manage"
    RELAY_CALL = "relay.call"
    PERSON_READ = "person.read"  # a requester's own file: what is kept, who read it
    PERSON_CORRECT = "person.correct"
    PERSON_ERASE = "person.erase"  # and the holds against it


_WHO_ACT = frozenset({Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR})
_EVERYBODY_INSIDE = _WHO_ACT | {Role.INSPECTOR, Role.AUDITOR}
_WHO_DECIDE = frozenset({Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR})
# Reads and writes its own department's orders only: another's are not there (`orders`).
_DEPARTMENT = frozenset({Role.SYSTEM, Role.HANDLER, Role.LEADER})
_WHO_SIGN = frozenset({Role.SYSTEM, Role.LEADER})

PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.TICKET_READ: _EVERYBODY_INSIDE,
    Permission.TICKET_DISPATCH: _WHO_ACT,
    Permission.CALL_READ: _EVERYBODY_INSIDE,
    Permission.SEAT_HOLD: frozenset({Role.AGENT, Role.TEAM_LEAD, Role.ADMINISTRATOR}),
    Permission.SEAT_READ: frozenset({Role.TEAM_LEAD, Role.ADMINISTRATOR}),
    Permission.IDENTITY_REVEAL: _WHO_ACT,
    Permission.STREAM_READ: _EVERYBODY_INSIDE,
    Permission.ORDER_READ: _EVERYBODY_INSIDE | _DEPARTMENT,
    Permission.ORDER_HANDLE: _DEPARTMENT,
    Permission.ORDER_REVIEW: _WHO_ACT | _DEPARTMENT,  # whose order it is: `onward`
    Permission.CALLBACK_READ: _EVERYBODY_INSIDE,
    Permission.CALLBACK_MAKE: _WHO_ACT,
    Permission.KEY_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Permission.TICKET_REGISTER: _WHO_ACT,
    Permission.TICKET_DECIDE: _WHO_ACT,
    Permission.TICKET_MERGE: _WHO_ACT,
    Permission.TICKET_SUSPEND: _WHO_DECIDE,
    Permission.TICKET_ARCHIVE: _WHO_DECIDE,
    Permission.TICKET_IMPORT: frozenset({Role.ADMINISTRATOR}),
    Permission.ORDER_RECALL: _WHO_ACT,
    Permission.ORDER_SIGN: _WHO_SIGN,
    Permission.ORDER_INFORM: _WHO_ACT,
    Permission.EXTENSION_DECIDE: _WHO_DECIDE,
    Permission.ARBITRATION_OPEN: _WHO_ACT,
    Permission.ARBITRATION_DECIDE: _WHO_DECIDE,
    Permission.SUPERVISION_READ: _EVERYBODY_INSIDE | _DEPARTMENT,
    Permission.SUPERVISION_RAISE: _WHO_DECIDE,
    Permission.SUPERVISION_ANSWER: _DEPARTMENT,
    Permission.NOTICE_READ: _WHO_ACT | _DEPARTMENT,  # which of them: `dispatch.notices.staff_inbox`
    Permission.RULES_READ: _EVERYBODY_INSIDE,
    Permission.RULES_CHANGE: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.SELF: frozenset(Role),
    Permission.ACCOUNT_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Permission.AUDIT_READ: frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    Permission.TICKET_SEAL: _WHO_DECIDE,
    Permission.ATTACHMENT_READ: _EVERYBODY_INSIDE | _DEPARTMENT,
    Permission.ATTACHMENT_ADD: _WHO_ACT | _DEPARTMENT,
    Permission.WEBHOOK_MANAGE: frozenset({Role.SYSTEM, Role.LEADER, Role.ADMINISTRATOR}),
    Permission.RELAY_CALL: _DEPARTMENT,
    Permission.PERSON_READ: frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    Permission.PERSON_CORRECT: frozenset({Role.TEAM_LEAD, Role.ADMINISTRATOR}),
    Permission.PERSON_ERASE: frozenset({Role.ADMINISTRATOR}),
}


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor's role carries the permission."""
    if actor.role not in PERMISSIONS[permission]:
        raise NotAllowed(
            f"{actor} may not do {permission}.", remedy="Ask an administrator for the role."
        )
