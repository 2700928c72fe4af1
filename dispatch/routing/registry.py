"""派单模型登记: which models there are, which proposals go by, which one learns beside it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from dispatch.routing import comparing, live_model
from dispatch.routing.models_router import RouterModel
from dispatch.routing.promotion import judge
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from nlp import known_models
from nlp.classifier import Model
from nlp.model_files import MATTERS

LONGEST_REASON = 500


class State(StrEnum):
    """候选、影子、在用、停用."""

    CANDIDATE = "candidate"
    SHADOW = "shadow"
    LIVE = "live"
    RETIRED = "retired"


class Kind(StrEnum):
    """What a model's labels are. Proposals ask a model of matters; the catalogue does the rest."""

    MATTER = "matter"
    DEPARTMENT = "department"


def listed(session: Session, *, limit: int = 100) -> Sequence[RouterModel]:
    """Return the models, the newest first."""
    query = select(RouterModel).order_by(col(RouterModel.id).desc()).limit(limit)
    return session.exec(query).all()


def find(session: Session, model_id: int, *, lock: bool = False) -> RouterModel:
    """Return the model; raise NotFound."""
    query = select(RouterModel).where(RouterModel.id == model_id)
    row = session.exec(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(f"There is no router model {model_id}.", remedy="`hotline models list`")
    return row


def live(session: Session, *, lock: bool = False) -> RouterModel | None:
    """Return the model that proposals go by; None before the packaged one is registered."""
    return _in(session, State.LIVE, lock=lock)


def shadow(session: Session) -> RouterModel | None:
    """Return the model that judges beside the live one."""
    return _in(session, State.SHADOW)


def register_shipped(session: Session, *, now: datetime) -> RouterModel:
    """Register the packaged model once; it takes the place of an older packaged one, or of none.

    A site that goes by a model of its own keeps it: the packaged one is a candidate then.
    """
    digest = known_models.digest_of(MATTERS)
    known = _known(session, Kind.MATTER, digest)
    if known:
        return known
    row = _row(live_model.packaged(), Kind.MATTER, "", digest, actor=MACHINE, now=now)
    before = live(session)
    _add(session, row, actor=MACHINE, now=now)
    if before is None or not before.folder:
        _take_over(session, row, before, actor=MACHINE, now=now)
        if before:  # its files went with the older version
            row.replaced_id = None
    return row


def register(
    session: Session,
    source: Path,
    kind: Kind,
    *,
    metrics: Mapping[str, Mapping[str, float]],
    actor: Actor,
    now: datetime,
) -> RouterModel:
    """登记: keep a copy of the trained model as a candidate; `metrics` are figures by slice.

    Raises NotFound or Invalid for a folder without a whole model, Conflict for one known already.
    """
    digest = known_models.digest_of(source)
    model = known_models.load_known(source, digest)
    known = _known(session, kind, digest)
    if known:
        raise Conflict(f"This very model is registered already, as number {known.id}.")
    known_models.keep(source, live_model.folder_of(digest[:16]))
    row = _row(model, kind, digest[:16], digest, actor=actor, now=now)
    row.metrics = {**row.metrics, **{name: dict(figures) for name, figures in metrics.items()}}
    _add(session, row, actor=actor, now=now)
    return row


def let_shadow(session: Session, row: RouterModel, *, actor: Actor, now: datetime) -> None:
    """影子运行: let a candidate judge real proposals beside the live model, shown to nobody.

    Raises Conflict where another one does, Invalid for a model that no proposal asks.
    """
    if row.kind != Kind.MATTER:
        raise Invalid(
            f"Model {row.id} names departments; proposals take them from the catalogue.",
            remedy="Train a model of matters.",
        )
    _require(row, State.CANDIDATE, State.RETIRED)
    if other := shadow(session):
        raise Conflict(f"Model {other.id} is the shadow now.", remedy="Stop it first.")
    live_model.load(row.folder, row.sha256)  # one that can't be read would judge nothing
    newest = comparing.newest_proposal(session)
    try:
        with session.begin_nested():
            row.state, row.shadow_since, row.judged_to = State.SHADOW, now, newest
    except IntegrityError as error:  # somebody else's began just now (uq_router_model_shadow)
        raise Conflict("Another model is the shadow now.", remedy="Stop it first.") from error
    _tell(session, EventType.MODEL_SHADOWED, row, actor, now, began=True)


def stop_shadow(session: Session, row: RouterModel, *, actor: Actor, now: datetime) -> None:
    """停止影子运行: it is a candidate again; what it has said is kept."""
    _require(row, State.SHADOW)
    row.state = State.CANDIDATE
    _tell(session, EventType.MODEL_SHADOWED, row, actor, now, began=False)


def promote(
    session: Session, row: RouterModel, reason: str, *, actor: Actor, now: datetime
) -> None:
    """启用: proposals go by the shadow from now on, in every process, once it has earned it.

    Raises Conflict with the figures where `promotion.judge` refuses, Invalid without a reason.
    """
    _require(row, State.SHADOW)
    reason = _reason(reason)
    before = live(session, lock=True)
    found = comparing.comparison(session, row, before)
    verdict = judge(found)
    if not verdict.may:
        raise Conflict(
            f"Model {row.id} may not be promoted ({verdict.refused}): of {found.outcomes} outcomes "
            f"it is right in {found.shadow_right:.1%}, the live one in {found.live_right:.1%}.",
            remedy="Let it judge on; `hotline models shadow` tells how it stands.",
        )
    figures = {"outcomes": found.outcomes, "won": found.shadow_only, "lost": found.live_only}
    live_model.load(row.folder, row.sha256)
    _take_over(session, row, before, actor=actor, now=now, **figures)
    row.reason = reason


def roll_back(session: Session, reason: str, *, actor: Actor, now: datetime) -> RouterModel:
    """退回: proposals go by the model again that the live one replaced; return that one.

    Raises Conflict where the live one replaced none, Invalid without a reason.
    """
    reason = _reason(reason)
    now_live = live(session, lock=True)
    if now_live is None or now_live.replaced_id is None:
        raise Conflict("The live model has replaced no other: there is nothing to go back to.")
    before = find(session, now_live.replaced_id, lock=True)
    live_model.load(before.folder, before.sha256)
    now_live.state, now_live.reason = State.RETIRED, reason
    session.flush()  # two live ones are never there, not even for a statement
    before.state, before.promoted_at, before.promoted_by = State.LIVE, now, str(actor)
    _tell(session, EventType.MODEL_ROLLED_BACK, before, actor, now, instead_of=now_live.id)
    return before


def retire(session: Session, row: RouterModel, *, actor: Actor, now: datetime) -> None:
    """停用: a candidate that is not wanted any more."""
    _require(row, State.CANDIDATE)
    row.state = State.RETIRED
    _tell(session, EventType.MODEL_RETIRED, row, actor, now)


def _take_over(
    session: Session,
    row: RouterModel,
    before: RouterModel | None,
    *,
    actor: Actor,
    now: datetime,
    **figures: int,
) -> None:
    if before:
        before.state = State.RETIRED
        session.flush()
    row.state, row.promoted_at, row.promoted_by = State.LIVE, now, str(actor)
    row.replaced_id = before.id if before else None
    _tell(session, EventType.MODEL_PROMOTED, row, actor, now, **figures)


def _row(
    model: Model, kind: Kind, folder: str, digest: str, *, actor: Actor, now: datetime
) -> RouterModel:
    facts = model.facts
    return RouterModel(
        kind=kind,
        folder=folder,
        sha256=digest,
        data_sha256=facts.data_sha256,
        rows=facts.rows,
        labels=len(model.labels),
        code_version=facts.code_version,
        trained_at=datetime.fromisoformat(facts.created_at),
        metrics={"out_of_fold": dict(facts.measured)} if facts.measured else {},
        state=State.CANDIDATE,
        registered_at=now,
        registered_by=str(actor),
    )


def _add(session: Session, row: RouterModel, *, actor: Actor, now: datetime) -> None:
    session.add(row)
    session.flush()
    _tell(session, EventType.MODEL_REGISTERED, row, actor, now)


def _in(session: Session, state: State, *, lock: bool = False) -> RouterModel | None:
    query = select(RouterModel).where(RouterModel.kind == Kind.MATTER, RouterModel.state == state)
    return session.exec(query.with_for_update() if lock else query).first()


def _known(session: Session, kind: Kind, digest: str) -> RouterModel | None:
    query = select(RouterModel).where(RouterModel.kind == kind, RouterModel.sha256 == digest)
    return session.exec(query).first()


def _require(row: RouterModel, *states: State) -> None:
    if row.state not in states:
        raise Conflict(f"Model {row.id} is {row.state}, not {' or '.join(states)}.")


def _reason(written: str) -> str:
    reason = written.replace("\0", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid("A change of the live model needs a reason.", remedy="Say why in a sentence.")
    return reason


def _tell(
    session: Session, what: EventType, row: RouterModel, actor: Actor, now: datetime, **refs: Any
) -> None:
    session.flush()
    told = {"model": row.id, "kind": row.kind, "sha256": row.sha256, **refs}
    events.append(session, what, chain=f"model:{row.id}", actor=str(actor), now=now, **told)
