"""Entries and their tags."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Types as they were at this revision, spelt out: the models go on changing.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "shelf_entry",
        sa.Column("id", NUMBER, primary_key=True, nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Text(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("operations", sa.JSON(), nullable=False),
        sa.Column("edges", sa.JSON(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=True),
        sqlite_autoincrement=True,
    )
    for column in ("table_name", "saved_by", "shape"):
        op.create_index(f"ix_shelf_entry_{column}", "shelf_entry", [column])
    op.create_table(
        "shelf_tag",
        sa.Column("entry_id", NUMBER, sa.ForeignKey("shelf_entry.id", ondelete="CASCADE"), primary_key=True,
                  nullable=False),
        sa.Column("tag", sa.Text(), primary_key=True, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
    )
    op.create_index("ix_shelf_tag_tag", "shelf_tag", ["tag"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("shelf_tag")
    op.drop_table("shelf_entry")
