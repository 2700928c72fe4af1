"""merged hotlines, duty rosters"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_MOMENT = sa.DateTime(timezone=True)
_LINE_WORDS = (
    *("number", "name", "mode", "aliases", "department_code", "hours", "answered_by"),
    *("legal_basis", "source", "seed"),
)
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
    "dispatch.earned",
    "dispatch.rule_changed",
    "dispatch.suspended",
    "dispatch.switched",
    "dispatch.threshold_changed",
    "do_not_call.added",
    "do_not_call.removed",
    "identity.revealed",
    "key.issued",
    "key.revoked",
    "lessons.exported",
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
_ADDED = ("duty.revealed",)


def _index_audited(types: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{each}'" for each in sorted(types))
    op.drop_index("ix_event_audited", "event")
    op.create_index(
        "ix_event_audited", "event", ["id"], postgresql_where=sa.text(f"type IN ({listed})")
    )


def _word(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "merged_hotline",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_word(name) for name in _LINE_WORDS),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_merged_hotline"),
        sa.UniqueConstraint("number", "valid_from", name="uq_merged_hotline_number_valid_from"),
    )
    op.execute(
        "CREATE TRIGGER merged_hotline_changes_directory "
        "AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON merged_hotline "
        "FOR EACH STATEMENT EXECUTE FUNCTION directory_has_changed()"
    )
    _duties()
    op.add_column("call", sa.Column("line", sa.String(), server_default="", nullable=False))
    op.create_index(
        "ix_call_line", "call", ["line", "started_at"], postgresql_where=sa.text("line <> ''")
    )
    _index_audited(_AUDITED + _ADDED)


def _duties() -> None:
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_word(name) for name in ("department_code", "role", "person", "note")),
        *(sa.Column(name, _MOMENT, nullable=False) for name in ("starts_at", "ends_at")),
        sa.Column("sealed_phone", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["department_code"], ["department.code"], name="fk_duty_department_code_department"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
        sa.UniqueConstraint(
            *("department_code", "role", "starts_at"),
            name="uq_duty_department_code_role_starts_at",
        ),
    )
    op.create_index("ix_duty_ends_at", "duty", ["ends_at"])


def downgrade() -> None:
    _index_audited(_AUDITED)
    op.drop_index("ix_call_line", "call")
    op.drop_column("call", "line")
    op.drop_table("duty")
    op.drop_table("merged_hotline")
