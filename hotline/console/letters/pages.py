"""Every page of this room, as one."""

from fastapi import APIRouter

from hotline.console.letters import attaching, deciding, lists, writing
from hotline.console.letters.frame import PAGE

router = APIRouter(include_in_schema=False)
# `new` before any letter.
for page in (lists, writing, attaching, deciding):
    router.include_router(page.router, prefix=PAGE)
