"""审计 over HTTP: an auditor reads who administered, who looked, who was refused."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.sealing import reach
from hotline.api.fields import Code, Instant
from hotline.api.schemas_audit import AuditOut, AuditPage
from hotline.core import audit
from hotline.core.accounts import Actor
from hotline.core.audit import Wanted
from hotline.core.event_types import EventType
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/audit", tags=["audit"], responses=READING)

Auditor = Annotated[Actor, Depends(permit(Permission.AUDIT_READ))]


@router.get("", operation_id="list_audit", summary="Read the audit log (审计)")
def list_audit(
    actor: Auditor,
    session: SessionDep,
    request: Request,
    response: Response,
    since: Annotated[Instant | None, Query(description="From this moment on.")] = None,
    until: Annotated[Instant | None, Query(description="Before this moment.")] = None,
    by: Annotated[Code, Query(alias="actor", description="Who did it.")] = "",
    subject: Annotated[
        Code, Query(description="All that happened to account:NAME, key:ID, ticket:NUMBER …")
    ] = "",
    types: Annotated[
        list[EventType] | None, Query(alias="type", description="Any of these types.")
    ] = None,
    everything: Annotated[
        bool, Query(description="The work on tickets, orders and calls too.")
    ] = False,
    cursor: Annotated[Code | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> AuditPage:
    """Return what was done, the newest first.

    Accounts, keys, roles, rules, imports, looks at people, webhooks, failed sign-ins and refused
    actions. Of a sealed ticket only its named readers are told, so a page may hold less than
    `limit`; follow `next` until it is null.
    """
    wanted = Wanted(since, until, by, subject, frozenset(types or ()), everything)
    seen = decode_cursor(cursor)
    found = audit.listed(session, wanted, before=seen[1] if seen else None, limit=limit)
    following = encode_cursor(found[-1].at, found[-1].id or 0) if len(found) == limit else None
    link_next(request, response, following)
    shown = [
        AuditOut(
            id=event.id or 0,
            at=event.at,
            type=event.type,
            actor=event.actor,
            subject=event.chain,
            refs=event.refs,
            hash=event.hash,
        )
        for event in reach.told(session, actor, found)
    ]
    return AuditPage(items=shown, next=following)
