"""重新训练: a candidate from the site's own lessons, measured on what it has not seen."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from dispatch.routing import lessons, live_model, registry
from dispatch.routing.lessons import Lessons
from dispatch.routing.models_router import RouterModel
from dispatch.routing.registry import Kind
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from nlp import evaluate
from nlp.classifier import Model
from nlp.model_files import save
from nlp.training import train

LEAST_ROWS = 200
Rows = tuple[Sequence[str], Sequence[str]]  # texts and their labels
Told = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Retrained:
    """The registered model; `known` when the very same data had been trained on before."""

    row: RouterModel
    known: bool
    live_on_newest: Mapping[str, float]


class TooFew(Invalid):
    """The site has taught too little so far; `found` says how much."""

    def __init__(self, found: Lessons) -> None:
        super().__init__(
            f"The site has {len(found.training)} rows to train on, {len(found.newest)} in the "
            f"newest month that is held out, and {found.rare} whose label too few share.",
            remedy=f"At least {LEAST_ROWS} are needed; rows of your own may stand beside them.",
        )
        self.found = found


def retrain(
    session: Session,
    kind: Kind,
    *,
    beside: Rows = ((), ()),
    slices: Mapping[str, Rows],
    tell: Told,
    actor: Actor,
    now: datetime,
) -> Retrained:
    """Train on the site's lessons and the rows `beside` them, and register a candidate.

    The newest month is held out and is the slice `newest`. The texts stay in memory; on disk are
    features that at least five rows share. Raises TooFew for too few rows.
    """
    found = lessons.parted(lessons.of_site(session, kind))
    model = _trained(found, beside, tell=tell, now=now)
    earlier = _known(session, kind, model)
    if earlier:
        return Retrained(earlier, True, {})
    newest = [one.text for one in found.newest], [one.label for one in found.newest]
    metrics = _measured(model, {"newest": newest, **slices}, tell)
    live = _live(session, kind, newest)  # before anything is written: it takes its time
    row = _registered(session, model, kind, metrics=metrics, actor=actor, now=now)
    return Retrained(row, False, live)


def _trained(found: Lessons, beside: Rows, *, tell: Told, now: datetime) -> Model:
    if not found.training or len(found.training) + len(beside[0]) < LEAST_ROWS:
        raise TooFew(found)
    texts = [*beside[0], *(one.text for one in found.training)]
    labels = [*beside[1], *(one.label for one in found.training)]
    tell(f"training on {len(texts)} rows with {len(set(labels))} labels …")
    return train(texts, labels, tokenised=False, now=now)


def _measured(model: Model, slices: Mapping[str, Rows], tell: Told) -> dict[str, dict[str, float]]:
    given = {name: rows for name, rows in slices.items() if rows[0]}
    tell(f"measuring on {', '.join(given) or 'nothing'} …")
    return {name: evaluate.evaluate(model, *rows).figures() for name, rows in given.items()}


def _registered(session: Session, model: Model, kind: Kind, **known: Any) -> RouterModel:
    with tempfile.TemporaryDirectory() as folder:
        save(model, Path(folder))
        return registry.register(session, Path(folder), kind, **known)


def _known(session: Session, kind: Kind, model: Model) -> RouterModel | None:
    facts = model.facts
    return session.exec(
        select(RouterModel).where(
            RouterModel.kind == kind,
            RouterModel.data_sha256 == facts.data_sha256,
            RouterModel.code_version == facts.code_version,
        )
    ).first()


def _live(session: Session, kind: Kind, newest: Rows) -> Mapping[str, float]:
    """Return how the live model does on the same month; empty where it can't be asked."""
    if kind is not Kind.MATTER or not newest[0]:
        return {}
    return evaluate.evaluate(live_model.current(session), *newest).figures()
