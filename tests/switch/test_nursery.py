"""Media workers are forked from one process that has loaded everything, and outlive it."""

import time
from collections.abc import Iterator

import psutil
import pytest

from hotline.core import vault
from hotline.core.settings import Settings
from hotline.switch import workers
from hotline.switch.nursery import MODULE, Nursery
from hotline.switch.workers import MediaWorker, ensure, plan
from tests.e2e.phone import free_udp_port

WITHIN_S = 60


@pytest.fixture
def site(own: Settings) -> Settings:
    vault.ensure_master_key(vault.key_file(own))
    own.run_dir.mkdir(parents=True, exist_ok=True)
    alone = {"media_workers": 1, "sip_host": "127.0.0.1", "sip_port": free_udp_port()}
    return own.model_copy(update={**alone, "kamailio": "off"})


@pytest.fixture
def nursery(site: Settings) -> Iterator[Nursery]:
    made = Nursery(site)
    yield made
    made.close()


@pytest.fixture
def places(site: Settings) -> Iterator[list[MediaWorker]]:
    planned = plan(site)
    yield planned
    workers.stop(planned)


def filled(place: MediaWorker, site: Settings, nursery: Nursery) -> psutil.Process:
    """Return the place's process as soon as it has its SIP port."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        ensure(place, site, nursery)
        if place.process and place.port in {
            line.laddr.port for line in place.process.net_connections("udp")
        }:
            return place.process
        time.sleep(0.05)
    raise AssertionError("no worker")


def test_a_worker_shares_what_its_nursery_has_loaded(
    site: Settings, nursery: Nursery, places: list[MediaWorker]
) -> None:
    worker = filled(places[0], site, nursery)
    parent = worker.parent()
    assert parent is not None
    assert parent.cmdline()[0] == MODULE
    assert " ".join(worker.cmdline()).rstrip() == f"telephony.worker media-0 {site.sip_port}"
    held = worker.memory_full_info()
    assert held.uss < held.rss / 2  # most of what it holds is not its own


def test_a_worker_outlives_its_nursery_and_is_adopted(
    site: Settings, nursery: Nursery, places: list[MediaWorker]
) -> None:
    worker = filled(places[0], site, nursery)
    nursery.close()
    assert worker.is_running()
    assert [place.process for place in plan(site)] == [worker]


def test_a_nursery_that_died_is_begun_anew(
    site: Settings, nursery: Nursery, places: list[MediaWorker]
) -> None:
    worker = filled(places[0], site, nursery)
    for process in (worker.parent(), worker):
        assert process is not None
        process.kill()
        process.wait(WITHIN_S)
    assert filled(places[0], site, nursery) != worker


def test_a_stranger_with_the_pid_of_a_dead_worker_is_not_adopted(
    site: Settings, places: list[MediaWorker]
) -> None:
    stranger = psutil.Process().pid
    places[0].note.write_text(f'{{"pid": {stranger}, "port": {site.sip_port}}}')
    assert [place.process for place in plan(site)] == [None]
