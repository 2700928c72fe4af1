"""The pages in another language: what it says, what it leaves out, and how it is chosen."""

import re
import string
from collections.abc import Callable
from contextvars import copy_context
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session
from typer.testing import CliRunner

from hotline.cli import app
from hotline.commands.languages import lines
from hotline.console import moments
from hotline.console.choosing_language import COOKIE
from hotline.console.refusals import words as refusal
from hotline.console.translations import Lack, wanted
from hotline.console.words import FIRST, LANGUAGES, Language, language, name_of, read_in, say, table
from tests.factories import create_ticket

OTHERS = LANGUAGES[1:]
TIBETAN = re.compile("[\u0f40-\u0fbc]")
DRAFT = Language("bo", "bo", "བོད་ཡིག", True, frozenset({"nav", "call.answer"}))


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_says_nothing_that_the_first_does_not(code: str) -> None:
    assert table(code)["site"]["tickets"]
    for section, said in table(code).items():
        assert said.keys() <= table(FIRST)[section].keys(), section


@pytest.mark.parametrize("code", OTHERS)
def test_a_word_leaves_the_same_gaps_in_every_language(code: str) -> None:
    for section, said in table(code).items():
        for name, text in said.items():
            assert gaps(text) == gaps(table(FIRST)[section][name]), (section, name)


@pytest.mark.parametrize("code", OTHERS)
def test_a_word_is_there_or_listed_as_missing(code: str) -> None:
    said, first = keys(table(code)), keys(table(FIRST))
    listed = wanted(table(FIRST), table(code), language(code).is_draft)
    assert said | {each.key for each in listed if each.lack is Lack.MISSING} == first


def test_a_draft_is_one_until_the_word_or_its_section_was_checked() -> None:
    assert not DRAFT.is_draft("nav.queue")
    assert not DRAFT.is_draft("call.answer")
    assert DRAFT.is_draft("call.hold")
    assert not language(FIRST).is_draft("call.hold")
    assert language("bo").draft
    for each in language("bo").checked:
        assert each in {*table("bo"), *keys(table("bo"))}, each


def test_the_command_names_each_word_once() -> None:
    told = CliRunner().invoke(app, ["languages"])
    assert told.exit_code == 0
    assert told.stdout.splitlines() == list(lines())
    assert len(set(lines())) == len(list(lines()))
    assert "console bo draft site.tickets" in told.stdout
    assert all(len(line.split(" ", 3)) == 4 for line in lines())


def test_what_is_missing_is_said_in_the_first_language_word_by_word() -> None:
    assert "hold" not in table("bo")["call"]
    assert spoken("bo", lambda: say("call.hold")) == table(FIRST)["call"]["hold"]
    assert spoken("bo", lambda: say("call.answer")) == table("bo")["call"]["answer"]
    assert spoken("bo", lambda: name_of("emergency", "119")) == "119 消防"
    assert spoken("en", lambda: refusal("This call has ended.")) == "The call is over."


def test_an_unknown_language_is_the_first() -> None:
    assert spoken("xx", lambda: say("site.tickets")) == table(FIRST)["site"]["tickets"]


def test_dates_are_the_same_in_every_language() -> None:
    at = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    assert {spoken(code, lambda: moments.full(at)) for code in LANGUAGES} == {
        "11月26日（周四）07:30"
    }
    assert spoken("en", lambda: moments.span(timedelta(hours=3))) == "3 h 0 min"


def test_who_is_not_signed_in_reads_the_form_in_tibetan(anonymous: TestClient) -> None:
    form = anonymous.get("/console/sign-in?next=/wallboard/").text
    assert 'method="post" action="/console/language"' in form
    assert 'name="next" value="/console/sign-in?next=/wallboard/"' in form
    page = choose(anonymous, "bo", "/console/sign-in?next=/wallboard/")
    assert (page.url.path, page.url.query) == ("/console/sign-in", b"next=/wallboard/")
    assert '<html lang="bo">' in page.text
    assert table("bo")["sign_in"]["submit"] in page.text
    assert table("bo")["site"]["draft"] in page.text
    assert 'value="bo" lang="bo" aria-current="true">' in page.text


@pytest.mark.parametrize(("code", "tag"), [("zh", "zh-CN"), ("bo", "bo"), ("en", "en")])
def test_the_switch_keeps_the_page(
    agent: TestClient, session: Session, now: datetime, code: str, tag: str
) -> None:
    ticket = create_ticket(session, now=now)
    for path in ("/console/?status=registered", f"/console/tickets/{ticket.number}"):
        page = choose(agent, code, path)
        assert page.status_code == 200
        assert str(page.url).endswith(path)
        assert f'<html lang="{tag}">' in page.text
        assert table(code)["site"]["tickets"] in page.text
        # The switch alone has Tibetan letters elsewhere.
        assert (len(TIBETAN.findall(page.text)) > 100) == (code == "bo")


def test_each_browser_reads_its_own_language(agent: TestClient, lead: TestClient) -> None:
    choose(agent, "en", "/console/")
    assert '<html lang="zh-CN">' in lead.get("/console/").text
    assert '<html lang="en">' in agent.get("/console/").text
    assert "Not done" in agent.get("/console/tickets/000000000000").text


def test_a_language_that_is_none_is_chinese(agent: TestClient) -> None:
    choose(agent, "en", "/console/")
    assert '<html lang="zh-CN">' in choose(agent, "xx", "/console/").text
    assert agent.cookies[COOKIE] == FIRST
    agent.cookies.delete(COOKIE)
    agent.cookies.set(COOKIE, "../en")
    assert '<html lang="zh-CN">' in agent.get("/console/").text


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "/docs", ""])
def test_the_switch_leads_nowhere_else(agent: TestClient, path: str) -> None:
    assert choose(agent, "en", path).url.path == "/console/"


def choose(browser: TestClient, code: str, path: str) -> Response:
    return browser.post("/console/language", data={"language": code, "next": path})


def spoken(code: str, say_it: Callable[[], str]) -> str:
    """Return what is said in this language; the next test is read in its own."""

    def said() -> str:
        read_in(code)
        return say_it()

    return copy_context().run(said)


def keys(words: dict[str, dict[str, str]]) -> set[str]:
    return {f"{section}.{name}" for section, said in words.items() for name in said}


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
