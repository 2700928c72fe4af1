"""Signatures by Standard Webhooks, and the secrets behind them: sealed here, shown once."""

import base64
import secrets
import uuid
from datetime import datetime

from standardwebhooks import Webhook

from dispatch.webhooks.models_webhooks import WebhookEndpoint, secret_purpose
from hotline.core import vault

PREFIX = "whsec_"
SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64


def new_secret() -> str:
    """Return a fresh secret as receivers are given it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def seal(secret: str, endpoint: uuid.UUID) -> bytes:
    """Return the secret as it is kept: only the vault's master key opens it, for this endpoint."""
    return vault.wrap(secret.encode(), secret_purpose(endpoint))


def secrets_of(endpoint: WebhookEndpoint, *, now: datetime) -> tuple[str, ...]:
    """Return the secrets that hold now: the newest, and the one before it while it is valid."""
    sealed = [endpoint.sealed_secret]
    if endpoint.previous_secret and endpoint.previous_until and now < endpoint.previous_until:
        sealed.append(endpoint.previous_secret)
    return tuple(vault.open_wrapped(each, secret_purpose(endpoint.id)).decode() for each in sealed)


def headers(
    message: str, body: str, secrets: tuple[str, ...], *, now: datetime
) -> dict[str | bytes, str | bytes]:
    """Return the request's headers; one signature for each secret, so that either one verifies."""
    signed = " ".join(Webhook(secret).sign(message, now, body) for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": "hotline-webhooks/1",
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signed,
    }
