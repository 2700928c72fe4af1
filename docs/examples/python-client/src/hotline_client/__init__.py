"""A department's system talks to a 12345 hotline."""

from hotline_client.client import Hotline
from hotline_client.credentials import ApiKey, ClientCredentials
from hotline_client.errors import (
    Conflict,
    HotlineError,
    Invalid,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Stale,
    Unavailable,
)
from hotline_client.feed import FileCursor, Follower
from hotline_client.models import Change, Line, Mismatch, Order, OrderSummary
from hotline_client.reconciling import digest
from hotline_client.webhooks import NotTheirs, verify

__all__ = [
    "ApiKey",
    "Change",
    "ClientCredentials",
    "Conflict",
    "FileCursor",
    "Follower",
    "Hotline",
    "HotlineError",
    "Invalid",
    "Line",
    "Mismatch",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "NotTheirs",
    "Order",
    "OrderSummary",
    "Stale",
    "Unavailable",
    "digest",
    "verify",
]
