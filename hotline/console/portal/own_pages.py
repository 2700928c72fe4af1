"""The department's own pages beside its inbox: figures, keys, webhooks, paper."""

from fastapi import APIRouter

from hotline.console.portal import (
    own_articles,
    own_deliveries,
    own_figures,
    own_hooks,
    own_keys,
    own_ratings,
    own_sheets,
)

router = APIRouter(include_in_schema=False)
for page in (own_articles, own_figures, own_keys, own_ratings, own_deliveries, own_hooks):
    router.include_router(page.router)
router.include_router(own_sheets.router)
