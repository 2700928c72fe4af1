"""What several files of these tests are given."""

import pytest

from dispatch.taking_over.import_mapping import ColumnMapping, parse_mapping
from tests.dispatch.import_scene import MAPPING


@pytest.fixture
def mapping() -> ColumnMapping:
    return parse_mapping("mapping.toml", MAPPING)
