"""the directory's version, counted on by the tables it is built from"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("district", "department", "matter", "responsibility", "precedent")
# A sequence gives no number twice, not even to a transaction that rolls back.
_COUNT_ON = """
CREATE FUNCTION directory_has_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE directory_version SET version = nextval('directory_changes');
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.execute("CREATE SEQUENCE directory_changes")
    op.create_table(
        "directory_version",
        sa.Column("single", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_directory_version")),
    )
    op.execute("INSERT INTO directory_version VALUES (true, 0)")
    op.execute(_COUNT_ON)
    for table in _TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_changes_directory "
            f"AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION directory_has_changed()"
        )


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DROP TRIGGER {table}_changes_directory ON {table}")
    op.execute("DROP FUNCTION directory_has_changed()")
    op.drop_table("directory_version")
    op.execute("DROP SEQUENCE directory_changes")
