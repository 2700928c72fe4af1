"""会商 over HTTP: contested tickets, and who shall answer for them."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/arbitrations", tags=["arbitrations"], responses=READING)
