"""督办 over HTTP: raised, answered, lifted."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/supervisions", tags=["supervisions"], responses=READING)
