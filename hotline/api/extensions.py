"""延期 and 待补充 over HTTP: more time, and more words."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"], responses=READING)
