"""主密钥轮换: a new master key seals everything, whatever is killed on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from hotline.core import events, keyring, privacy, rekeying, vault
from hotline.core.db import transaction
from hotline.core.errors import CannotStart, Conflict
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person
from hotline.core.settings import Settings
from tests.core.rekeying_scene import quiet, rotate
from tests.factories import CALLER

PEOPLE = 60
SECRET = b"a webhook's secret"


def numbers() -> list[PhoneNumber]:
    return [PhoneNumber(f"+86139890{each:05}") for each in range(PEOPLE)]


def fill(engine: Engine, now: datetime) -> dict[str, bytes]:
    """Put people with sealed words, and a secret, into the database."""
    words = {}
    with transaction(engine) as session:
        for phone in numbers():
            person = privacy.know_person(session, phone, now=now)
            words[phone.e164] = privacy.seal(person, f"我是{phone.e164}", "ticket")
        sealed = vault.wrap(SECRET, "secret:first")
        session.execute(text("INSERT INTO kept_secret VALUES ('first', :it)"), {"it": sealed})
    return words


def require_all_readable(engine: Engine, words: dict[str, bytes], now: datetime) -> None:
    with transaction(engine) as session:
        before = len(session.exec(select(Person.id)).all())
        for e164, sealed in words.items():
            person = privacy.know_person(session, PhoneNumber(e164), now=now)
            assert privacy.unseal(person, sealed, "ticket") == f"我是{e164}"
        assert len(session.exec(select(Person.id)).all()) == before  # nobody was met twice
        sealed = session.execute(text("SELECT sealed FROM kept_secret")).scalar_one()
        assert vault.open_wrapped(bytes(sealed), "secret:first") == SECRET


def test_a_new_key_takes_over_and_the_old_one_opens_nothing(
    site: Settings, engine: Engine, now: datetime
) -> None:
    words = fill(engine, now)
    old = vault.master_key()
    assert rekeying.begin(site)
    done = rekeying.rekey(engine, site, progress=quiet, now=now)
    assert (done.people, done.secrets, done.unreadable, done.doubles) == (PEOPLE, 1, 0, 0)
    assert vault.master_key() != old
    assert not keyring.next_key_file(site).exists()
    require_all_readable(engine, words, now)
    with Session(engine) as session:
        assert rekeying.remaining(session, site) == 0
        for person in session.exec(select(Person)):
            with pytest.raises(vault.Unreadable):
                vault.open_wrapped(person.wrapped_key, f"key:{person.id}", keyring.Keyring((old,)))
        told = events.history(session, rekeying.CHAIN)
        assert [(each.type, each.refs["people"]) for each in told] == [("vault.rekeyed", PEOPLE)]
        events.verify(session)


def test_between_the_keys_a_known_number_is_the_same_person(
    site: Settings, engine: Engine, now: datetime
) -> None:
    words = fill(engine, now)
    rekeying.begin(site)
    require_all_readable(engine, words, now)  # nothing is sealed anew yet
    with transaction(engine) as session:
        met, new = privacy.meet(session, PhoneNumber("+8613989099999"), now=now)
        assert new
    rekeying.rekey(engine, site, progress=quiet, now=now)
    with transaction(engine) as session:
        assert privacy.know_person(session, PhoneNumber("+8613989099999"), now=now).id == met.id
    require_all_readable(engine, words, now)


class Killed(Exception):
    """The process dies here."""


@pytest.mark.parametrize(
    "place", ["write_whole", "_seal_anew", "_count", "_tell", "retire", "promote", "after"]
)
def test_killed_anywhere_it_is_begun_again_and_nothing_is_lost(
    site: Settings, engine: Engine, now: datetime, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = fill(engine, now)
    monkeypatch.setattr(rekeying, "BATCH", 7)
    with pytest.MonkeyPatch.context() as patch:
        die_at(place, patch)
        with pytest.raises(Killed):
            rotate(site, engine, now)
    require_all_readable(engine, words, now)
    old = keyring.read_master_key(site)
    rekeying.begin(site)
    rekeying.rekey(engine, site, progress=quiet, now=now)
    require_all_readable(engine, words, now)
    assert place == "after" or keyring.read_master_key(site) != old
    with Session(engine) as session:
        assert rekeying.remaining(session, site) == 0


def die_at(place: str, patch: pytest.MonkeyPatch) -> None:
    """Have the process die in its third call of this function, or in its only one."""
    owner = keyring if place in ("write_whole", "retire", "promote", "after") else rekeying
    name = "promote" if place == "after" else place
    real: Callable[..., object] = getattr(owner, name)
    calls = 0

    def dying(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if place == "after":
            real(*given, **named)
            raise Killed
        if calls == (3 if place in ("_seal_anew", "_count") else 1):
            raise Killed
        return real(*given, **named)

    patch.setattr(owner, name, dying)


def test_what_a_late_writer_sealed_by_the_old_key_is_read_and_mended(
    site: Settings, engine: Engine, now: datetime
) -> None:
    late = privacy.newcomer(CALLER, now=now)  # begun before the rotation, committed after it
    rekeying.begin(site)
    rekeying.rekey(engine, site, progress=quiet, now=now)
    with transaction(engine) as session:
        session.add(late)
        assert privacy.phone_of(late) == CALLER
    with Session(engine) as session:
        assert rekeying.remaining(session, site) == 1
    rekeying.rekey(engine, site, progress=quiet, now=now)
    with transaction(engine) as session:
        assert rekeying.remaining(session, site) == 0
        assert privacy.know_person(session, CALLER, now=now).id == late.id


def test_two_rotations_in_a_row_leave_the_first_key_behind(
    site: Settings, engine: Engine, now: datetime
) -> None:
    words = fill(engine, now)
    digest = vault.blind_index("a line that was imported")
    for _ in range(2):
        rekeying.begin(site)
        rekeying.rekey(engine, site, progress=quiet, now=now)
    require_all_readable(engine, words, now)
    assert digest in vault.earlier_indexes("a line that was imported", retired=True)
    assert len(keyring.keyring_of(site).retired) == 2


def test_a_key_in_the_settings_is_replaced_by_the_next_one_in_the_settings(
    site: Settings,
) -> None:
    with pytest.raises(Conflict, match="HOTLINE_SECRET_KEY"):
        rekeying.begin(site.model_copy(update={"secret_key": "00" * 32}))
    with pytest.raises(CannotStart, match="HOTLINE_SECRET_KEY_NEXT"):
        keyring.keyring_of(site.model_copy(update={"secret_key_next": "short"}))


def test_an_erased_key_is_left_alone(site: Settings, engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        privacy.know_person(session, None, now=now).wrapped_key = b""
    rekeying.begin(site)
    assert rekeying.rekey(engine, site, progress=quiet, now=now).people == 0


def test_a_process_that_runs_on_is_not_restarted(site: Settings, engine: Engine) -> None:
    own = {**os.environ, "HOTLINE_DATA_DIR": str(site.data_dir)}
    code = (
        "from hotline.core import vault; print(vault.master_key().hex(), flush=True); input();"
        "print(vault.master_key().hex(), flush=True)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code],
        env=own,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout
    assert run.stdout.readline().strip() == vault.master_key().hex()
    rekeying.begin(site)
    rekeying.rekey(engine, site, progress=quiet, now=datetime.now().astimezone())
    after, _ = run.communicate("\n", timeout=60)
    assert after.strip() == vault.master_key().hex()


@pytest.mark.parametrize("kills", [2])
def test_the_command_is_killed_again_and_again_and_ends_all_the_same(
    site: Settings, engine: Engine, now: datetime, kills: int
) -> None:
    words = fill(engine, now)
    with transaction(engine) as session:
        for number in range(2500):
            session.add(privacy.newcomer(PhoneNumber(f"+8613{number:09}"), now=now))
    url = engine.url.render_as_string(hide_password=False)
    env = {**os.environ, "HOTLINE_DATA_DIR": str(site.data_dir), "HOTLINE_DATABASE_URL": url}
    command = [sys.executable, "-m", "hotline.cli", "rekey"]
    killed = 0
    for _ in range(kills):
        with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as run:
            assert run.stderr
            run.stderr.read(12)  # it has sealed a batch or two
            run.kill()
        killed += run.returncode == -signal.SIGKILL
        require_all_readable(engine, words, now)
    assert killed == kills
    last = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    assert "master.key is the new one" in last.stdout
    require_all_readable(engine, words, now)
    with Session(engine) as session:
        # The secret of this test's own table, of which the command does not know, opens too.
        assert rekeying.remaining(session, site) == 1
        assert [each.type for each in events.history(session, "vault")] == ["vault.rekeyed"]
