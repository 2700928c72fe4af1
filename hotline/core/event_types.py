"""What can happen, by the names that streams, webhooks and reports rely on, and who may know."""

from enum import StrEnum


class EventType(StrEnum):
    """The names that streams, webhooks and reports rely on."""

    CALL_RINGING = "call.ringing"
    CALL_OFFERED = "call.offered"
    CALL_ANSWERED = "call.answered"
    CALL_CONNECTED = "call.connected"  # an agent and the caller hear each other
    CALL_TRANSCRIPT = "call.transcript"
    CALL_PROPOSAL = "call.proposal"
    CALL_ENDED = "call.ended"
    TICKET_REGISTERED = "ticket.registered"
    TICKET_DISPATCHED = "ticket.dispatched"
    ORDER_DISPATCHED = "order.dispatched"
    ORDER_ACCEPTED = "order.accepted"
    ORDER_RETURNED = "order.returned"
    ORDER_REPLIED = "order.replied"
    ORDER_COMPLETED = "order.completed"
    ORDER_RECALLED = "order.recalled"
    CLOCK_WARNING = "clock.warning"
    CLOCK_DUE = "clock.due"
    CLOCK_OVERDUE = "clock.overdue"
    CLOCK_ESCALATED = "clock.escalated"
    ORDER_CONTACTED = "order.contacted"
    ORDER_REPLY_REJECTED = "order.reply_rejected"
    TICKET_SETTLED = "ticket.settled"
    TICKET_RETURNED = "ticket.returned"
    TICKET_REMINDED = "ticket.reminded"
    CALLBACK_ATTEMPTED = "callback.attempted"
    CALLBACK_PLANNED = "callback.planned"
    CALLBACK_COMPLETED = "callback.completed"
    TICKET_CLOSED = "ticket.closed"
    TICKET_REOPENED = "ticket.reopened"
    CALL_RATED = "call.rated"
    TICKET_ANSWERED = "ticket.answered"
    TICKET_DECLINED = "ticket.declined"
    TICKET_HANDED_OVER = "ticket.handed_over"
    HAND_OVER_ACKNOWLEDGED = "hand_over.acknowledged"
    TICKET_WITHDRAWN = "ticket.withdrawn"
    TICKET_MERGED = "ticket.merged"
    TICKET_UNMERGED = "ticket.unmerged"
    TICKET_SPLIT = "ticket.split"
    TICKET_SUSPENDED = "ticket.suspended"
    TICKET_SUSPENSION_ENDED = "ticket.suspension_ended"
    TICKET_ARCHIVED = "ticket.archived"
    TICKET_IMPORTED = "ticket.imported"
    ORDER_INFO_ASKED = "order.info_asked"
    ORDER_INFO_GIVEN = "order.info_given"
    ORDER_DRAFTED = "order.drafted"  # a reply that waits for its leader's signature
    ORDER_SIGNED = "order.signed"
    EXTENSION_ASKED = "extension.asked"
    EXTENSION_GRANTED = "extension.granted"
    EXTENSION_REFUSED = "extension.refused"
    ARBITRATION_OPENED = "arbitration.opened"
    ARBITRATION_DECIDED = "arbitration.decided"
    SUPERVISION_RAISED = "supervision.raised"
    SUPERVISION_ANSWERED = "supervision.answered"
    SUPERVISION_LIFTED = "supervision.lifted"
    CLOCK_RECKONED = "clock.reckoned"  # due at another time than before, and why
    CALENDAR_LOADED = "calendar.loaded"
    CALENDAR_MISSING = "calendar.missing"
    POLICIES_LOADED = "policies.loaded"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_LOCKED = "account.locked"
    ACCOUNT_SIGNED_IN = "account.signed_in"
    ACCOUNT_SIGN_IN_FAILED = "account.sign_in_failed"
    ACCESS_REFUSED = "access.refused"  # somebody tried what their role does not permit
    SESSION_REVOKED = "session.revoked"
    KEY_ISSUED = "key.issued"
    KEY_REVOKED = "key.revoked"
    ORDER_REPLY_WITHDRAWN = "order.reply_withdrawn"
    ORDER_HELP_ASKED = "order.help_asked"  # 协办
    ORDER_HELP_GRANTED = "order.help_granted"
    ORDER_HELP_REFUSED = "order.help_refused"
    ATTACHMENT_ADDED = "attachment.added"
    ATTACHMENT_REMOVED = "attachment.removed"
    IDENTITY_REVEALED = "identity.revealed"
    TICKET_SEALED = "ticket.sealed"  # only named people read it from now on
    TICKET_READERS_CHANGED = "ticket.readers_changed"
    TICKET_ADDED_TO = "ticket.added_to"  # the requester wrote more
    TICKET_MADE_CONFIDENTIAL = "ticket.made_confidential"  # as its requester asked
    LINK_SENT = "link.sent"  # the requester's own page
    PERSON_HELD = "person.held"  # nothing of theirs may be erased
    PERSON_HOLD_LIFTED = "person.hold_lifted"
    PERSON_CORRECTED = "person.corrected"
    PERSON_ERASED = "person.erased"  # their key is destroyed; the chains stay whole
    VAULT_REKEYED = "vault.rekeyed"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_DEAD = "webhook.dead"  # given up after a day
    RELAY_ASKED = "relay.asked"  # a department talks to the requester through the hotline
    RELAY_ENDED = "relay.ended"
    CALL_QUEUED = "call.queued"
    CALL_HELD = "call.held"
    CALL_RESUMED = "call.resumed"
    CALL_PARTY_INVITED = "call.party_invited"  # somebody is fetched, or comes to listen
    CALL_PARTY_JOINED = "call.party_joined"
    CALL_PARTY_LEFT = "call.party_left"
    CALL_TRANSFERRED = "call.transferred"
    CALL_SUPERVISED = "call.supervised"  # a team lead listens, whispers or barges in
    CALL_EMERGENCY = "call.emergency"  # 110, 119, 120 or 122 is being fetched
    CALL_MISSED = "call.missed"  # the hotline owes this caller a call (漏接回拨)
    CALL_RETURNED = "call.returned"  # and has made it
    CALL_NO_LONGER_OWED = "call.no_longer_owed"  # heard by another way, or given up
    CALL_WRAPPED_UP = "call.wrapped_up"
    SEAT_CHANGED = "seat.changed"
    SHIFT_CHANGED = "shift.changed"
    SERVICE_MODE_CHANGED = "service.mode_changed"
    CALLER_BLOCKED = "caller.blocked"
    CALLER_UNBLOCKED = "caller.unblocked"
    CALLER_CARE_CHANGED = "caller.care_changed"  # waits less long from now on, or no longer
    DO_NOT_CALL_ADDED = "do_not_call.added"  # the machine does not ring them any more
    DO_NOT_CALL_REMOVED = "do_not_call.removed"
    RECORDING_HELD = "recording.held"  # may not be erased
    RECORDING_REMOVED = "recording.removed"  # its span is over
    DUTY_REVEALED = "duty.revealed"  # somebody's telephone on a roster was looked at
    DIRECTORY_CHANGED = "directory.changed"  # a department, or who answers for what
    LIST_EXPORTED = "list.exported"  # somebody took a list of tickets away as a file
    MODEL_REGISTERED = "model.registered"  # a router model that may be tried
    MODEL_SHADOWED = "model.shadowed"  # begins to judge unseen beside the live one, or ceases to
    MODEL_PROMOTED = "model.promoted"  # proposals go by it from now on
    MODEL_ROLLED_BACK = "model.rolled_back"  # and by the one before again
    MODEL_RETIRED = "model.retired"
    MODEL_RETRAINED = "model.retrained"  # by schedule: what came of it
    DISPATCH_EARNED = "dispatch.earned"  # a catalogue entry dispatches by itself from now on
    DISPATCH_THRESHOLD_CHANGED = "dispatch.threshold_changed"
    DISPATCH_SUSPENDED = "dispatch.suspended"  # and no longer: its precision fell
    DISPATCH_SWITCHED = "dispatch.switched"  # off or on again, by a person
    DISPATCH_RULE_CHANGED = "dispatch.rule_changed"  # what an entry must show
    LESSONS_EXPORTED = "lessons.exported"  # somebody took what routing learns from as a file
    PROMPT_CHANGED = "prompt.changed"  # what the machine says on the telephone
    ARTICLE_DRAFTED = "article.drafted"
    ARTICLE_SUBMITTED = "article.submitted"
    ARTICLE_SENT_BACK = "article.sent_back"
    ARTICLE_APPROVED = "article.approved"
    ARTICLE_PUBLISHED = "article.published"
    ARTICLE_BEGAN = "article.began"  # its day has come: shown from now on
    ARTICLE_EXPIRED = "article.expired"
    ARTICLE_DISPUTED = "article.disputed"  # somebody says that it is wrong (纠错)
    ARTICLE_VERIFIED = "article.verified"  # its owner has looked
    ARTICLE_READ_OUT = "article.read_out"  # to a caller
    ARTICLE_MUST_BE_READ = "article.must_be_read"  # by a day, by some
    ARTICLE_NEED_NOT_BE_READ = "article.need_not_be_read"  # any more
    ARTICLE_READ = "article.read"  # somebody says that they have
    HOT_RAISED = "hot.raised"  # more about one matter in one place than its season explains
    HOT_GREW = "hot.grew"
    HOT_ASSIGNED = "hot.assigned"
    HOT_DECIDED = "hot.decided"
    INSPECTION_CARD_CHANGED = "inspection.card_changed"  # 评分卡
    INSPECTION_LISTS_CHANGED = "inspection.lists_changed"  # what flags go by
    INSPECTION_PLANNED = "inspection.planned"
    INSPECTION_PLAN_ENDED = "inspection.plan_ended"
    INSPECTION_DRAWN = "inspection.drawn"  # a period's sample
    INSPECTION_FLAG_JUDGED = "inspection.flag_judged"
    INSPECTION_TAKEN = "inspection.taken"
    INSPECTION_HANDED_OVER = "inspection.handed_over"  # from who is away to another
    INSPECTION_SAVED = "inspection.saved"
    INSPECTION_SUBMITTED = "inspection.submitted"
    INSPECTION_APPEALED = "inspection.appealed"
    INSPECTION_APPEAL_DECIDED = "inspection.appeal_decided"
    INSPECTION_CALIBRATION_OPENED = "inspection.calibration_opened"
    INSPECTION_CALIBRATION_CLOSED = "inspection.calibration_closed"
    RATING_VERIFIED = "rating.verified"  # whether a bad one is true
    RATING_APPEALED = "rating.appealed"
    RATING_APPEAL_DECIDED = "rating.appeal_decided"
    RATING_ASKED_BLIND = "rating.asked_blind"  # by somebody who did not see the first answer
    RATING_BLIND_TAKEN = "rating.blind_taken"  # somebody is to ask, and sees no answer meanwhile
    RATING_BLIND_RELEASED = "rating.blind_released"
    RATING_ALERT_DECIDED = "rating.alert_decided"  # what looked gamed, and what it was
    PROBLEM_PROPOSED = "problem.proposed"  # 堵点难点
    PROBLEM_CHANGED = "problem.changed"
    PROBLEM_LISTED = "problem.listed"
    PROBLEM_BEGUN = "problem.begun"
    PROBLEM_REPORTED = "problem.reported"  # on a milestone
    PROBLEM_LATE = "problem.late"  # a milestone
    PROBLEM_CLAIMED = "problem.claimed"  # to be solved
    PROBLEM_VERIFIED = "problem.verified"
    PROBLEM_REFUSED = "problem.refused"
    PROBLEM_CLOSED = "problem.closed"
    PROBLEM_CARRIED_OVER = "problem.carried_over"
    PROBLEM_DROPPED = "problem.dropped"
    PROBLEM_EVIDENCED = "problem.evidenced"
    CASE_DRAFTED = "case.drafted"  # 案例
    CASE_SUBMITTED = "case.submitted"
    CASE_SENT_BACK = "case.sent_back"
    CASE_PUBLISHED = "case.published"
    CASE_RECALLED = "case.recalled"  # a source was sealed, or its requester erased
    CASE_WITHDRAWN = "case.withdrawn"
    CALL_RATING_OPENED = "call_rating.opened"  # a bad one of a call itself
    CALL_RATING_VERIFIED = "call_rating.verified"
    CALL_RATING_CLOSED = "call_rating.closed"
    REPLAY_ASKED = "replay.asked"
    REPLAY_STARTED = "replay.started"
    REPLAY_ENDED = "replay.ended"  # done, failed or cancelled
    REPLAY_RESTARTED = "replay.restarted"
    LETTER_DRAFTED = "letter.drafted"  # 通报、整改通知书、约谈
    LETTER_REVISED = "letter.revised"
    LETTER_APPROVED = "letter.approved"
    LETTER_ISSUED = "letter.issued"  # to each department that it goes to
    LETTER_ACKNOWLEDGED = "letter.acknowledged"
    LETTER_ANSWERED = "letter.answered"
    LETTER_ACCEPTED = "letter.accepted"
    LETTER_SENT_BACK = "letter.sent_back"
    LETTER_RECORDED = "letter.recorded"  # what an interview came to
    LETTER_CONFIRMED = "letter.confirmed"
    LETTER_OBJECTED = "letter.objected"  # to the record
    LETTER_MEASURE_REPORTED = "letter.measure_reported"
    LETTER_MEASURE_DONE = "letter.measure_done"
    LETTER_MEASURE_RETURNED = "letter.measure_returned"
    LETTER_CLOSED = "letter.closed"
    LETTER_WITHDRAWN = "letter.withdrawn"
    LETTER_PUBLISHED = "letter.published"  # beyond the departments
    STATISTICS_MADE = "statistics.made"  # a month's open data, by the machine or a person
    STATISTICS_CHECKED = "statistics.checked"
    STATISTICS_PUBLISHED = "statistics.published"
    STATISTICS_WITHDRAWN = "statistics.withdrawn"
    STATISTICS_DISCARDED = "statistics.discarded"
    DATA_RECEIVER_REGISTERED = "data_receiver.registered"  # 有条件开放
    DATA_RECEIVER_ENDED = "data_receiver.ended"
    OPEN_DATA_TAKEN = "open_data.taken"  # by a receiver: one file
    INDICATORS_FROZEN = "indicators.frozen"  # a period's report, as it is published
    REPORT_TEMPLATE_SAVED = "report.template_saved"
    REPORT_SCHEDULED = "report.scheduled"
    REPORT_UNSCHEDULED = "report.unscheduled"
    REPORT_ASKED = "report.asked"  # by a person or a schedule: its figures are to be frozen
    REPORT_DRAFTED = "report.drafted"
    REPORT_REMARKED = "report.remarked"  # 研判
    REPORT_SIGNED = "report.signed"  # 签发
    REPORT_DISTRIBUTED = "report.distributed"
    REPORT_ARCHIVED = "report.archived"
    REPORT_WITHDRAWN = "report.withdrawn"
    COMPARISON_SCHEME_WRITTEN = "comparison.scheme_written"  # 考核方案
    COMPARISON_SCHEME_ADOPTED = "comparison.scheme_adopted"
    COMPARISON_SCHEME_RETIRED = "comparison.scheme_retired"
    COMPARISON_RUN = "comparison.run"  # on a period; or simulated
    COMPARISON_PUBLISHED = "comparison.published"
    COMPARISON_WITHDRAWN = "comparison.withdrawn"
    COMPARISON_APPEALED = "comparison.appealed"  # a department, against its place
    COMPARISON_APPEAL_DECIDED = "comparison.appeal_decided"
    EXCLUSION_ASKED = "exclusion.asked"  # 剔除: an order is to be in no comparison
    EXCLUSION_DECIDED = "exclusion.decided"
    EXCLUSION_APPEALED = "exclusion.appealed"
    EXCLUSION_APPEAL_DECIDED = "exclusion.appeal_decided"
    TICKET_ARTICLE_SENT = "ticket.article_sent"  # to a requester
    TICKET_CHECKLIST_SENT = "ticket.checklist_sent"  # 一次告知 of an item, to a requester
    ITEM_DRAFTED = "item.drafted"  # a version of a 政务服务事项
    ITEM_SUBMITTED = "item.submitted"
    ITEM_SENT_BACK = "item.sent_back"
    ITEM_APPROVED = "item.approved"
    ITEM_PUBLISHED = "item.published"
    ITEM_EXPIRED = "item.expired"


