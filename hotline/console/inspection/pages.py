"""Every page of quality inspection, as one door; what is more particular before `/{id}`."""

from fastapi import APIRouter

from hotline.console.inspection import calibrating, card, listening, one, own, setup, work
from hotline.console.inspection.frame import PAGE

router = APIRouter(include_in_schema=False)
for room in (work, own, setup, card, calibrating, one, listening):
    router.include_router(room.router, prefix=PAGE)
