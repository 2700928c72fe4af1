"""审计: which events an auditor reads first."""

from hotline.core.event_types import EventType

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
