"""Every module that holds tables, imported so that the metadata is whole."""

from sqlmodel import SQLModel

import dispatch.beside.models_beside
import dispatch.models
import dispatch.notices.models_notices
import dispatch.rules.models_rules
import hotline.core.accounts
import hotline.core.events
import hotline.core.keys
import hotline.core.privacy
import hotline.core.seals
import hotline.web.idempotency
import knowledge.models
import telephony.models

__all__ = ["dispatch", "hotline", "knowledge", "metadata", "telephony"]

metadata = SQLModel.metadata
