"""OAuth2 clients over the wire: what an administrator makes, and what a client is given."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Text
from hotline.api.schemas import BeijingTime, Out
from hotline.api.schemas_orders import SHOWN_ONCE, Scope


class ClientIn(BaseModel):
    """Which of the department's systems it is for, and what that may do."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"label": "OA", "scopes": ["orders.read", "orders.write"]}]}
    )

    label: Annotated[Text, Field(max_length=100)] = ""
    scopes: Annotated[list[Scope], Field(max_length=20)] = Field(
        [], description="None: all that a department's system may do."
    )


class SecretOut(Out):
    """A secret as it is listed: its first letters tell it from the other."""

    id: int
    shown: str
    created_at: BeijingTime
    created_by: str
    revoked_at: BeijingTime | None


class ClientOut(BaseModel):
    """A client and its secrets, oldest first."""

    client_id: str
    department: str
    label: str
    scopes: list[str] = Field(description="None: all that a department's system may do.")
    created_at: BeijingTime
    created_by: str
    revoked_at: BeijingTime | None
    secrets: list[SecretOut]


class NewClient(ClientOut):
    client_secret: str | None = Field(description=SHOWN_ONCE, examples=["hs_…"])


class NewSecret(SecretOut):
    client_secret: str | None = Field(description=SHOWN_ONCE, examples=["hs_…"])


class ClientList(BaseModel):
    items: list[ClientOut]


class TokenOut(BaseModel):
    """RFC 6749 §5.1."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "ht_…",
                    "token_type": "Bearer",
                    "expires_in": 3600,
                    "scope": "orders.read orders.write",
                }
            ]
        }
    )

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds.")
    scope: str


class TokenRefused(BaseModel):
    """RFC 6749 §5.2."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": "invalid_client",
                    "error_description": "The client or its secret is wrong, or was revoked.",
                }
            ]
        }
    )

    error: Literal[
        "invalid_request",
        "invalid_client",
        "unsupported_grant_type",
        "invalid_scope",
    ]
    error_description: str
