"""Every page of the console, as one door."""

from fastapi import APIRouter

from hotline.console import (
    account,
    blocked,
    call_bar,
    callbacks,
    choosing_language,
    clustering,
    components,
    contesting,
    deciding,
    files,
    floor_calls,
    granting,
    handing_over,
    lists,
    live_words,
    oidc,
    queue,
    recordings,
    registers,
    reviews,
    roster,
    service_mode,
    sharing,
    signing,
    telephones,
    ticket,
    tour,
    wallboard,
)
from hotline.console.administration import pages as administration
from hotline.console.answering import pages as answering
from hotline.console.cases import pages as cases
from hotline.console.comparing import pages as comparing
from hotline.console.drafting import pages as drafting
from hotline.console.hot import pages as hot
from hotline.console.indicators import pages as indicators
from hotline.console.inspection import pages as inspection
from hotline.console.items import pages as items
from hotline.console.letters import pages as letters
from hotline.console.listing import pages as listing
from hotline.console.portal import pages as portal
from hotline.console.problems import pages as problems
from hotline.console.publishing import pages as publishing
from hotline.console.ratings import pages as ratings
from hotline.console.replays import pages as replays
from hotline.console.reports import pages as reports

router = APIRouter(include_in_schema=False)
# Before `lists` and `ticket`, as what is more particular.
for room in (
    portal,
    administration,
    listing,
    drafting,
    answering,
    items,
    hot,
    indicators,
    comparing,
    replays,
    ratings,
    inspection,
    letters,
    problems,
    cases,
    reports,
    publishing,
):
    router.include_router(room.router)
for page in (signing, oidc, account, lists, registers, recordings, reviews, ticket, callbacks):
    router.include_router(page.router)
router.include_router(choosing_language.router)
router.include_router(components.router)
router.include_router(tour.router)
router.include_router(call_bar.router)
router.include_router(live_words.router)
for forms in (files, deciding, sharing, contesting, granting, clustering):
    router.include_router(forms.router)
# `service_mode` before `queue`, as what is more particular.
for floor in (
    wallboard,
    floor_calls,
    service_mode,
    queue,
    handing_over,
    roster,
    blocked,
    telephones,
):
    router.include_router(floor.router)
