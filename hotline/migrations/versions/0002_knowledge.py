"""knowledge"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "district",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("name_bo", sa.String(), nullable=False),
        sa.Column("aliases", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_district")),
    )
    op.create_table(
        "matter",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("l1", sa.String(), nullable=False),
        sa.Column("l2", sa.String(), nullable=False),
        sa.Column("l3", sa.String(), nullable=False),
        sa.Column("keywords", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_matter")),
    )
    op.create_table(
        "department",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("aliases", sa.String(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("accepts", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_code"], ["district.code"], name=op.f("fk_department_district_code_district")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_department")),
    )
    op.create_index(
        op.f("ix_department_district_code"), "department", ["district_code"], unique=False
    )
    op.create_table(
        "responsibility",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_code", sa.String(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("department_code", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_code"],
            ["department.code"],
            name=op.f("fk_responsibility_department_code_department"),
        ),
        sa.ForeignKeyConstraint(
            ["district_code"],
            ["district.code"],
            name=op.f("fk_responsibility_district_code_district"),
        ),
        sa.ForeignKeyConstraint(
            ["matter_code"], ["matter.code"], name=op.f("fk_responsibility_matter_code_matter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
        sa.UniqueConstraint(
            "matter_code",
            "district_code",
            "valid_from",
            name=op.f("uq_responsibility_matter_code_district_code_valid_from"),
        ),
    )
    op.create_index(
        op.f("ix_responsibility_department_code"),
        "responsibility",
        ["department_code"],
        unique=False,
    )
    op.create_index(
        op.f("ix_responsibility_district_code"), "responsibility", ["district_code"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_responsibility_district_code"), table_name="responsibility")
    op.drop_index(op.f("ix_responsibility_department_code"), table_name="responsibility")
    op.drop_table("responsibility")
    op.drop_index(op.f("ix_department_district_code"), table_name="department")
    op.drop_table("department")
    op.drop_table("matter")
    op.drop_table("district")
