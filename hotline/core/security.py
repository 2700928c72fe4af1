"""One table decides which role may do what, and with whose things.

A route without a row here fails the build. `require` is a route's gate; how far a role's
permission reaches among tickets and orders is judged in one place, `dispatch.reach`; what a client
of a department's must have been let do stands beside it, as a scope.
"""

from collections.abc import Mapping
from enum import StrEnum

from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotAllowed


class Reach(StrEnum):
    """With whose things a role may do what it is permitted."""

    ALL = "all"  # the site's own: rules, seats, keys, people
    AREA = "area"  # tickets of one's district within one's clearance; a sealed one by name
    OWN = "own"  # one's department's orders, likewise
    SELF = "self"  # what is one's own: a seat, a session, notices


class Permission(StrEnum):
    TICKET_READ = "ticket.read"
    TICKET_DISPATCH = "ticket.dispatch"
    CALL_READ = "call.read"
    SEAT_HOLD = "seat.hold"
    SEAT_READ = "seat.read"
    CALL_CONTROL = "call.control"  # of one's own call: hold, consult, transfer …
    CALL_SUPERVISE = "call.supervise"  # monitor, whisper, barge in (班长)
    QUEUE_READ = "queue.read"  # who waits, and who is owed a call
    QUEUE_WORK = "queue.work"  # call those back whom nobody took
    SERVICE_MANAGE = "service.manage"  # modes, shifts, skills, blocked callers
    RECORDING_KEEP = "recording.keep"  # hold a recording against its erasure
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
    OWN_TICKET = "own_ticket"  # whoever holds a requester's link, signed in or not
    ACCOUNT_MANAGE = "account.manage"
    AUDIT_READ = "audit.read"  # who changed what of the site
    LOOKS_READ = "looks.read"  # who saw a ticket's requester
    TICKET_SEAL = "ticket.seal"
    ATTACHMENT_READ = "attachment.read"
    ATTACHMENT_ADD = "attachment.add"
    WEBHOOK_MANAGE = "webhook.manage"
    RELAY_CALL = "relay.call"
    PERSON_READ = "person.read"  # a requester's own file: what is kept, who read it
    PERSON_CORRECT = "person.correct"
    PERSON_ERASE = "person.erase"  # and the holds against it
    HOT_READ = "hot.read"  # 热点预警
    HOT_DECIDE = "hot.decide"
    INSPECTION_READ = "inspection.read"  # 质检: the work, results, averages
    INSPECTION_SCORE = "inspection.score"  # what one was given, never one's own work
    INSPECTION_PLAN = "inspection.plan"  # cards, lists, plans, calibrations
    INSPECTION_HAND = "inspection.hand"  # open work to another inspector
    INSPECTION_DECIDE = "inspection.decide"  # on appeals
    INSPECTION_OWN = "inspection.own"  # one's own results, and an appeal against them
    RATING_READ = "rating.read"  # 差评件
    RATING_VERIFY = "rating.verify"  # 核实, and what is taken down from paper
    RATING_APPEAL = "rating.appeal"  # 申诉
    RATING_DECIDE = "rating.decide"  # appeals, blind draws, alerts
    INDICATOR_READ = "indicator.read"  # 指标, and what is behind each
    INDICATOR_FREEZE = "indicator.freeze"  # 定稿: a period's report
    REPORT_MANAGE = "report.manage"  # templates, schedules, who gets them
    REPORT_SIGN = "report.sign"  # 签发
    COMPARISON_MANAGE = "comparison.manage"  # schemes, and what they would say
    COMPARISON_DECIDE = "comparison.decide"  # adopt, publish, exclude; never one's own
    COMPARISON_CONTEST = "comparison.contest"  # a department, about its own orders and place
    LETTER_WRITE = "letter.write"  # 通报、整改通知、约谈
    LETTER_ANSWER = "letter.answer"
    PROBLEM_WRITE = "problem.write"  # 堵点难点
    CASE_WRITE = "case.write"  # 案例
    CASE_PUBLISH = "case.publish"
    STATISTICS_PUBLISH = "statistics.publish"
    REPLAY_RUN = "replay.run"  # 推演
    LIST_SHARE = "list.share"  # a saved view, with everybody
    LIST_EXPORT = "list.export"  # what a list shows, as a file
    PUBLISHED_READ = "published.read"  # whoever asks, signed in or not
    DUTY_REVEAL = "duty.reveal"  # the telephone of who is on duty in a department
    ARTICLE_READ = "article.read"  # drafts, gaps and reports of mistakes too
    ARTICLE_REPORT = "article.report"  # 纠错
    ARTICLE_WRITE = "article.write"
    ARTICLE_REVIEW = "article.review"
    ARTICLE_PUBLISH = "article.publish"
    READING_WATCH = "reading.watch"  # who has read what every agent must know
    OWN_ARTICLE_READ = "own_article.read"  # of one's department: drafts and reports of mistakes too
    OWN_ARTICLE_WRITE = "own_article.write"


