"""Every page of 案例库, as one door; the list and the form before any case."""

from fastapi import APIRouter

from hotline.console.cases import listing, one

router = APIRouter(include_in_schema=False)
for page in (listing, one):
    router.include_router(page.router)
