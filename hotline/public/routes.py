"""Every page of the requesters' door, as one."""

from fastapi import APIRouter

from hotline.public import finding, pages

router = APIRouter(include_in_schema=False)
for each in (finding, pages):
    router.include_router(each.router)
