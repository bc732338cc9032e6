"""Inside the server's process: a thread that publishes when the benchmark asks, and the count of database queries."""

from __future__ import annotations

import json
import os
import socket
import threading
from contextvars import ContextVar
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from bench.publish import Order

reconciling = ContextVar("reconciling", default=False)
queries = 0


class BenchConfig(AppConfig):
    name = "bench.site"
    label = "bench"

    def ready(self) -> None:
        if path := os.environ.get("BENCH_ORDERS"):
            connection_created.connect(watch)
            leave_out_the_reconciliation()
            lift_the_limits()
            threading.Thread(target=take_orders, args=[path], daemon=True).start()


def take_orders(path: str) -> None:
    from .posting import carry_out

    with socket.socket(socket.AF_UNIX) as listener:
        if os.path.exists(path):
            os.unlink(path)
        listener.bind(path)
        listener.listen()
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rw") as file:
                order = json.loads(file.readline())
                answer: dict[str, Any] = carry_out(Order(**order)) if order else {"queries": queries}
                file.write(json.dumps(answer) + "\n")


def watch(connection: Any, **kwargs: Any) -> None:
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


def count(execute: Any, *args: Any) -> Any:
    global queries
    queries += not reconciling.get()
    return execute(*args)


def leave_out_the_reconciliation() -> None:
    """One query a second for any number of readers: it is none of theirs."""
    from realtime.hub.pump import Pump

    reconcile = Pump.reconcile

    async def uncounted(pump: Pump) -> None:
        token = reconciling.set(True)
        try:
            await reconcile(pump)
        finally:
            reconciling.reset(token)

    Pump.reconcile = uncounted  # type: ignore


def lift_the_limits() -> None:
    """Members say more here in a second than people may in a minute, all from one address."""
    from realtime.hub import Rate
    from realtime.people import consumers as people

    people.PERSON_RATE = people.ADDRESS_RATE = Rate(per_second=1e6, burst=1e6)