# What an auditor reads first (`audit`): administration, looks at people, refusals. One more needs a
# migration of the index `ix_event_audited`.
AUDITED = frozenset(
    {
        EventType.ACCESS_REFUSED,
        EventType.ACCOUNT_CHANGED,
        EventType.ACCOUNT_CREATED,
        EventType.ACCOUNT_LOCKED,
        EventType.ACCOUNT_SIGN_IN_FAILED,
        EventType.ACCOUNT_SIGNED_IN,
        EventType.ATTACHMENT_REMOVED,
        EventType.CALENDAR_LOADED,
        EventType.CALL_SUPERVISED,
        EventType.CALLER_BLOCKED,
        EventType.CALLER_UNBLOCKED,
        EventType.CALLER_CARE_CHANGED,
        EventType.DIRECTORY_CHANGED,
        EventType.DO_NOT_CALL_ADDED,
        EventType.DO_NOT_CALL_REMOVED,
        EventType.DISPATCH_EARNED,
        EventType.DISPATCH_RULE_CHANGED,
        EventType.DISPATCH_SUSPENDED,
        EventType.DISPATCH_SWITCHED,
        EventType.DISPATCH_THRESHOLD_CHANGED,
        EventType.DUTY_REVEALED,
        EventType.IDENTITY_REVEALED,
        EventType.KEY_ISSUED,
        EventType.KEY_REVOKED,
        EventType.LESSONS_EXPORTED,
        EventType.LIST_EXPORTED,
        EventType.MODEL_PROMOTED,
        EventType.MODEL_REGISTERED,
        EventType.MODEL_RETIRED,
        EventType.MODEL_ROLLED_BACK,
        EventType.MODEL_SHADOWED,
        EventType.PERSON_CORRECTED,
        EventType.PERSON_ERASED,
        EventType.PERSON_HELD,
        EventType.PERSON_HOLD_LIFTED,
        EventType.POLICIES_LOADED,
        EventType.PROMPT_CHANGED,
        EventType.RECORDING_HELD,
        EventType.RECORDING_REMOVED,
        EventType.SERVICE_MODE_CHANGED,
        EventType.SESSION_REVOKED,
        EventType.TICKET_IMPORTED,
        EventType.TICKET_READERS_CHANGED,
        EventType.TICKET_SEALED,
        EventType.VAULT_REKEYED,
        EventType.WEBHOOK_CHANGED,
        EventType.WEBHOOK_DEAD,
    }
)
AUDITED_SQL = f"type IN ({', '.join(repr(each.value) for each in sorted(AUDITED))})"


class Audience(StrEnum):
    """Who may read an event; each also sees what the narrower ones see."""

    INTERNAL = "internal"
    DEPARTMENT = "department"
    CALLER = "caller"
