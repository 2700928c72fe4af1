"""The nursery: it has loaded all that a media worker needs, and forks workers that share it.

A worker on its own takes 55 MB, most of it code and tables that are the same in each
(docs/decisions/workers-from-a-nursery.md).
"""

import gc
import json
import signal
import socket
import sys
from os import fork, setsid

from setproctitle import setproctitle

from hotline.core.settings import settings
from telephony import worker
from telephony.media import load_prompts

READY = b"ready\n"


def main() -> None:
    """Fork the workers that are asked for on the inherited socket, until its other end is closed.

    A request is a line of JSON, `{"title": str, "arguments": [str, …]}`; its answer is the
    worker's pid. The first line that is sent says that requests may come.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor decides, not the terminal
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who has died is gone, and no zombie
    load_prompts(worker.SHIPPED_PROMPTS, settings().prompts_dir)
    setproctitle("telephony.nursery")
    gc.collect()
    gc.freeze()  # a collection that touched these objects would copy their pages for each worker
    arguments = _asked(socket.socket(fileno=int(sys.argv[1])))
    if arguments is not None:
        worker.main(arguments)


def _asked(line: socket.socket) -> list[str] | None:
    """Return a worker's arguments in each process forked for one, None when nobody asks more."""
    with line, line.makefile("rb") as requests:
        line.sendall(READY)
        for request in requests:
            pid = fork()
            if not pid:
                asked = json.loads(request)
                break
            line.sendall(b"%d\n" % pid)
        else:
            return None
    setsid()  # the worker's callers outlive a switch that is killed
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    setproctitle(asked["title"])
    return [str(each) for each in asked["arguments"]]


if __name__ == "__main__":
    main()
