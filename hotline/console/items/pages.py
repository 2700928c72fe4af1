"""The pages of this room, as one router."""

from fastapi import APIRouter

from hotline.console.items import comparing, editing, library, on_ticket, sheets

router = APIRouter(include_in_schema=False)
for page in (on_ticket, sheets, comparing, editing, library):
    router.include_router(page.router)
