"""日历与时限 over HTTP: what is in force, and what would change."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/rules", tags=["rules"], responses=READING)
