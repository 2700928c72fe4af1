"""链: where each chain of events ends, and the hash that binds the next event to it."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from hotline.core import arrays

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

# In the order of the lock's own key, so that two writers can never wait for each other here.
_HOLD = text(
    "SELECT pg_advisory_xact_lock(held.key) FROM ("
    "SELECT DISTINCT hashtextextended(named.chain, 0) AS key "
    "FROM unnest(CAST(:chains AS text[])) AS named(chain) ORDER BY key) AS held"
)
_ENDS = text(
    "SELECT named.chain, last.seq, last.hash "
    "FROM unnest(CAST(:chains AS text[])) AS named(chain) CROSS JOIN LATERAL ("
    "SELECT seq, hash FROM event WHERE event.chain = named.chain ORDER BY seq DESC LIMIT 1) AS last"
)


@dataclass(frozen=True, slots=True)
class End:
    """A chain's last event; a chain that is still empty ends before its first."""

    seq: int = 0
    hash: str = ""


def hold(session: Session, chains: Collection[str]) -> dict[str, End]:
    """Return where these chains end, and keep others from adding to them until the commit.

    What the session still has to write is written first: rows are locked before their chains.
    """
    session.flush()
    ends = {chain: End() for chain in sorted(set(chains))}
    names = {"chains": arrays.of_texts(list(ends))}
    session.execute(_HOLD, names)
    # A statement of its own: only one that begins after the lock sees what its last holder wrote.
    for chain, seq, hash in session.execute(_ENDS, names).all():
        ends[chain] = End(seq, hash)
    return ends


def link(
    end: End, at: datetime, type: str, chain: str, actor: str, audience: str, refs: dict[str, Any]
) -> End:
    """Return the end of the chain once this event has been added to it; `at` is in UTC."""
    seq = end.seq + 1
    body = [end.hash, at.isoformat(), type, chain, seq, actor, audience, refs]
    return End(seq, hashlib.sha256(_CANONICAL.encode(body).encode()).hexdigest())
