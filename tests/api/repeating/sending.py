"""Five at once: the same request in as many threads, and what came of it."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.api.repeating.asking import Written, body_of, others, path_of, picture
from tests.api.repeating.scenes import Known
from tests.api.repeating.stage import ANYBODY, Rows, Stage

AT_ONCE = 5
BUSY, MOST_TRIES = 503, 20  # too many files at once: sent again, as whoever has a key does
_SENDINGS = itertools.count(1)  # the keys of one are no other's
# Shown once, to whichever of the five came first.
_SECRETS = ("password", "secret", "client_secret", "key")
Answer = tuple[int, Any]


@dataclass
class Sending:
    """One write on one scene's things: whoever sends it, and with which body or files."""

    stage: Stage
    post: Written
    who: str
    known: Known
    example: Any = None

    def __post_init__(self) -> None:
        self.mine = next(_SENDINGS)
        json = self.example is not None and not self.post.form
        self.body = body_of(self.example, self.known) if json else None

    def once(self, key: str, other: Any = None) -> Answer | None:
        """Return status and answer; None where the scene has nothing that the path names."""
        path = path_of(self.post, self.known)
        if path is None:
            return None
        own = self.known.get("headers", {}) if self.who == ANYBODY else {}
        headers = {**own, "Idempotency-Key": f"{self.mine}:{key}"}
        sent = {"files": other or self._files} if self.post.form else {"json": other or self.body}
        if sent.get("json", True) is None:
            sent = {}
        client = self.stage.clients[self.who]
        for _ in range(MOST_TRIES):
            answer = client.request(self.post.method, path, headers=headers, **sent)
            if answer.status_code != BUSY:
                break
        return answer.status_code, _told(answer.json()) if answer.content else None

    def five(self, key: str) -> list[Answer]:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            answers = list(threads.map(lambda _: self.once(key), range(AT_ONCE)))
        return [each for each in answers if each]

    def refused(self, key: str) -> list[Answer]:
        """Return what the same key is answered with other bodies, each differing in one field."""
        if self.post.form:
            different = [self.known.get("other files", picture(200))]
        else:
            different = list(others(self.post, self.body)) if self.body else []
        return [answer for each in different if (answer := self.once(key, each))]

    @property
    def _files(self) -> Any:
        return self.known.get("files", picture(1))


def done(added: Rows) -> Rows:
    """Return what was written but for looks: each answer about a sealed ticket is one more."""
    return {name: count for name, count in added.items() if name != "access_log"}


def _told(body: Any) -> Any:
    if isinstance(body, dict):
        return {name: value for name, value in body.items() if name not in _SECRETS}
    return body
