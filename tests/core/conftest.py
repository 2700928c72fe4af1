"""A site of its own for tests that replace its master key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from hotline.core import rekeying, vault
from hotline.core import settings as core_settings
from hotline.core.rekeying import Wrapped
from hotline.core.settings import Settings


@pytest.fixture
def site(tmp_path: Path, engine: Engine) -> Iterator[Settings]:
    """A site with a master key of its own, in this process too; its people are removed again."""
    vault.ensure_master_key(tmp_path / "master.key")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
        core_settings.settings.cache_clear()
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE kept_secret (id text PRIMARY KEY, sealed bytea)"))
        rekeying.register(Wrapped("kept_secret", "sealed", "id", lambda name: f"secret:{name}"))
        yield core_settings.settings()
        rekeying.forget("kept_secret", "sealed")
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("DROP TABLE kept_secret"))
            connection.execute(text("TRUNCATE person, event CASCADE"))
    core_settings.settings.cache_clear()
