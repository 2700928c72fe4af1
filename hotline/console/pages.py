"""Every page of the console, as one door."""

from fastapi import APIRouter

from hotline.console import callbacks, lists, recordings, reviews, signing, ticket

router = APIRouter(include_in_schema=False)
for page in (signing, lists, recordings, reviews, ticket, callbacks):
    router.include_router(page.router)
