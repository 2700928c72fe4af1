"""The model that proposals go by now: the registry's live one, loaded once in each process.

A process looks before each proposal, so a promotion is followed at once and without a restart. A
site without a registry, or whose live model can't be read, goes by the packaged one.
"""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import structlog

from hotline.core.ahead import Question, answers
from hotline.core.errors import HotlineError
from hotline.core.settings import settings
from nlp.classifier import Model
from nlp.known_models import load_known

if TYPE_CHECKING:
    from sqlmodel import Session

QUESTION = Question(
    "SELECT (SELECT id FROM router_model WHERE kind = 'matter' AND state = 'live')", columns=1
)
FOLDER = "router-models"  # below the data folder: a folder for each registered model

log = structlog.get_logger()
_lock = Lock()
_loaded: tuple[int, Model] | None = None


def current(session: "Session") -> Model:
    """Return the live model; the packaged one where there is none or its files are damaged."""
    global _loaded
    (((live,),),) = answers(session, QUESTION)
    if live is None:
        return packaged()
    kept = _loaded
    if kept is None or kept[0] != live:
        with _lock:
            kept = _loaded  # by who held the lock before, perhaps
            if kept is None or kept[0] != live:
                kept = _loaded = live, _load(session, live)
    return kept[1]


def loaded() -> Model:
    """Return the model that this process used last; the packaged one before it has used any."""
    return _loaded[1] if _loaded else packaged()


def folder_of(name: str) -> Path:
    """Return where the registered model's files lie."""
    return settings().data_dir.resolve() / FOLDER / name


def packaged() -> Model:
    """Return the model that comes with the package."""
    from dispatch.routing.router import shipped_model

    return shipped_model()


def load(folder: str, sha256: str) -> Model:
    """Return a registered model; raise NotFound or Invalid when its files have changed."""
    return load_known(folder_of(folder), sha256) if folder else packaged()


def _load(session: "Session", live: int) -> Model:
    from dispatch.routing.models_router import RouterModel

    row = session.get_one(RouterModel, live)
    try:
        return load(row.folder, row.sha256)
    except HotlineError as error:  # callers are answered with the packaged one meanwhile
        log.error("model.unreadable", model=live, error=error.detail, remedy="roll it back")
        return packaged()
