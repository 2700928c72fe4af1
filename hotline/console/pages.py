"""Every page of the console, as one door."""

from fastapi import APIRouter

from hotline.console import (
    callbacks,
    clustering,
    contesting,
    deciding,
    granting,
    lists,
    recordings,
    registers,
    reviews,
    sharing,
    signing,
    ticket,
)

router = APIRouter(include_in_schema=False)
for page in (signing, lists, registers, recordings, reviews, ticket, callbacks):
    router.include_router(page.router)
for forms in (deciding, sharing, contesting, granting, clustering):
    router.include_router(forms.router)
