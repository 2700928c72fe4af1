"""转派 and 签发 over HTTP: to the county below, and with a leader's name."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"], responses=READING)
