"""Add the tables of wrong passwords and of the addresses of last sign-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, empty."""
    op.create_table(
        "shelf_attempt",
        sa.Column("door", sa.Text(), primary_key=True, nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
    )
    op.create_index("ix_shelf_attempt_last", "shelf_attempt", ["last"])
    op.create_table(
        "shelf_home",
        sa.Column("account", sa.Text(), primary_key=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
    )


def downgrade() -> None:
    """Forget them."""
    op.drop_table("shelf_home")
    op.drop_table("shelf_attempt")
