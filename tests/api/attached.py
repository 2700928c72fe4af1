"""A file that a department has added to its order."""

import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from dispatch.attachments import attachments, receiving
from dispatch.attachments.receiving import Received
from dispatch.attachments.scanners import Verdict
from dispatch.models import WorkOrder
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.settings import settings
from hotline.core.workbench.kinds import Kind


def attached(session: Session, order: WorkOrder, actor: Actor) -> uuid.UUID:
    """Return the id of a new file of the order, its content in the tests' own folder."""
    with TemporaryDirectory() as folder:
        content = Path(folder, "clean")
        content.write_bytes(b"what was done")
        file = Received(Kind.TEXT, "a.txt", content, "", Verdict.CLEAN)
        house = receiving.house_of(settings())
        row = attachments.add_to_order(session, order, file, house, actor=actor, now=now())
    return row.public_id
