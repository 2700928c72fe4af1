"""The pages of this room, as one router."""

from fastapi import APIRouter

from hotline.console.answering import (
    beside_call,
    editing,
    gap_page,
    library,
    must_reads,
    reading_page,
)

router = APIRouter(include_in_schema=False)
for page in (beside_call, gap_page, must_reads, reading_page, editing, library):
    router.include_router(page.router)
