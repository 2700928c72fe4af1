"""Every page of 堵点难点, as one door; what is more particular first."""

from fastapi import APIRouter

from hotline.console.problems import finding, listing, moves, one

router = APIRouter(include_in_schema=False)
for page in (finding, listing, one, moves):
    router.include_router(page.router)
