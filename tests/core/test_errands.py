"""Errands that wait a moment: one stands for many, none is lost while the process lives."""

import subprocess
import sys
import threading
from functools import partial

from structlog.testing import capture_logs

from hotline.core.errands import Errands, run_soon


def test_an_errand_is_run_though_nobody_waits_for_it() -> None:
    done = threading.Event()
    run_soon("a", done.set)
    assert done.wait(60)


def test_errands_of_one_name_that_wait_together_are_run_once() -> None:
    errands, blocked, begun = Errands(), threading.Event(), threading.Event()
    ran: list[int] = []

    def block() -> None:
        begun.set()
        assert blocked.wait(60)

    errands.run_soon("first", block)
    assert begun.wait(60)
    last = threading.Event()
    for number in range(100):
        errands.run_soon("many", partial(ran.append, number))
    errands.run_soon("last", last.set)
    blocked.set()
    assert last.wait(60)
    assert ran == [99]


def test_a_failing_errand_is_logged_and_holds_up_no_other() -> None:
    errands, done = Errands(), threading.Event()
    with capture_logs() as logged:
        errands._waiting = {"bad": lambda: 1 / 0, "good": done.set}  # type: ignore[dict-item]
        errands.run_now()
    assert done.is_set()
    assert [(line["event"], line["errand"]) for line in logged] == [("errand.failed", "bad")]


def test_what_waits_when_a_process_ends_is_run_first() -> None:
    code = (
        "from hotline.core.errands import run_soon\n"
        "for n in range(9): run_soon(n, lambda n=n: print(n))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == list("012345678")


def test_a_forked_child_runs_its_own_errands_and_not_its_parents() -> None:
    code = (
        "import os, threading\n"
        "from hotline.core import errands\n"
        "errands._of_process._waiting['parent'] = lambda: os.write(1, b'parent ')\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    done = threading.Event()\n"
        "    errands.run_soon('child', lambda: (os.write(1, b'child '), done.set()))\n"
        "    os._exit(0 if done.wait(60) else 1)\n"
        "assert os.waitpid(child, 0)[1] == 0\n"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["child", "parent"]
