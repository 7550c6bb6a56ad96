"""Every version of the words of an entry is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of changes, and note the words that every entry has now as its current version."""
    changes = op.create_table(
        "shelf_change",
        sa.Column("entry_id", NUMBER, sa.ForeignKey("shelf_entry.id", ondelete="CASCADE"), primary_key=True,
                  nullable=False),
        sa.Column("version", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
    )
    connection = op.get_bind()
    same = ("version", "changed_by", "changed_at", "name", "note")
    entries = sa.table("shelf_entry", sa.column("id", NUMBER), sa.column("version", sa.Integer),
                       sa.column("changed_by", sa.Text), sa.column("changed_at", MOMENT), sa.column("name", sa.Text),
                       sa.column("note", sa.Text))
    tags = sa.table("shelf_tag", sa.column("entry_id", NUMBER), sa.column("tag", sa.Text),
                    sa.column("place", sa.Integer))
    worn: dict[int, list[str]] = {}
    for entry_id, tag in connection.execute(sa.select(tags.c.entry_id, tags.c.tag).order_by(tags.c.place)):
        worn.setdefault(entry_id, []).append(tag)
    for entry in connection.execute(sa.select(entries).order_by(entries.c.id)).mappings().all():
        words = {column: entry[column] for column in same}
        connection.execute(sa.insert(changes).values(entry_id=entry["id"], tags=worn.get(entry["id"], []), **words))


def downgrade() -> None:
    """Forget all but the current words."""
    op.drop_table("shelf_change")
