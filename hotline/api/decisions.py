"""What an agent decides about a ticket: answer, decline, hand over, withdraw, reopen, archive."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)
