"""What an action may bring about beside its own event; what is not named may not happen."""

LIFTED = "supervision.lifted"  # with the ticket's end, or the order's where two are one
SETTLING = {"ticket.settled", "callback.planned", "ticket.returned", "arbitration.opened"}
ENDING = {"order.recalled", "ticket.suspension_ended", "clock.reckoned", LIFTED}
CONSEQUENCES: dict[str, set[str]] = {
    "ticket.dispatched": {"order.dispatched", "order.recalled", LIFTED},
    "order.recalled": SETTLING | ENDING,
    "order.returned": SETTLING | ENDING,
    "order.replied": {"order.signed", "ticket.suspension_ended", "clock.reckoned"},
    "order.completed": SETTLING | ENDING,
    "arbitration.opened": set(),
    "arbitration.decided": {"order.dispatched", "order.recalled", LIFTED},
    "extension.granted": {"clock.reckoned"},
    "ticket.suspension_ended": {"clock.reckoned"},
    "callback.attempted": {
        "callback.completed",
        "callback.planned",
        "ticket.closed",
        "ticket.reopened",
        "order.dispatched",
        "supervision.raised",
        LIFTED,
    },
    "ticket.reopened": {"order.dispatched", "supervision.raised", LIFTED},
    "hand_over.acknowledged": {LIFTED},
    "ticket.answered": {LIFTED},
    "ticket.declined": {LIFTED},
    "ticket.withdrawn": ENDING,
    "ticket.handed_over": ENDING,
}
