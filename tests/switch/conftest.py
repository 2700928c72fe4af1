"""A site whose audio door runs."""

from collections.abc import Iterator

import pytest

from hotline.core import vault
from hotline.core.settings import Settings
from tests.switch.seat_door import running


@pytest.fixture
def site(own: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A site of its own with the tests' master key; its folder is short enough for a socket."""
    vault.ensure_master_key(own.data_dir / "master.key")
    folder = tmp_path_factory.mktemp("seats")
    made = own.model_copy(update={"data_dir": folder, "http_port": 19000})
    made.run_dir.mkdir(parents=True)
    return made


@pytest.fixture
def door(site: Settings) -> Iterator[Settings]:
    with running(site):
        yield site
