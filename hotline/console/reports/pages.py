"""The pages of this room, as one router."""

from fastapi import APIRouter

from hotline.console.reports import lists, one, schedule_pages, template_pages

router = APIRouter(include_in_schema=False)
# Before any report's number.
for page in (template_pages, schedule_pages, lists, one):
    router.include_router(page.router)
