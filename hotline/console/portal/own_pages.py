"""The department's own pages beside its inbox: figures, keys, webhooks, paper."""

from fastapi import APIRouter

from hotline.console.portal import (
    own_articles,
    own_comparison_exclusions,
    own_comparisons,
    own_deliveries,
    own_figures,
    own_hooks,
    own_keys,
    own_letters,
    own_problems,
    own_ratings,
    own_reports,
    own_sheets,
)

router = APIRouter(include_in_schema=False)
for page in (own_articles, own_figures, own_keys, own_ratings, own_deliveries, own_hooks):
    router.include_router(page.router)
router.include_router(own_letters.router)
for compared in (own_comparison_exclusions, own_comparisons):  # what is more particular first
    router.include_router(compared.router)
router.include_router(own_problems.router)
router.include_router(own_reports.router)
router.include_router(own_sheets.router)
