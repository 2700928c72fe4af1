"""系统运行: what the machine says, which model it proposes by, and how its processes are."""

from fastapi import APIRouter

from hotline.console.administration import earned, models, processes, prompts

router = APIRouter(include_in_schema=False)
for page in (prompts, earned, models, processes):
    router.include_router(page.router)
