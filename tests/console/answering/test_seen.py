"""Nobody approves, or writes over, words that they have not read."""

import re

from fastapi.testclient import TestClient

from tests.console.answering.test_library import PAGE, YAK, post


def seen(page: str) -> str:
    """Return the mark of the text that the page shows, as its forms send it."""
    found: list[str] = re.findall(r'name="seen" value="([^"]+)"', page)
    return found[-1]


def drafted(editor: TestClient) -> str:
    """Return the code of a new draft."""
    made = post(editor, "/new", **YAK)
    return str(made.headers["location"]).rsplit("/", 1)[1]


def test_what_was_rewritten_meanwhile_is_not_approved(
    editor: TestClient, supervisor: TestClient
) -> None:
    code = drafted(editor)
    post(editor, f"/submit/{code}")
    read = seen(supervisor.get(f"{PAGE}/read/{code}").text)
    post(supervisor, f"/send_back/{code}", reason="写清保哪些", seen=read)
    post(editor, f"/edit/{code}", **{**YAK, "say": "一概不赔，不用登记。"})
    post(editor, f"/submit/{code}")
    post(supervisor, f"/approve/{code}", 412, seen=read)
    page = supervisor.get(f"{PAGE}/read/{code}").text
    assert "一概不赔" in page
    post(supervisor, f"/approve/{code}", seen=seen(page))


def test_of_two_who_edit_at_once_the_second_writes_over_nobody(editor: TestClient) -> None:
    code = drafted(editor)
    opened = seen(editor.get(f"{PAGE}/edit/{code}").text)
    post(editor, f"/edit/{code}", **{**YAK, "say": "请到村里登记，死亡一般可保。"}, seen=opened)
    late = {**YAK, "say": "请到乡里登记，死亡一般可保。"}
    post(editor, f"/edit/{code}", 412, **late, seen=opened)
    assert "请到村里登记" in editor.get(f"{PAGE}/read/{code}").text
