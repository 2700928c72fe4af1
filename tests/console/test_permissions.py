"""No page is open to everybody by oversight."""

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from hotline.console.pages import router
from hotline.core.security import Permission

# Where one signs in and out, and how one reads.
OPEN = {
    "/console/sign-in",
    "/console/sign-out",
    "/console/sign-in/oidc",
    "/console/sign-in/oidc/callback",
    "/console/language",
}


def permissions_of(dependant: Dependant) -> set[Permission]:
    found: set[Permission] = set()
    for each in dependant.dependencies:
        permission = getattr(each.call, "permission", None)
        found |= permissions_of(each) | ({permission} if permission else set())
    return found


def test_every_page_names_its_permission() -> None:
    # Not `router.routes`: it lists the included routers, not what is in them.
    pages = [each.original_route for each in iter_route_contexts(router.routes)]
    routes = [page for page in pages if isinstance(page, APIRoute)]
    assert len(routes) > 10
    for page in routes:
        if page.path not in OPEN:
            assert permissions_of(page.dependant), f"{page.path} is open to everybody"
