"""The pages of this room, as one router."""

from fastapi import APIRouter

from hotline.console.portal import (
    file_forms,
    handling_forms,
    inbox,
    notices,
    onward_forms,
    order_page,
    own_pages,
    reply_forms,
    stream,
)

router = APIRouter(include_in_schema=False)
for page in (inbox, stream, notices, own_pages, order_page):
    router.include_router(page.router)
for forms in (handling_forms, reply_forms, onward_forms, file_forms):
    router.include_router(forms.router)
