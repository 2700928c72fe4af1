"""dispatch by itself, earned entry by entry"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0036"
down_revision: str | None = "0035"
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
    "model.promoted",
    "model.registered",
    "model.retired",
    "model.rolled_back",
    "model.shadowed",
    "person.corrected",
    "person.erased",
    "person.held",
    "person.hold_lifted",
    "policies.loaded",
    "prompt.changed",
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
    "dispatch.earned",
    "dispatch.rule_changed",
    "dispatch.suspended",
    "dispatch.switched",
    "dispatch.threshold_changed",
    "lessons.exported",
)


def _index_audited(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in sorted(types))
    op.drop_index("ix_event_audited", "event")
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def upgrade() -> None:
    _routed()
    op.create_table(
        "earned_dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_code", sa.String(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("spoken", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("outcomes", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Integer(), nullable=False),
        sa.Column("automatic_right", sa.Integer(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("suspended_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_earned_dispatch"),
        sa.UniqueConstraint(
            "matter_code",
            "district_code",
            "department",
            "spoken",
            name="uq_earned_dispatch_matter_code_district_code_department_spoken",
        ),
    )
    op.create_table(
        "earning_rule",
        sa.Column("heard", sa.String(), nullable=False),
        sa.Column("least_outcomes", sa.Integer(), nullable=False),
        sa.Column("least_precision", sa.Float(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("lowest", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("heard", name="pk_earning_rule"),
    )
    op.create_index(
        "ix_ticket_closed_alike",
        "ticket",
        ["district", sa.text("(category ->> 0)"), "id"],
        postgresql_where=sa.text("status = 'closed'"),
    )
    _index_audited(_AUDITED + _ADDED)


def downgrade() -> None:
    _index_audited(_AUDITED)
    op.drop_index("ix_ticket_closed_alike", "ticket")
    op.drop_table("earning_rule")
    op.drop_table("earned_dispatch")
    op.drop_table("routed_ticket")


def _routed() -> None:
    op.create_table(
        "routed_ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("matter_code", sa.String(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("spoken", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("outcome_department", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_routed_ticket_{column}_{table}"
            )
            for column, table in (("proposal_id", "proposal"), ("ticket_id", "ticket"))
        ),
        sa.PrimaryKeyConstraint("id", name="pk_routed_ticket"),
        sa.UniqueConstraint("proposal_id", name="uq_routed_ticket_proposal_id"),
    )
    op.create_index(
        "ix_routed_ticket_open",
        "routed_ticket",
        ["at"],
        postgresql_where=sa.text("outcome_department = '' AND department <> ''"),
    )
    op.create_index("ix_routed_ticket_decided", "routed_ticket", ["decided_at"])
    op.create_index("ix_routed_ticket_at", "routed_ticket", ["at"])
    op.create_index("ix_routed_ticket_ticket_id", "routed_ticket", ["ticket_id"])
