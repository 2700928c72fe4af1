"""An old phone: a browser that keeps cookies and runs no scripts, on a site with pages."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import anonymous, desk
from tests.dispatch.requester_scene import site_with_pages

__all__ = ["anonymous", "desk"]


@pytest.fixture(autouse=True)
def site(own: object) -> Iterator[None]:
    """Messages of this site carry links."""
    assert own
    with site_with_pages():
        yield
