"""推送 over the wire: where events go, and what became of each."""

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from dispatch.webhooks.addresses import LONGEST_URL
from dispatch.webhooks.models_webhooks import DeliveryStatus
from hotline.api.fields import Code, Instant, Text
from hotline.api.schemas import BeijingTime, Out

Url = Annotated[Text, StringConstraints(min_length=1, max_length=LONGEST_URL)]
Label = Annotated[Text, StringConstraints(max_length=100)]
Types = Annotated[list[Code], Field(max_length=50)]
WEEK_H = 168


class WebhookIn(BaseModel):
    """推送地址: a receiver; a department's key leaves `department` out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://oa.example.gov.cn/hotline",
                    "label": "OA",
                    "types": ["order.dispatched", "order.reply_rejected"],
                }
            ]
        }
    )

    url: Url
    label: Label = ""
    types: Types = Field([], description="Event types that it is told; empty: all.")
    department: Code = Field("", description="Whose it is; an administrator names it.")


class WebhookChangeIn(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://oa.example.gov.cn/hotline/v2"}]}
    )

    url: Url | None = None
    label: Label | None = None
    types: Types | None = None


class RotateIn(BaseModel):
    """换密钥: how long the old secret signs beside the new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_hours": 24}]})

    overlap_hours: int = Field(24, ge=0, le=WEEK_H)


class ReplayIn(BaseModel):
    """重发: the events from this moment on; `only_dead` leaves out what was taken."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"since": "2026-11-25T12:00:00+08:00", "only_dead": True}]}
    )

    since: Instant
    only_dead: bool = False


class WebhookOut(Out):
    """A receiver, without its secret."""

    id: uuid.UUID
    department: str
    url: str
    label: str
    types: list[str]
    version: int
    created_at: BeijingTime
    created_by: str
    disabled_at: BeijingTime | None
    disabled_by: str
    previous_until: BeijingTime | None = Field(
        description="Until then the secret before the last rotation signs, too."
    )


class NewWebhook(WebhookOut):
    secret: str | None = Field(
        description="Shown this once: null when the request was only repeated.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )


class WebhookList(BaseModel):
    items: list[WebhookOut]


class DeliveryOut(Out):
    """推送记录: one event to one receiver, and what its last try came to."""

    id: int
    message: str = Field(description="Its `webhook-id`: the event's `id` in the feed.")
    type: str
    ticket: str = Field(description="Empty for a ping, and for a call.")
    sequence: int = Field(description="Its number among the order's events to this receiver.")
    status: DeliveryStatus
    tries: int
    at: BeijingTime = Field(description="When it happened.")
    tried_at: BeijingTime | None
    delivered_at: BeijingTime | None
    last_status: int | None = Field(description="HTTP status of the receiver's last answer.")
    last_error: str = Field(
        description="status, redirect, gone, timeout, unreachable, address, tls, unsigned or "
        "internal (an error of our own); "
        "empty when it was taken."
    )


class DeliveryPage(BaseModel):
    items: list[DeliveryOut]
    next: str | None


class ReplayedOut(BaseModel):
    replayed: int = Field(description="How many events are sent again.")
