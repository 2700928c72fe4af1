"""Who has a ticket: more departments, others, or none."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)
