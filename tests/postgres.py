"""What PostgreSQL does to a running program."""

import psycopg


def drop_connections(database_url: str) -> None:
    """As a restart of the server does."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
