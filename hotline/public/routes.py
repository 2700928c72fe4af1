"""Every page of the requesters' door, as one."""

from fastapi import APIRouter

from hotline.public import comparisons, confirming, finding, offering, pages, statistics

router = APIRouter(include_in_schema=False)
for each in (offering, finding, pages, confirming, statistics, comparisons):
    router.include_router(each.router)
