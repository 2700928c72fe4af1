"""Looks through everything that could hold bytes of the canary; yields where they are."""

import re
from collections.abc import Iterator
from pathlib import Path

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, text

from tests.canary.needles import found_in

# A stream does not end; what it sends is the log of events, which is a table.
ENDLESS = ("/stream",)


def database(engine: Engine) -> Iterator[str]:
    """Yield every row, in any table or column, in which the canary is, as a dump would hold it."""
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = connection.execute(text(f'SELECT to_jsonb(t)::text FROM "{table}" AS t'))  # noqa: S608  # our own
            for row in rows:
                for form in found_in(row[0].encode()):
                    yield f"table {table}: {form}"


def files(folder: Path) -> Iterator[str]:
    """Yield every file below the folder that holds the canary, or is named by it."""
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        for form in found_in(content + str(path).encode()):
            yield f"file {path.name}: {form}"


def answers(app: FastAPI, client: TestClient, gaps: dict[str, str], who: str) -> Iterator[str]:
    """Yield every GET whose answer, or any header of it, holds the canary."""
    for path in sorted(getting(app)):
        url = path
        for name, value in gaps.items():
            url = url.replace(f"{{{name}}}", value)
        number = "order" if "/work-orders/" in path or "/orders/" in path else "ticket"
        url = re.sub(r"{\w+(:\w+)?}", "1", url.replace("{number}", gaps[number]))
        answer = client.get(url)
        assert answer.status_code != 500, f"{who}: {url} answered {answer.status_code}"
        heads = repr(sorted(answer.headers.items())).encode()
        for form in found_in(answer.content + heads):
            yield f"{who} GET {path}: {form}"


def getting(app: FastAPI) -> set[str]:
    """Return every path that answers a GET."""
    return {
        route.path
        for context in iter_route_contexts(app.routes)
        if isinstance(route := context.original_route, APIRoute)
        and "GET" in (route.methods or ())
        and not any(part in route.path for part in ENDLESS)
    }
