"""What operators do with people's data: new master keys, who saw, and what may be erased."""

import sys
from datetime import datetime
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(rekey)
    app.command("who-saw")(who_saw)
    app.command("erase-due")(erase_due)


def rekey(
    check: Annotated[
        bool, typer.Option("--check", help="Only say how much another key still seals.")
    ] = False,
    mend: Annotated[
        bool, typer.Option("--mend", help="Make no new key; seal what an earlier one still seals.")
    ] = False,
) -> None:
    """主密钥轮换: seal everything by a new master key; begin it again whenever it was stopped."""
    from hotline.core import rekeying
    from hotline.core.clock import now
    from hotline.core.db import engine, transaction
    from hotline.core.settings import settings
    from hotline.migrations import tables

    own = settings()
    assert tables.metadata  # noqa: S101  # every module has told what it seals
    if check:
        with transaction() as session:
            print(f"{rekeying.remaining(session, own)} values are sealed by an earlier key")
        return
    if not mend:
        new = rekeying.begin(own)
        print("A new key lies beside the old one." if new else "Going on where it was stopped.")
    done = rekeying.rekey(engine(), own, progress=_show, now=now())
    print(f"{done.people} people and {done.secrets} other secrets sealed anew")
    if done.unreadable:
        print(f"{done.unreadable} opened with none of our keys, as before: see the log")
    if done.doubles:
        print(f"{done.doubles} have a number that another person has, and are not found by it")
    if own.secret_key_next:
        print("Now copy master.key.retired to every machine's data folder, set HOTLINE_SECRET_KEY")
        print("to the next key, unset HOTLINE_SECRET_KEY_NEXT, and restart.")
    elif not mend:
        print("master.key is the new one: back it up, and master.key.retired with it.")


def who_saw(
    number: Annotated[str, typer.Argument(help="The ticket.")],
    since: Annotated[str, typer.Option(help="From this moment: 2026-11-25T00:00+08:00.")] = "",
    until: Annotated[str, typer.Option(help="Before this moment.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a look.")] = False,
) -> None:
    """谁看过: list who saw a ticket's requester or heard the recording, when and why."""
    import json

    from dispatch import tickets
    from dispatch.people import who_saw as looks
    from hotline.core.clock import beijing
    from hotline.core.db import transaction

    start, end = _moment(since), _moment(until)
    with transaction() as session:
        found = looks.saw(session, tickets.find(session, number), since=start, until=end)
    for look in found:
        told = {"at": beijing(look.at).isoformat(timespec="seconds"), "actor": look.actor}
        told |= {"role": look.role, "what": look.what, "reason": look.reason}
        print(json.dumps(told, ensure_ascii=False) if as_json else "  ".join(told.values()))


def erase_due(
    go: Annotated[
        bool, typer.Option("--yes", help="Erase them; without it they are listed.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Kept with each erasure.")] = "保存期满",
) -> None:
    """期满删除: list, or erase, the requesters whose retention is over and who are not held."""
    from dispatch import tickets
    from dispatch.people import erasures, jobs
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction
    from hotline.core.settings import settings

    written, moment = settings().retention_days, now()
    with transaction() as session:
        due = [each.number for each in erasures.due(session, written=written, now=moment)]
    for number in due:
        if go:
            with transaction() as session:
                ticket = tickets.find(session, number, lock=True)
                erasures.erase(session, ticket, reason, written=written, actor=MACHINE, now=moment)
        print(f"{number} {'erased' if go else 'may be erased'}")
    if go:
        jobs.remove_erased_recordings()
    print(f"{len(due)} requesters")


def _moment(text: str) -> datetime | None:
    """Return the moment, in Beijing's time where it names no zone; raise BadParameter."""
    from hotline.core.clock import BEIJING

    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no moment.") from error
    return found if found.tzinfo else found.replace(tzinfo=BEIJING)


def _show(table: str, done: int, todo: int) -> None:
    sys.stderr.write(f"\r{table}: {done} of {todo}")
    if done == todo:
        sys.stderr.write("\n")
