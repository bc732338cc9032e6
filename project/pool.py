"""PostgreSQL's connections, kept in psycopg's pool."""

from typing import Any

from django.db import connections


def check(connection: Any) -> None:
    """For psycopg's pool: find a connection that died, such as by a restart of the server, before it is used.

    One is seldom alone, and the pool would try each of them for longer than the last: all go at once.
    """
    from psycopg_pool import ConnectionPool  # only where there is PostgreSQL

    try:
        ConnectionPool.check_connection(connection)
    except Exception:
        connections["default"].pool.drain()  # type: ignore[attr-defined]
        raise
