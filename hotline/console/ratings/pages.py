"""Every page of this room, as one."""

from fastapi import APIRouter

from hotline.console.ratings import (
    alert_pages,
    bad,
    blind_pages,
    call_pages,
    paper_pages,
    poster,
)

router = APIRouter(include_in_schema=False)
# Before any bad rating's number.
for page in (call_pages, blind_pages, alert_pages, paper_pages, poster, bad):
    router.include_router(page.router)
