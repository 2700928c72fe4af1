"""domain.md 2.4, default profile, for 求助: of the normal time class, and of the emergency's."""

LIMITS = {
    "normal": {
        "dispatch_by": "1h",
        "accept_by": "4wh",
        "contact_by": "5wh",
        "return_by": "1wd",
        "reply_by": "7wd",
        "callback_by": "2wd",
        "rectify_by": "5wd",
        "feedback_by": "3wd",
        "arbitrate_by": "2wd",
        "acknowledge_by": "1wd",
    },
    "emergency": {
        "dispatch_by": "1h",
        "accept_by": "1h",
        "contact_by": "1h",
        "return_by": "1wd",
        "reply_by": "2h",
        "callback_by": "2wd",
        "rectify_by": "5wd",
        "feedback_by": "2h",
        "arbitrate_by": "1h",
        "acknowledge_by": "1h",
    },
}
