"""Every page of the console, as one door."""

from fastapi import APIRouter

from hotline.console import (
    account,
    call_bar,
    callbacks,
    clustering,
    contesting,
    deciding,
    files,
    granting,
    lists,
    live_words,
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
router.include_router(call_bar.router)
router.include_router(live_words.router)
for forms in (files, deciding, sharing, contesting, granting, clustering):
    router.include_router(forms.router)
