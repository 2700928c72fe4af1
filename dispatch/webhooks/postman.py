"""Takes events from the log to their receivers, in the worker process, on threads of its own.

Only the postman's own thread speaks to the database. A receiver that hangs holds up its share of
the other threads, and nobody else's calls or clocks.
"""

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from sqlalchemy.exc import OperationalError

from dispatch.webhooks import call_pushes, dead_letters, endpoints, outbox, signing, turns
from dispatch.webhooks.addresses import Networks
from dispatch.webhooks.call_pushes import Calls
from dispatch.webhooks.models_webhooks import WebhookEndpoint
from dispatch.webhooks.pace import Pace
from dispatch.webhooks.sending import Answer, Fault, Sender
from dispatch.webhooks.turns import Ended, Tried, Turn
from hotline.core import queue
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.vault import Unreadable

LOOK_S = 1.0  # for what waits for its next try
REST_S = 0.2  # a busy centre wakes its readers 50 times a second: these may be told a little later
GATHER_S = 0.005  # turns that end together are kept together
READ_EVERY_S = 0.2  # while there is much to send, new events are still taken up

log = structlog.get_logger()


class Postman:
    """One process's share of the deliveries."""

    def __init__(
        self, networks: Networks, pace: Pace | None = None, calls: Calls | None = None
    ) -> None:
        self._calls = calls or Calls()
        self._calls.check(networks)
        self._configured = False
        self._pace = pace or Pace()
        self._sender = Sender(networks, connections=2 * self._pace.threads)
        self._threads = ThreadPoolExecutor(self._pace.threads, thread_name_prefix="webhook")
        self._out: dict[Future[Ended], Turn] = {}
        self._stopping = threading.Event()
        self._read_at = 0.0

    def follow(self) -> None:
        """Deliver what there is whenever the log has grown, until told to stop."""
        for _ in queue.wakes(queue.EVENTS, every_s=LOOK_S):
            if self._stopping.is_set():
                return
            try:
                self.deliver()
            except OperationalError as error:
                log.warning("database.away", error=str(error.orig).splitlines()[0])
            except Exception:  # the next look is for other events
                log.exception("webhooks.failed")
            self._stopping.wait(REST_S)

    def deliver(self) -> None:
        """Deliver all that is due, and return when nothing of it is left."""
        while not self._stopping.is_set():
            more = self._read()
            begun = self._exchange()
            if not (more or begun or self._out):
                return
            if self._out:
                wait(self._out, timeout=READ_EVERY_S, return_when=FIRST_COMPLETED)
                time.sleep(GATHER_S)

    def stop(self) -> None:
        """Begin no more requests; what is on its way is kept by nobody and sent again."""
        self._stopping.set()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Stop, wait for the requests that are on their way, and hang up."""
        self._stopping.set()
        self._threads.shutdown(wait=True)
        self._sender.close()

    def _read(self) -> bool:
        """Take up events from the log; return whether there are more."""
        if self._out and time.monotonic() < self._read_at + READ_EVERY_S:
            return False
        with transaction() as session:
            if not self._configured:
                call_pushes.configure(session, self._calls, now=now())
            full = outbox.fan_out(session, now=now()) == outbox.BATCH
        self._configured = True
        self._read_at = 0.0 if full else time.monotonic()
        return full

    def _exchange(self) -> int:
        """Keep what came of the turns that ended, and begin others; return how many began."""
        done = [future for future in self._out if future.done()]
        ended = [future.result() for future in done]
        busy = Counter(turn.endpoint.id for turn in self._out.values())
        busy.subtract(each.turn.endpoint.id for each in ended)
        most = self._pace.threads - busy.total()
        with transaction() as session:
            moment = now()
            if ended:
                dead = turns.settle(session, ended, pace=self._pace, now=moment)
                dead_letters.tell(session, dead, now=moment)
            claimed = turns.claim(session, most=most, busy=busy, pace=self._pace, now=moment)
            claimed = call_pushes.without_sealed(session, claimed)
            if self._calls.full_numbers:
                claimed = call_pushes.with_numbers(session, claimed)
        for future in done:
            del self._out[future]
        until = time.monotonic() + self._pace.turn.total_seconds()
        for turn in claimed:
            self._out[self._threads.submit(self._take, turn, until)] = turn
        for each in ended:
            if each.tried and each.tried[-1].answer.fault is Fault.GONE:
                _disable(each.turn)
        return len(claimed)

    def _take(self, turn: Turn, until: float) -> Ended:
        """Send a lane's events one after the other, until one is not taken."""
        ended = Ended(turn)
        for letter in turn.letters:
            if self._stopping.is_set() or time.monotonic() > until:
                break
            answer = self._foreseen(turn, letter)
            ended.tried.append(Tried(letter, answer, now()))
            if answer.fault:
                break
        return ended

    def _foreseen(self, turn: Turn, letter: turns.Letter) -> Answer:
        """Send it; what nobody foresaw is one more failed try, and the others go on."""
        try:
            return self._send(turn, letter)
        except Exception:
            log.exception("webhook.failed", webhook=str(turn.endpoint.id))
            return Answer(None, Fault.INTERNAL)

    def _send(self, turn: Turn, letter: turns.Letter) -> Answer:
        moment = now()
        try:
            secrets = signing.secrets_of(turn.endpoint, now=moment)
        except Unreadable as error:
            log.error("webhook.unsigned", webhook=str(turn.endpoint.id), error=error.detail)
            return Answer(None, Fault.UNSIGNED)
        headers = signing.headers(letter.message, letter.body, secrets, now=moment)
        return self._sender.post(turn.endpoint.url, headers, letter.body.encode())


def _disable(turn: Turn) -> None:
    """The receiver answered 410: it wants nothing more until somebody enables it again."""
    with transaction() as session:
        endpoint = session.get(WebhookEndpoint, turn.endpoint.id, with_for_update=True)
        if endpoint:
            endpoints.disable(session, endpoint, actor=MACHINE, now=now())


@contextlib.contextmanager
def following(networks: Networks, calls: Calls) -> Iterator[Postman]:
    """Have a postman follow the log for as long as the process works."""
    postman = Postman(networks, calls=calls)
    threading.Thread(target=postman.follow, name="webhooks", daemon=True).start()
    try:
        yield postman
    finally:
        postman.stop()
