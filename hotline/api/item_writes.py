"""事项撰写、审核、发布 over HTTP: each on the version that was seen, and once."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter

from hotline.api.article_writes import Judge, Publisher, Writer
from hotline.api.fields import Number
from hotline.api.item_views import content_in, item_detail
from hotline.api.schemas_articles import WhyIn
from hotline.api.schemas_items import ItemDetail, ItemIn, NewItemIn
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from knowledge.articles.states import TextAction
from knowledge.items import finding, life, writing
from knowledge.items.checks import ItemKey
from knowledge.items.models_items import ServiceItem

router = APIRouter(prefix="/api/v1/items", tags=["items"], responses=READING)
_WRITES: dict[str, Any] = {"response_model": ItemDetail, "responses": WRITING}


@router.post("", operation_id="create_item", status_code=201, summary="Draft (撰写)", **_WRITES)
def create_item(actor: Writer, given: NewItemIn, write: Writing) -> Any:
    """撰写: return a new item at one level with its first draft."""

    def act() -> ItemDetail:
        key = ItemKey(given.code, given.district)
        made = writing.create(write.session, key, content_in(given), actor=actor, now=now())
        return item_detail(write.session, made)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.put("/{item}", operation_id="write_item", summary="Change the draft", **_WRITES)
def write_item(actor: Writer, item: Number, given: ItemIn, write: Writing) -> Any:
    """Change the draft, or begin the next version; what is published stays."""

    def act(row: ServiceItem) -> object:
        return writing.write(write.session, row, content_in(given), actor=actor, now=now())

    return _change(write, item, act, actor, given.model_dump_json())


@router.post("/{item}/submit", operation_id="submit_item", summary="Submit (送审)", **_WRITES)
def submit_item(actor: Writer, item: Number, write: Writing) -> Any:
    """送审: somebody else judges it."""
    return _act(write, item, TextAction.SUBMIT, "", actor)


@router.post("/{item}/approve", operation_id="approve_item", summary="Approve (审核)", **_WRITES)
def approve_item(actor: Judge, item: Number, write: Writing) -> Any:
    """审核通过: never by its author."""
    return _act(write, item, TextAction.APPROVE, "", actor)


@router.post(
    "/{item}/send-back", operation_id="send_back_item", summary="Send back (退回)", **_WRITES
)
def send_back_item(actor: Judge, item: Number, given: WhyIn, write: Writing) -> Any:
    """退回修改: with the reason."""
    return _act(write, item, TextAction.SEND_BACK, given.reason, actor)


@router.post("/{item}/publish", operation_id="publish_item", summary="Publish (发布)", **_WRITES)
def publish_item(actor: Publisher, item: Number, write: Writing) -> Any:
    """发布: it holds from its first day on; what held before holds until then."""
    return _act(write, item, TextAction.PUBLISH, "", actor)


@router.post("/{item}/expire", operation_id="expire_item", summary="End (失效)", **_WRITES)
def expire_item(actor: Publisher, item: Number, given: WhyIn, write: Writing) -> Any:
    """失效: what holds today holds no longer, with the reason."""
    return _act(write, item, TextAction.EXPIRE, given.reason, actor)


def _act(write: Write, item: str, action: TextAction, reason: str, actor: Actor) -> Any:
    def act(row: ServiceItem) -> object:
        return life.act(write.session, row, action, reason=reason, actor=actor, now=now())

    return _change(write, item, act, actor, reason)


def _change(
    write: Write, item: str, act: Callable[[ServiceItem], object], actor: Actor, given: str
) -> Any:
    def find() -> ServiceItem:
        return finding.find(write.session, item, lock=True)

    return write.change(find, act, item_detail, actor, given)
