"""router models, in shadow and live"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0035"
down_revision: str | None = "0034"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
# As they were when this was written: a later one needs a migration of its own.
_AUDITED = (
    "access.refused",
    "account.changed",
    "account.created",
    "account.locked",
    "account.sign_in_failed",
    "account.signed_in",
    "attachment.removed",
    "calendar.loaded",
    "call.supervised",
    "caller.blocked",
    "caller.care_changed",
    "caller.unblocked",
    "directory.changed",
    "do_not_call.added",
    "do_not_call.removed",
    "identity.revealed",
    "key.issued",
    "key.revoked",
    "list.exported",
    "person.corrected",
    "person.erased",
    "person.held",
    "person.hold_lifted",
    "policies.loaded",
    "recording.held",
    "recording.removed",
    "service.mode_changed",
    "session.revoked",
    "ticket.imported",
    "ticket.readers_changed",
    "ticket.sealed",
    "vault.rekeyed",
    "webhook.changed",
    "webhook.dead",
)
_ADDED = (
    "model.promoted",
    "model.registered",
    "model.retired",
    "model.rolled_back",
    "model.shadowed",
    "prompt.changed",
)


def _index_audited(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in sorted(types))
    op.drop_index("ix_event_audited", "event")
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def upgrade() -> None:
    op.create_table(
        "router_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("data_sha256", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.String(), nullable=False),
        sa.Column("trained_at", _MOMENT, nullable=False),
        sa.Column("metrics", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("registered_at", _MOMENT, nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("shadow_since", _MOMENT, nullable=True),
        sa.Column("judged_to", sa.Integer(), nullable=False),
        sa.Column("promoted_at", _MOMENT, nullable=True),
        sa.Column("promoted_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("replaced_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["replaced_id"],
            ["router_model.id"],
            name="fk_router_model_replaced_id_router_model",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_router_model"),
        sa.UniqueConstraint("kind", "sha256", name="uq_router_model_kind_sha256"),
    )
    for state in ("live", "shadow"):
        op.create_index(
            f"uq_router_model_{state}",
            "router_model",
            ["kind"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    _judgements()
    _index_audited(_AUDITED + _ADDED)


def downgrade() -> None:
    _index_audited(_AUDITED)
    op.drop_table("shadow_judgement")
    op.drop_table("router_model")


def _judgements() -> None:
    op.create_table(
        "shadow_judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("live_id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("judged_at", _MOMENT, nullable=False),
        sa.Column("live_matter", sa.String(), nullable=False),
        sa.Column("shadow_matter", sa.String(), nullable=False),
        sa.Column("live_department", sa.String(), nullable=False),
        sa.Column("shadow_department", sa.String(), nullable=False),
        sa.Column("live_confidence", sa.Float(), nullable=False),
        sa.Column("shadow_confidence", sa.Float(), nullable=False),
        sa.Column("outcome_department", sa.String(), nullable=False),
        sa.Column("outcome_at", _MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_shadow_judgement_{column}_{table}"
            )
            for column, table in (
                ("model_id", "router_model"),
                ("live_id", "router_model"),
                ("proposal_id", "proposal"),
                ("ticket_id", "ticket"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shadow_judgement"),
        sa.UniqueConstraint(
            "model_id", "proposal_id", name="uq_shadow_judgement_model_id_proposal_id"
        ),
    )
    op.create_index("ix_shadow_judgement_compared", "shadow_judgement", ["model_id", "live_id"])
    op.create_index(
        "ix_shadow_judgement_open",
        "shadow_judgement",
        ["model_id", "ticket_id"],
        postgresql_where=sa.text("outcome_at IS NULL"),
    )
