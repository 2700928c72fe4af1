"""Nobody approves, or writes over, words that they have not read."""

import re
from datetime import timedelta

from fastapi.testclient import TestClient

from hotline.core import clock
from tests.console.answering.test_library import PAGE, YAK, post


def seen(page: str) -> str:
    """Return the mark of the text that the page shows, as its forms send it."""
    return marks(page)[-1]


def marks(page: str) -> list[str]:
    """Return the marks of all texts that the page shows with a step to take."""
    return re.findall(r'name="seen" value="([^"]+)"', page)


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


def test_the_text_that_was_looked_at_goes_back_and_not_the_one_beside_it(
    editor: TestClient, supervisor: TestClient
) -> None:
    code = drafted(editor)
    post(editor, f"/submit/{code}")
    post(supervisor, f"/approve/{code}")
    post(supervisor, f"/publish/{code}")
    later = (clock.beijing_day(clock.now()) + timedelta(days=5)).isoformat()
    post(editor, f"/edit/{code}", **{**YAK, "valid_from": later})
    post(editor, f"/submit/{code}")
    post(supervisor, f"/approve/{code}")
    post(supervisor, f"/publish/{code}")
    post(editor, f"/edit/{code}", **{**YAK, "say": "请到村里登记，死亡一般可保。"})
    post(editor, f"/submit/{code}")
    page = supervisor.get(f"{PAGE}/read/{code}").text
    mark = next(each for each in marks(page) if ".scheduled." in each)
    post(supervisor, f"/send_back/{code}", reason="不改了", seen=mark)
    after = marks(supervisor.get(f"{PAGE}/read/{code}").text)
    assert not [each for each in after if ".scheduled." in each]
    assert [each for each in after if ".review." in each]
    post(supervisor, f"/send_back/{code}", 412, reason="不改了", seen=mark)
