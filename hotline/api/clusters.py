"""并单 over HTTP: many requesters, one matter."""

from fastapi import APIRouter

from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/clusters", tags=["clusters"], responses=READING)
