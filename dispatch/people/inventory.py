"""个人信息清单: every place where something of a person is kept, and how it is found from them.

The file that a requester may read and the erasure both go by this table. A test finds the column
that a table of tickets, orders, calls or people has and that is neither here nor known as a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.core.privacy import REASON

PERSON = "person_id = :person"
TICKET = "ticket_id IN (SELECT id FROM ticket WHERE person_id = :person)"
ORDER = (
    "order_id IN (SELECT work_order.id FROM work_order "
    "JOIN ticket ON ticket.id = work_order.ticket_id WHERE ticket.person_id = :person)"
)
CALL = "call_id IN (SELECT id FROM call WHERE person_id = :person)"
# Where the words of a row lie together, of a sealed ticket or a person (`sealing.vaulting`).
SEALED_WORDS = "sealed_words"
_VAULTED = {SEALED_WORDS: "words"}
TICKET_OR_CALL = f"({TICKET} OR {CALL})"


@dataclass(frozen=True)
class Kept:
    """What one table keeps of a person.

    `words`: masked texts. `sealed`: by the person's key, with each column's purpose. `objects`:
    JSON, with what an erasure leaves of it. `told`: codes and moments that the person may know.
    """

    table: str
    via: str
    words: tuple[str, ...] = ()
    sealed: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()


KEPT: tuple[Kept, ...] = (
    Kept(
        "ticket",
        PERSON,
        words=("title", "text"),
        sealed={"sealed_text": "ticket"},
        told=("number", "status", "source", "request_type", "district", "created_at", "closed_at"),
    ),
    Kept(
        "reminder",
        TICKET,
        words=("text",),
        sealed={"sealed_text": "reminder"},
        told=("at",),
    ),
    Kept(
        "addition",
        TICKET,
        words=("text",),
        sealed={"sealed_text": "addition"},
        told=("at",),
    ),
    Kept("requester_link", TICKET, told=("made_at", "expires_at", "revoked_at")),
    Kept(
        "call",
        PERSON,
        words=("caller_masked", "sip_call_id"),
        sealed={"sealed_contact": "contact"},
        told=("direction", "status", "started_at", "ended_at"),
    ),
    Kept(
        "utterance",
        CALL,
        sealed={"sealed_text": "utterance"},
        told=("speaker", "start_s", "end_s", "confidence"),
    ),
    Kept("caller_care", PERSON, told=("care", "marked_at")),
    Kept("do_not_call", PERSON, told=("reason", "added_at", "until", "removed_at")),
    Kept("words_now", CALL, sealed={"sealed_text": "utterance"}),
    Kept("call_draft", CALL, sealed={"sealed_fields": "draft"}, told=("begun_at", "saved_at")),
    Kept("recording", CALL, told=("status", "seconds")),
    Kept(
        "recording_hold",
        CALL,
        sealed={"sealed_reason": "recording_hold", "sealed_lifted": "recording_hold"},
        told=("at", "lifted_at"),
    ),
    Kept(
        "proposal",
        TICKET_OR_CALL,
        objects={"body": "body - 'entities' - 'reasons'"},
        told=("at", "department"),
    ),
    Kept(
        "work_order",
        TICKET,
        words=("note", "recall_reason", "legal_basis"),
        sealed=_VAULTED,
        told=("number", "department"),
    ),
    Kept("contact", ORDER, words=("note",), sealed=_VAULTED, told=("at", "reached")),
    Kept(
        "reply",
        ORDER,
        words=("result", "unsolved_reason", "public_reply", "review_note"),
        sealed=_VAULTED,
        told=("at", "is_true", "is_solved"),
    ),
    Kept("order_return", ORDER, words=("basis",), sealed=_VAULTED, told=("at", "reason")),
    Kept(
        "extension", ORDER, words=("reason", "note"), sealed=_VAULTED, told=("asked_at", "status")
    ),
    Kept(
        "info_request",
        ORDER,
        words=("question", "answer"),
        sealed={"sealed_answer": "info_request", **_VAULTED},
        told=("asked_at", "answered_at"),
    ),
    Kept(
        "arbitration",
        TICKET,
        words=("note", "basis"),
        sealed=_VAULTED,
        told=("opened_at", "decided_at"),
    ),
    Kept(
        "supervision",
        TICKET,
        words=("instruction", "feedback", "note"),
        sealed=_VAULTED,
        told=("raised_at",),
    ),
    Kept("suspension", TICKET, words=("public_reason",), sealed=_VAULTED, told=("at", "review_on")),
    Kept(
        "hand_over",
        TICKET,
        words=("reason", "their_number"),
        sealed=_VAULTED,
        told=("at", "receiver"),
    ),
    Kept("decline", TICKET, words=("note",), sealed=_VAULTED, told=("at", "reason", "route")),
    Kept("direct_answer", TICKET, words=("text", "source"), sealed=_VAULTED, told=("at",)),
    Kept("redo", TICKET, words=("note",), sealed=_VAULTED, told=("at", "reason", "round")),
    Kept("cluster_member", TICKET, words=("why",), sealed=_VAULTED, told=("joined_at", "left_at")),
    Kept("sealing", TICKET, words=("reason",), sealed=_VAULTED, told=("at",)),
    Kept(
        "co_handling",
        ORDER,
        words=("reason", "note"),
        sealed=_VAULTED,
        told=("asked_at", "granted"),
    ),
    Kept(
        "attachment",
        TICKET,
        sealed={"sealed_name": "attachment_name"},
        told=("kind", "size", "added_at", "removed_at"),
    ),
    Kept("relay", ORDER, sealed={"sealed_office": "relay"}),
    Kept(
        "notice",
        TICKET,
        sealed=_VAULTED,
        objects={"words": "'{}'::jsonb"},
        told=("template", "sent_at"),
    ),
    Kept("callback", TICKET, told=("planned_for", "status", "contacted", "resolved")),
    Kept("rating", TICKET_OR_CALL, told=("at", "satisfaction", "via", "reasons")),
    Kept(
        "bad_rating",
        TICKET,
        words=("verify_note",),
        sealed=_VAULTED,
        told=("opened_at", "stage", "verdict"),
    ),
    Kept(
        "rating_appeal",
        TICKET,
        words=("statement", "decision_note"),
        sealed=_VAULTED,
        told=("at", "upheld"),
    ),
    Kept(
        "comparison_exclusion",
        TICKET,
        words=("statement", "decision_note", "appeal_statement", "appeal_note"),
        sealed=_VAULTED,
        told=("asked_at", "reason", "state"),
    ),
    Kept("blind_callback", TICKET, told=("asked_at", "contacted", "resolved", "satisfaction")),
    # What one member of the staff writes of another's work: erased, and not in the copy.
    Kept(
        "bad_call_rating",
        CALL,
        sealed={"sealed_note": "call_rating", "sealed_done": "call_rating"},
    ),
    Kept("inspection", TICKET_OR_CALL, sealed={"sealed_note": "inspection"}),
    Kept(
        "inspection_appeal",
        f"inspection_id IN (SELECT id FROM inspection WHERE {TICKET_OR_CALL})",  # noqa: S608  # ours
        sealed={"sealed_grounds": "inspection", "sealed_answer": "inspection"},
    ),
    Kept("identity_view", PERSON, sealed={"sealed_reason": REASON}),
    Kept("access_log", PERSON, sealed={"sealed_reason": REASON}),
    Kept(
        "person_hold",
        PERSON,
        words=("reason", "lifted_why"),
        sealed=_VAULTED,
        told=("at", "lifted_at"),
    ),
    Kept(
        "person_correction",
        PERSON,
        words=("reason",),
        sealed={"sealed_before": "correction", "sealed_after": "correction", **_VAULTED},
        told=("at", "field"),
    ),
)
