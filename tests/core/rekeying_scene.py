"""A rotation of the master key, as the tests begin it."""

from datetime import datetime

from sqlalchemy import Engine

from hotline.core import rekeying
from hotline.core.settings import Settings


def quiet(_table: str, _done: int, _todo: int) -> None:
    """Show nobody how far it is."""


def rotate(site: Settings, engine: Engine, now: datetime) -> None:
    rekeying.begin(site)
    rekeying.rekey(engine, site, progress=quiet, now=now)
