"""The web process: one app with every HTTP door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from fastapi_offline import FastAPIOffline
from starlette.middleware.gzip import GZipMiddleware

from dispatch.cases import searching as case_search
from hotline.api import (
    account_sessions,
    accounts,
    arbitrations,
    article_writes,
    articles,
    attachments,
    audit,
    automatic_dispatch,
    bad_call_ratings,
    bad_ratings,
    blind_callbacks,
    blocked_callers,
    bulk,
    bulletins,
    call_control,
    call_fetching,
    callbacks,
    caller_marks,
    calls,
    cases,
    changes,
    clients,
    clusters,
    co_handling,
    comparison_exclusions,
    comparison_places,
    comparison_schemes,
    comparisons,
    data_receivers,
    decisions,
    department_articles,
    digests,
    directory,
    directory_files,
    dispatching,
    duties,
    extensions,
    health,
    hot_issues,
    imports,
    indicator_reports,
    indicators,
    inspection_handing,
    inspection_rules,
    inspections,
    item_files,
    item_levels,
    item_writes,
    items,
    keys,
    letter_files,
    letters,
    looks,
    me,
    missed_calls,
    must_reads,
    notices,
    oauth,
    onward,
    open_data,
    open_statistics,
    people,
    problem_figures,
    problem_moves,
    queue_views,
    rating_alerts,
    readers,
    received_reports,
    recordings,
    registering,
    relays,
    reminders,
    replays,
    report_schedules,
    report_templates,
    reports,
    requesters,
    rules,
    search,
    seat_audio,
    seats,
    service,
    sessions,
    shift_notes,
    shifts,
    statistics_releases,
    stream,
    supervisions,
    suspensions,
    telephones,
    ticket_checklists,
    tickets,
    trunk_account,
    webhook_deliveries,
    webhooks,
    work_orders,
)
from hotline.api import problems as problem_list
from hotline.console import faults, pages
from hotline.console.choosing_language import InReadersLanguage
from hotline.core import db
from hotline.core import log as logging
from hotline.core.clock import beijing_day, now
from hotline.core.settings import settings
from hotline.public import comparisons as comparisons_of_all
from hotline.public import door as requesters_door
from hotline.public import faults as door_faults
from hotline.public import routes as door_routes
from hotline.web import assets, errors, fitting_routes, problems, serving, warming
from hotline.web.bodies import BodyLimits
from hotline.web.headers import SafeHeaders
from hotline.web.origin import OwnOrigin
from hotline.web.rate_limits import RateLimits
from knowledge.searching import shelf

log = structlog.get_logger()


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    stream.hub.start(asyncio.get_running_loop())
    yield


def create_app() -> FastAPI:
    """Return the app; it reads its settings when it is asked something."""
    case_search.join()
    app = FastAPIOffline(
        title="12345 hotline",
        version="0.1.0",
        summary="Tickets, calls and the live stream of a 12345 government service hotline.",
        lifespan=_lifespan,
    )
    # The last one added is the outermost.
    app.add_middleware(InReadersLanguage)
    for layer in (BodyLimits, GZipMiddleware, OwnOrigin, RateLimits, SafeHeaders):
        app.add_middleware(layer)
    faulty = {faults.PREFIX: faults.page, requesters_door.PREFIX: door_faults.page}
    faulty[requesters_door.NEW] = faulty[comparisons_of_all.PAGE] = door_faults.page
    faulty[faults.WALLBOARD] = faults.page
    faulty[faults.PORTAL] = faults.page
    errors.install(app, pages=faulty)
    app.include_router(suspensions.router)  # its register before any number
    for door in (sessions, tickets, registering, calls, seats, callbacks, stream, pages, assets):
        app.include_router(door.router)
    for door in (decisions, dispatching, reminders, clusters, arbitrations, supervisions, rules):
        app.include_router(door.router)
    # `changes` before any number.
    for door in (keys, notices, changes, digests, bulk, extensions, co_handling, onward):
        app.include_router(door.router)
    for door in (automatic_dispatch, relays, work_orders, clients, oauth):
        app.include_router(door.router)
    for door in (webhooks, webhook_deliveries):
        app.include_router(door.router)
    app.include_router(seat_audio.router)
    for room in (looks, people, readers, recordings):
        app.include_router(room.router)
    for room in (requesters, door_routes):
        app.include_router(room.router)
    for other in (audit.router, attachments.router, rules.of_tickets, imports.router, health.door):
        app.include_router(other)
    for door in (me, account_sessions, accounts):
        app.include_router(door.router)
    for floor in (call_control, call_fetching, queue_views, missed_calls):
        app.include_router(floor.router)
    for staffing in (service, shifts, shift_notes):
        app.include_router(staffing.router)
    for trunk in (telephones, trunk_account, blocked_callers, caller_marks):
        app.include_router(trunk.router)
    # Cards and plans before any inspection.
    for quality in (inspection_rules, inspections, inspection_handing):
        app.include_router(quality.router)
    for own in (hot_issues, ticket_checklists, indicators, indicator_reports):
        app.include_router(own.router)
    app.include_router(replays.router)
    # Templates and schedules before any report's number.
    for document in (received_reports, report_templates, report_schedules, reports):
        app.include_router(document.router)
    # Places before any comparison's number.
    for compared in (comparison_schemes, comparison_places, comparisons, comparison_exclusions):
        app.include_router(compared.router)
    for rated in (bad_ratings, bad_call_ratings, blind_callbacks, rating_alerts):
        app.include_router(rated.router)
    # Candidates before any problem.
    for hard in (problem_figures, problem_list, problem_moves, cases):
        app.include_router(hard.router)
    for read_by_all in (must_reads, department_articles, search):
        app.include_router(read_by_all.router)
    # `open-data/releases` before any dataset.
    for published in (open_statistics, statistics_releases, data_receivers):
        app.include_router(published.router)
    # `articles/export` before any article.
    for knowledge in (directory_files, directory, duties, open_data):
        app.include_router(knowledge.router)
    for knowledge in (articles, article_writes, item_files, item_levels, items, item_writes):
        app.include_router(knowledge.router)
    for written in (letters, letter_files, bulletins):
        app.include_router(written.router)
    problems.describe(app)
    fitting_routes.install(app.router)
    app.add_api_route("/", lambda: RedirectResponse("/console/"), include_in_schema=False)
    return app


def main() -> None:
    """Serve until told to stop."""
    own = settings()
    logging.configure("web", as_json=own.log_json)
    given = serving.options(create_app(), own)
    warming.warm()
    shelf.begin(beijing_day(now()))
    db.limit_statements(db.engine(), seconds=own.statement_s)
    log.info("web.listening", address=f"{own.web_scheme}://{own.http_host}:{own.http_port}")
    uvicorn.run(**given)
