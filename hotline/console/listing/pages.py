"""The pages of this room, as one router."""

from fastapi import APIRouter

from hotline.console.listing import acting, parts, saving, taking

router = APIRouter(include_in_schema=False)
for page in (parts, saving, acting, taking):
    router.include_router(page.router)
