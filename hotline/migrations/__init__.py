"""The database's shape over time; `upgrade` brings any older one to the present."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Engine

from hotline.core.errors import CannotStart


def config(engine: Engine) -> Config:
    """Return alembic's configuration for this database."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["engine"] = engine
    return made


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision; raise CannotStart when it is newer than we are."""
    made = config(engine)
    try:
        command.upgrade(made, "head")
    except CommandError as error:
        head = ScriptDirectory.from_config(made).get_current_head()
        raise CannotStart(
            f"The database was written by a newer version of the hotline ({error}; "
            f"this one knows up to {head}).",
            remedy="Run that version, or restore a backup made by this one.",
        ) from error
