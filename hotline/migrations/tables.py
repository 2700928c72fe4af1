"""Every module that holds tables, imported so that the metadata is whole."""

from sqlmodel import SQLModel

import dispatch.attachments.models_attachments
import dispatch.beside.models_beside
import dispatch.cases.models_cases
import dispatch.comparing.models_comparing
import dispatch.drafting.models_drafts
import dispatch.handling.models_co_handling
import dispatch.hot.models_hot
import dispatch.indicators.models_freezing
import dispatch.indicators.models_indicators
import dispatch.inspection.models_inspection
import dispatch.letters.models_files
import dispatch.letters.models_letters
import dispatch.listing.exports
import dispatch.listing.models_listing
import dispatch.models
import dispatch.notices.models_notices
import dispatch.people.models_people
import dispatch.problems.models_problems
import dispatch.publishing.models_publishing
import dispatch.ratings.models_call_ratings
import dispatch.ratings.models_ratings
import dispatch.relaying.models_relays
import dispatch.replays.models_replays
import dispatch.reports.models_reports
import dispatch.requesters.models_requesters
import dispatch.routing.models_earned
import dispatch.routing.models_retraining
import dispatch.routing.models_router
import dispatch.rules.models_rules
import dispatch.sealing.models_readers
import dispatch.webhooks.models_webhooks
import hotline.core.accounts
import hotline.core.clients
import hotline.core.events
import hotline.core.keys
import hotline.core.people.login_sessions
import hotline.core.privacy
import hotline.core.seals
import hotline.core.tokens
import hotline.core.views_once
import hotline.web.idempotency
import knowledge.articles.models_articles
import knowledge.articles.models_reading
import knowledge.duties.models_duties
import knowledge.items.models_items
import knowledge.models
import telephony.models
import telephony.models_callers
import telephony.models_calls
import telephony.models_lines
import telephony.models_queue
import telephony.models_recordings
import telephony.models_trunks
import telephony.models_words
import telephony.ordering
import telephony.shifts
import telephony.sip_accounts
import telephony.trunk_accounts

__all__ = ["dispatch", "hotline", "knowledge", "metadata", "telephony"]

metadata = SQLModel.metadata
