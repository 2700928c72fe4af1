"""Router models to register: the packaged one, bent so that it names one matter for everything."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlmodel import Session

from dispatch import intake
from dispatch.models import Ticket
from dispatch.routing import registry
from dispatch.routing.models_router import RouterModel, ShadowJudgement
from dispatch.routing.registry import Kind
from dispatch.routing.router import shipped_model
from hotline.core.accounts import Actor, Role
from nlp.model_files import save
from tests.factories import create_ended_call

CHIEF = Actor("chief", Role.SUPERVISOR)
BENT = "教育文体"


def trained(folder: Path, label: str = BENT) -> Path:
    """Return the folder of a whole model that is sure of this one label."""
    model = shipped_model()
    bias = np.full(len(model.labels), -9.0, np.float32)
    bias[model.labels.index(label)] = 9.0
    linear = replace(model.linear, bias=bias, weights=np.zeros_like(model.linear.weights))
    facts = replace(model.facts, data_sha256=f"{label}-rows", rows=100)
    save(replace(model, linear=linear, facts=facts), folder)
    return folder


def candidate(session: Session, folder: Path, now: datetime) -> RouterModel:
    """Return the bent model, registered beside the packaged one, which is live."""
    registry.register_shipped(session, now=now)
    return registry.register(
        session, trained(folder), Kind.MATTER, metrics={}, actor=CHIEF, now=now
    )


def shadowing(session: Session, folder: Path, now: datetime) -> RouterModel:
    """Return the bent model in shadow."""
    row = candidate(session, folder, now)
    registry.let_shadow(session, row, actor=CHIEF, now=now)
    return row


def called_in(session: Session, now: datetime, *said: str) -> Ticket:
    """Return the ticket that the machine made of a caller's words."""
    call = create_ended_call(session, now=now, said=said)
    ticket = intake.register_call(session, call.id, district="540102", auto_dispatch=False, now=now)
    assert ticket
    return ticket


def outcomes(
    session: Session, row: RouterModel, ticket: Ticket, *, won: int, same: int, now: datetime
) -> None:
    """Have the shadow judged right where the live one is wrong `won` times, both `same` times."""
    live, proposal = registry.live(session), intake.proposal_of(session, ticket)
    assert live
    assert proposal
    for place in range(won + same):
        made = type(proposal)(
            call_id=proposal.call_id,
            ticket_id=ticket.id,
            at=now,
            department="a",
            confidence=0.9,
            body={},
        )
        session.add(made)
        session.flush()
        session.add(
            ShadowJudgement(
                model_id=row.id or 0,
                live_id=live.id or 0,
                proposal_id=made.id or 0,
                ticket_id=ticket.id or 0,
                judged_at=now,
                live_matter="01",
                shadow_matter="02",
                live_department="b" if place < won else "a",
                shadow_department="a",
                live_confidence=0.9,
                shadow_confidence=0.9,
                outcome_department="a",
                outcome_at=now,
            )
        )
    session.flush()
