"""The pages of this room, as one router."""

from fastapi import APIRouter

router = APIRouter(include_in_schema=False)