_WHO_ACT = frozenset({Role.AGENT, Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR})
_EVERYBODY_INSIDE = _WHO_ACT | {Role.INSPECTOR, Role.AUDITOR}
_WHO_DECIDE = frozenset({Role.TEAM_LEAD, Role.SUPERVISOR, Role.ADMINISTRATOR})
_WHO_TALK = frozenset({Role.AGENT, Role.TEAM_LEAD, Role.ADMINISTRATOR})
_DEPARTMENT = frozenset({Role.SYSTEM, Role.HANDLER, Role.LEADER})
_WHO_SIGN = frozenset({Role.SYSTEM, Role.LEADER})
_WHO_SUPERVISE = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


def _of(reach: Reach, roles: frozenset[Role]) -> dict[Role, Reach]:
    """Return the row in which these roles reach so far; a department never leaves its own."""
    return {role: Reach.OWN if role in _DEPARTMENT else reach for role in roles}


def _tickets(roles: frozenset[Role]) -> dict[Role, Reach]:
    return _of(Reach.AREA, roles)


def _site(roles: frozenset[Role]) -> dict[Role, Reach]:
    return _of(Reach.ALL, roles)


P = Permission
PERMISSIONS: Mapping[Permission, Mapping[Role, Reach]] = {
    P.TICKET_READ: _tickets(_EVERYBODY_INSIDE),
    P.TICKET_DISPATCH: _tickets(_WHO_ACT),
    P.TICKET_REGISTER: _tickets(_WHO_ACT),
    P.TICKET_DECIDE: _tickets(_WHO_ACT),
    P.TICKET_MERGE: _tickets(_WHO_ACT),
    P.TICKET_SUSPEND: _tickets(_WHO_DECIDE),
    P.TICKET_ARCHIVE: _tickets(_WHO_DECIDE),
    P.TICKET_SEAL: _tickets(_WHO_DECIDE),
    P.TICKET_IMPORT: _site(_ADMINISTRATOR),
    P.CALL_READ: _tickets(_EVERYBODY_INSIDE),
    P.CALLBACK_READ: _tickets(_EVERYBODY_INSIDE),
    P.CALLBACK_MAKE: _tickets(_WHO_ACT),
    P.IDENTITY_REVEAL: _tickets(_WHO_ACT),
    P.STREAM_READ: _tickets(_EVERYBODY_INSIDE),
    P.ORDER_READ: _tickets(_EVERYBODY_INSIDE | _DEPARTMENT),
    P.ORDER_HANDLE: _tickets(_DEPARTMENT),
    P.ORDER_SIGN: _tickets(_WHO_SIGN),
    P.ORDER_REVIEW: _tickets(_WHO_ACT | _DEPARTMENT),  # whose order it is: `onward`
    P.ORDER_RECALL: _tickets(_WHO_ACT),
    P.ORDER_INFORM: _tickets(_WHO_ACT),
    P.EXTENSION_DECIDE: _tickets(_WHO_DECIDE),
    P.ARBITRATION_OPEN: _tickets(_WHO_ACT),
    P.ARBITRATION_DECIDE: _tickets(_WHO_DECIDE),
    P.SUPERVISION_READ: _tickets(_EVERYBODY_INSIDE | _DEPARTMENT),
    P.SUPERVISION_RAISE: _tickets(_WHO_DECIDE),
    P.SUPERVISION_ANSWER: _tickets(_DEPARTMENT),
    P.ATTACHMENT_READ: _tickets(_EVERYBODY_INSIDE | _DEPARTMENT),
    P.ATTACHMENT_ADD: _tickets(_WHO_ACT | _DEPARTMENT),
    P.RELAY_CALL: _tickets(_DEPARTMENT),
    # Which: `staff_inbox`; whoever may be asked to read an article is told of it there.
    P.NOTICE_READ: _of(Reach.SELF, _WHO_ACT | _DEPARTMENT | {Role.INSPECTOR, Role.EDITOR}),
    P.SEAT_HOLD: _of(Reach.SELF, _WHO_TALK),
    P.SEAT_READ: _site(frozenset({Role.TEAM_LEAD, Role.ADMINISTRATOR})),
    P.CALL_CONTROL: _of(Reach.SELF, _WHO_TALK),
    P.CALL_SUPERVISE: _tickets(frozenset({Role.TEAM_LEAD, Role.ADMINISTRATOR})),
    P.QUEUE_READ: _site(_EVERYBODY_INSIDE),
    P.QUEUE_WORK: _tickets(_WHO_TALK),
    P.SERVICE_MANAGE: _site(frozenset({Role.TEAM_LEAD, Role.ADMINISTRATOR})),
    P.RECORDING_KEEP: _tickets(frozenset({Role.TEAM_LEAD, Role.ADMINISTRATOR})),
    P.RULES_READ: _site(_EVERYBODY_INSIDE),
    P.RULES_CHANGE: _site(_WHO_SUPERVISE),
    P.KEY_MANAGE: _site(frozenset({Role.LEADER, Role.ADMINISTRATOR})),
    P.ACCOUNT_MANAGE: _site(_ADMINISTRATOR),
    P.AUDIT_READ: _site(frozenset({Role.AUDITOR, Role.ADMINISTRATOR})),
    # An auditor is told of looks at a sealed ticket too: the answer holds none of its words.
    P.LOOKS_READ: {Role.AUDITOR: Reach.ALL, Role.ADMINISTRATOR: Reach.AREA},
    P.WEBHOOK_MANAGE: _site(frozenset({Role.SYSTEM, Role.LEADER, Role.ADMINISTRATOR})),
    P.PERSON_READ: _tickets(frozenset({Role.AUDITOR, Role.ADMINISTRATOR})),
    P.PERSON_CORRECT: _tickets(frozenset({Role.TEAM_LEAD, Role.ADMINISTRATOR})),
    P.PERSON_ERASE: _tickets(_ADMINISTRATOR),
    P.HOT_READ: _tickets(_EVERYBODY_INSIDE),
    P.HOT_DECIDE: _tickets(_WHO_DECIDE),
    P.INSPECTION_READ: _tickets(_WHO_DECIDE | {Role.INSPECTOR, Role.AUDITOR}),
    P.INSPECTION_SCORE: _tickets(frozenset({Role.INSPECTOR, Role.TEAM_LEAD, Role.ADMINISTRATOR})),
    P.INSPECTION_PLAN: _site(frozenset({Role.INSPECTOR, Role.SUPERVISOR, Role.ADMINISTRATOR})),
    P.INSPECTION_HAND: _tickets(_WHO_DECIDE | {Role.INSPECTOR}),
    P.INSPECTION_DECIDE: _tickets(_WHO_DECIDE),
    P.INSPECTION_OWN: _of(Reach.SELF, _WHO_ACT),
    P.RATING_READ: _tickets(_EVERYBODY_INSIDE | _DEPARTMENT),
    P.RATING_VERIFY: _tickets(_WHO_ACT),
    P.RATING_APPEAL: _tickets(_DEPARTMENT),
    P.RATING_DECIDE: _tickets(_WHO_DECIDE),
    P.INDICATOR_READ: _tickets(_WHO_DECIDE | {Role.INSPECTOR, Role.AUDITOR}),
    P.INDICATOR_FREEZE: _tickets(_WHO_SUPERVISE),
    P.REPORT_MANAGE: _tickets(_WHO_SUPERVISE),
    P.REPORT_SIGN: _tickets(_WHO_SUPERVISE),
    P.COMPARISON_MANAGE: _tickets(_WHO_SUPERVISE),
    P.COMPARISON_DECIDE: _tickets(_WHO_SUPERVISE),
    P.COMPARISON_CONTEST: _tickets(frozenset({Role.SYSTEM, Role.LEADER})),
    P.LETTER_WRITE: _tickets(_WHO_SUPERVISE),
    P.LETTER_ANSWER: _tickets(_DEPARTMENT),
    P.PROBLEM_WRITE: _tickets(_WHO_DECIDE),
    P.CASE_WRITE: _tickets(_WHO_DECIDE),
    P.CASE_PUBLISH: _tickets(_WHO_SUPERVISE),
    P.STATISTICS_PUBLISH: _site(_WHO_SUPERVISE),
    P.REPLAY_RUN: _site(_WHO_SUPERVISE),
    P.LIST_SHARE: _site(_WHO_DECIDE),
    P.LIST_EXPORT: _tickets(_WHO_DECIDE | {Role.AUDITOR}),
    P.PUBLISHED_READ: dict.fromkeys(Role, Reach.SELF),
    P.DUTY_REVEAL: _site(_WHO_ACT),
    P.ARTICLE_READ: _site(_EVERYBODY_INSIDE | {Role.EDITOR}),
    P.ARTICLE_REPORT: _site(_WHO_ACT | {Role.EDITOR}),
    # Who wrote a text neither approves nor publishes it (`articles.life`).
    P.ARTICLE_WRITE: _site(frozenset({Role.EDITOR, Role.ADMINISTRATOR})),
    P.ARTICLE_REVIEW: _site(frozenset({Role.EDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR})),
    P.ARTICLE_PUBLISH: _site(_WHO_SUPERVISE),
    P.READING_WATCH: _tickets(_WHO_DECIDE | {Role.EDITOR}),
    P.OWN_ARTICLE_READ: _tickets(_DEPARTMENT),
    P.OWN_ARTICLE_WRITE: _tickets(_DEPARTMENT),
    P.SELF: dict.fromkeys(Role, Reach.SELF),
    P.OWN_TICKET: dict.fromkeys(Role, Reach.SELF),  # the key opens it, whoever they are (`links`)
}

