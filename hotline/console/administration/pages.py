"""The pages of this room, as one router."""

from fastapi import APIRouter

from hotline.console.administration import (
    audit,
    calendars,
    catalogue,
    catalogue_cell,
    department,
    department_duties,
    department_keys,
    department_webhooks,
    departments,
    directory_sheets,
    do_not_call,
    gaps,
    hotlines,
    limits,
    overview,
    people,
    person,
    places,
    running,
    staff,
    staff_sheet,
    ways_back,
)

router = APIRouter(include_in_schema=False)
for page in (overview, places, audit, calendars, limits, directory_sheets, staff_sheet):
    router.include_router(page.router)
# What is more particular before what is less.
for page in (staff, person, departments, department_keys, department_webhooks):
    router.include_router(page.router)
for page in (department_duties, department, hotlines, gaps):
    router.include_router(page.router)
for page in (catalogue, catalogue_cell, people, do_not_call, running, ways_back):
    router.include_router(page.router)
