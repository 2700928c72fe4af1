"""主密钥轮换: what was sealed before and comes late, and keys that are lost, stop nobody."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import structlog
from sqlalchemy import Engine, text
from sqlmodel import Session

from hotline.core import keyring, privacy, rekeying, vault
from hotline.core import settings as core_settings
from hotline.core.db import transaction
from hotline.core.settings import Settings
from tests.core.rekeying_scene import quiet, rotate
from tests.factories import CALLER


@pytest.fixture
def key_in_settings(site: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same site, but for its master key: that one is in the settings."""
    monkeypatch.setenv("HOTLINE_SECRET_KEY", keyring.key_file(site).read_text(encoding="ascii"))
    core_settings.settings.cache_clear()
    return core_settings.settings()


def committing(late: Session) -> Callable[[str, int, int], None]:
    """Return a progress that has `late` commit once the rotation says that it waits."""

    def show(what: str, done: int, todo: int) -> None:
        if what.startswith("transactions") and done < todo:
            late.commit()

    return show


@pytest.mark.parametrize("kept", ["site", "key_in_settings"])
@pytest.mark.parametrize("stopped", ["begun before", "begun when the new key took over"])
def test_a_transaction_that_sealed_before_and_commits_late_is_waited_for(
    kept: str,
    stopped: str,
    engine: Engine,
    now: datetime,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own: Settings = request.getfixturevalue(kept)
    met = privacy.newcomer(CALLER, now=now)
    if own.secret_key:
        monkeypatch.setenv("HOTLINE_SECRET_KEY_NEXT", "ab" * 32)
        core_settings.settings.cache_clear()
        own = core_settings.settings()
    rekeying.begin(own)
    retire = keyring.retire
    with Session(engine, expire_on_commit=False) as late:

        def write() -> None:
            late.add(met)
            late.flush()

        def retiring(*given: object) -> None:
            retire(*given)  # type: ignore[arg-type]  # as it was called
            write()

        if stopped == "begun before":
            write()
        else:
            monkeypatch.setattr(keyring, "retire", retiring)
        rekeying.rekey(engine, own, progress=committing(late), now=now)
    with transaction(engine) as session:
        assert rekeying.remaining(session, own) == 0
        assert privacy.know_person(session, CALLER, now=now).id == met.id


def test_one_that_sealed_before_but_wrote_nothing_yet_is_waited_for_too(
    site: Settings, engine: Engine, now: datetime
) -> None:
    met = privacy.newcomer(CALLER, now=now)
    rekeying.begin(site)
    with Session(engine, expire_on_commit=False) as late:
        late.execute(text("SELECT"))
        late.add(met)  # written only when it commits
        rekeying.rekey(engine, site, progress=committing(late), now=now)
    with transaction(engine) as session:
        assert rekeying.remaining(session, site) == 0
        assert privacy.know_person(session, CALLER, now=now).id == met.id


def test_of_two_people_with_one_number_the_older_keeps_it(
    site: Settings, engine: Engine, now: datetime
) -> None:
    stalled = privacy.newcomer(CALLER, now=now + timedelta(minutes=1))
    older = privacy.newcomer(CALLER, now=now)
    rotate(site, engine, now)
    with transaction(engine) as session:
        session.add(stalled)
    rekeying.rekey(engine, site, progress=quiet, now=now)
    rekeying.begin(site)
    with transaction(engine) as session:  # known by an earlier index, and by the present one
        session.add(older)
    done = rekeying.rekey(engine, site, progress=quiet, now=now)
    assert (done.people, done.doubles) == (2, 1)
    with transaction(engine) as session:
        assert privacy.know_person(session, CALLER, now=now).id == older.id
        assert rekeying.remaining(session, site) == 0
    rotate(site, engine, now)


def test_a_bad_line_among_the_retired_keys_is_said_once_and_stops_nobody(
    site: Settings, engine: Engine, now: datetime
) -> None:
    first = vault.master_key()
    rotate(site, engine, now)
    retired = keyring.retired_file(site)
    bad = "0123 no hex\n\nfeedfeedfeedfeed 00ff\n"
    keyring.write_whole(retired, bad + retired.read_text(encoding="ascii"))
    with structlog.testing.capture_logs() as said:
        keyring._read.cache_clear()
        assert keyring.keyring().retired == (first,)
        rotate(site, engine, now)
    assert first in keyring.keyring().retired
    told = [each for each in said if each["event"] == "keyring.retired_unreadable"]
    assert [each["line"][:4] for each in told] == ["0123", "feed"]
    assert all("restore master.key.retired" in each["remedy"] for each in told)
    assert "0123 no hex" in retired.read_text(encoding="ascii")  # it may be mended by hand
