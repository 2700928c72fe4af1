"""OAuth2 clients of departments' systems, from the command line."""

from typing import Annotated

import typer

Code = Annotated[str, typer.Argument(help="The department's code.")]
ClientId = Annotated[str, typer.Argument(help="The client's identifier, `hc_…`.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("api-client")(api_client)
    app.command("api-client-secret")(api_client_secret)
    app.command("revoke-api-client")(revoke_api_client)


def api_client(
    department: Code,
    label: Annotated[str, typer.Option(help="Which of its systems it is for.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do, like orders.read; else all.")
    ] = None,
) -> None:
    """Give a department's system an OAuth2 client and print its secret once."""
    from hotline.core import clients
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from hotline.core.errors import NotFound
    from knowledge.models import Department

    with transaction() as session:
        if session.get(Department, department) is None:
            raise NotFound(
                f"There is no department {department!r}.", remedy="Look it up in the directory."
            )
        row, secret = clients.create_client(
            session, department, label, scope or (), actor=MACHINE, now=now()
        )
    print(f"{row.client_id} / {secret}")


def api_client_secret(department: Code, client_id: ClientId) -> None:
    """Give a client its next secret and print it once; the present one holds beside it."""
    from hotline.core import clients
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        row = clients.find(session, department, client_id)
        _, secret = clients.add_secret(session, row, actor=MACHINE, now=now())
    print(secret)


def revoke_api_client(department: Code, client_id: ClientId) -> None:
    """End a client, its secrets and every token it holds, at once."""
    from hotline.core import clients
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    with transaction() as session:
        row = clients.find(session, department, client_id)
        clients.revoke_client(session, row, actor=MACHINE, now=now())
    print(f"{client_id} is revoked.")