# What a department's client must have been let do; who holds no scopes at all may do all of it.
SCOPES: Mapping[Permission, str] = {
    P.ORDER_READ: "orders.read",
    P.SUPERVISION_READ: "orders.read",
    P.NOTICE_READ: "orders.read",
    P.RATING_READ: "orders.read",
    P.RATING_APPEAL: "orders.write",
    P.ORDER_HANDLE: "orders.write",
    P.ORDER_REVIEW: "orders.write",
    P.SUPERVISION_ANSWER: "orders.write",
    P.ORDER_SIGN: "orders.sign",
    P.ATTACHMENT_READ: "attachments.read",
    P.ATTACHMENT_ADD: "attachments.write",
    P.WEBHOOK_MANAGE: "webhooks.manage",
    P.RELAY_CALL: "calls.relay",
    P.LETTER_ANSWER: "orders.write",
    P.COMPARISON_CONTEST: "orders.write",
    P.OWN_ARTICLE_READ: "articles.read",
    P.OWN_ARTICLE_WRITE: "articles.write",
}


def reach_of(actor: Actor, permission: Permission) -> Reach | None:
    """Return how far the actor's permission reaches; None for who has not got it.

    Who belongs to a department's role and to no department reaches nothing.
    """
    reach = PERMISSIONS[permission].get(actor.role) if actor.role else None
    if reach is Reach.OWN and not actor.department:
        return None
    scope = SCOPES.get(permission)
    let = permission is P.SELF or actor.scopes is None or scope in actor.scopes
    return reach if let else None


def may(actor: Actor, permission: Permission) -> bool:
    """Return whether the actor has the permission, with whatever things."""
    return reach_of(actor, permission) is not None


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed unless the actor has the permission, by role, department and scopes."""
    if not may(actor, permission):
        raise NotAllowed(
            f"{actor} may not do {permission}.", remedy="Ask an administrator for the role."
        )
