"""Every page of this room, as one."""

from fastapi import APIRouter

from hotline.console.comparing import exclusion_pages, run_pages, scheme_pages

router = APIRouter(include_in_schema=False)
for page in (scheme_pages, exclusion_pages, run_pages):
    router.include_router(page.router)
