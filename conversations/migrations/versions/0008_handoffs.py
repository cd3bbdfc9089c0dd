"""Handoffs with their history, who owns a conversation, who wrote a message, and what becomes of tickets"""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_REASONS = [
    "asked_for_person",
    "complaint",
    "legal_threat",
    "data_leak",
    "misunderstood",
    "failed_turns",
    "broken_promise",
    "agent_replied",
]
_HANDOFF_EVENTS = [
    "asked",
    "ticketed",
    "queued",
    "claimed",
    "taken_over",
    "transferred",
    "promise_broken",
    "ended",
    "rated",
]


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, to: str = "staff") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _refer_to_staff(table: str) -> None:
    op.add_column(table, sa.Column("staff_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f(f"fk_{table}_staff_id_staff"), table, "staff", ["staff_id"], ["id"])


def upgrade() -> None:
    _let_staff_own_conversations()
    _let_tickets_end()
    _add_handoffs()
    _add_changes("ticket", "opened", "assigned", "promise_broken", "settled", "reopened")
    _add_changes("handoff", *_HANDOFF_EVENTS)


def _let_staff_own_conversations() -> None:
    # Before there was a desk nobody could own one: what tests and trials left goes back to the assistant.
    op.execute("UPDATE conversations SET owner = 'bot', stretch = stretch + 1 WHERE owner = 'person'")
    _refer_to_staff("conversations")
    op.create_index(op.f("ix_conversations_staff_id"), "conversations", ["staff_id"])
    op.create_check_constraint(
        op.f("ck_conversations_person_is_somebody"),
        "conversations",
        "(owner = 'person') = (staff_id IS NOT NULL)",
    )
    _refer_to_staff("messages")


def _let_tickets_end() -> None:
    _refer_to_staff("tickets")
    op.create_index(op.f("ix_tickets_staff_id"), "tickets", ["staff_id"])
    for column in ("call_at", "promise_broken_at", "settled_at"):
        op.add_column("tickets", _moment(column, nullable=True))
    for column in ("phone", "outcome"):
        op.add_column("tickets", sa.Column(column, sa.Text(), nullable=True))
    # Nobody gets an apology for what was promised before there was a desk.
    op.execute("UPDATE tickets SET promise_broken_at = promised_by WHERE promised_by < now()")
    op.create_check_constraint(
        op.f("ck_tickets_settled_with_outcome"), "tickets", "(settled_at IS NULL) = (outcome IS NULL)"
    )
    op.create_index(
        "ix_tickets_open", "tickets", ["promised_by"], postgresql_where=sa.text("settled_at IS NULL")
    )


def _add_handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("reason", _one_of("reason", *_REASONS), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        _moment("asked_at"),
        _moment("promised_by", nullable=True),
        sa.Column("notice_seq", sa.Integer(), nullable=True),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        _moment("claimed_at", nullable=True),
        _moment("first_reply_at", nullable=True),
        _moment("promise_broken_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column(
            "outcome",
            _one_of("outcome", "never_mind", "handed_back", "resolved", "joined", "erased"),
            nullable=True,
        ),
        sa.Column(
            "resolution",
            _one_of("resolution", "answered", "settled_elsewhere", "no_reply", "not_for_us"),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.Column("rating_comment", sa.Text(), nullable=True),
        _moment("rated_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        _refers("handoffs", "conversation_id", "conversations"),
        _refers("handoffs", "ticket_id", "tickets"),
        _refers("handoffs", "claimed_by"),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_handoffs_ended_with_outcome")
        ),
        sa.CheckConstraint(
            "(claimed_at IS NULL) = (claimed_by IS NULL)", name=op.f("ck_handoffs_claimed_by_somebody")
        ),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_handoffs_stars")),
    )
    op.create_index(
        "ix_handoffs_open_of_conversation",
        "handoffs",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_handoffs_of_conversation", "handoffs", ["conversation_id", "id"])
    op.create_index(op.f("ix_handoffs_ticket_id"), "handoffs", ["ticket_id"])
    op.create_index(op.f("ix_handoffs_claimed_by"), "handoffs", ["claimed_by"])


def _add_changes(of: str, *events: str) -> None:
    table = f"{of}_changes"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(f"{of}_id", sa.Integer(), nullable=False),
        sa.Column("event", _one_of("event", *events), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("to_staff_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _refers(table, f"{of}_id", f"{of}s"),
        _refers(table, "staff_id"),
        _refers(table, "to_staff_id"),
    )
    op.create_index(op.f(f"ix_{table}_{of}_id"), table, [f"{of}_id"])


def downgrade() -> None:
    op.drop_table("handoff_changes")
    op.drop_table("ticket_changes")
    op.drop_table("handoffs")
    op.drop_index("ix_tickets_open", "tickets")
    for column in ("call_at", "promise_broken_at", "settled_at", "phone", "outcome", "staff_id"):
        op.drop_column("tickets", column)
    op.drop_column("messages", "staff_id")
    op.execute("UPDATE conversations SET owner = 'bot' WHERE owner = 'person'")
    op.drop_column("conversations", "staff_id")
