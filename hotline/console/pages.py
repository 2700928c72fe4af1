"""Every page of the console, as one door."""

from fastapi import APIRouter

from hotline.console import (
    account,
    callbacks,
    clustering,
    contesting,
    deciding,
    files,
    granting,
    lists,
    oidc,
    recordings,
    registers,
    reviews,
    sharing,
    signing,
    ticket,
)

router = APIRouter(include_in_schema=False)
for page in (signing, oidc, account, lists, registers, recordings, reviews, ticket, callbacks):
    router.include_router(page.router)
for forms in (files, deciding, sharing, contesting, granting, clustering):
    router.include_router(forms.router)
