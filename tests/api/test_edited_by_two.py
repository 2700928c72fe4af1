"""Two people edit one thing: whoever comes second is told so, and nobody's words are lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

REPLY = {"is_true": True, "is_solved": True, "public_reply": "路灯已经修好，今晚亮灯。"}


def said(body: dict[str, object], who: int) -> dict[str, object]:
    """Return the body as this one of the two writes it."""
    return {
        name: text.format(who) if isinstance(text, str) else text for name, text in body.items()
    }


@pytest.mark.parametrize("round", range(3))
@pytest.mark.parametrize(
    ("action", "body", "kept"),
    [
        ("reply", {**REPLY, "result": "第{}个人写的"}, "replies"),
        ("need-info", {"question": "第{}个人问的"}, "questions"),
        ("contacts", {"reached": True, "note": "第{}个人联系的"}, "contacts"),
        ("return", {"reason": "unclear_duty", "basis": "第{}个人退的"}, "returned"),
    ],
)
def test_of_two_who_edit_one_order_at_once_one_is_told_412(
    open_desk: Callable[[str], TestClient],
    number: str,
    round: int,  # once more each: who wins is chance
    action: str,
    body: dict[str, object],
    kept: str,
) -> None:
    assert round >= 0
    first, second = open_desk("540102-urban"), open_desk("540102-urban")
    path = f"/api/v1/work-orders/{number}-1"
    etag = first.post(f"{path}/accept").headers["ETag"]
    assert second.get(path).headers["ETag"] == etag

    def write(who: int) -> tuple[int, int]:
        client, sent = (first, second)[who], said(body, who)
        answer = client.post(f"{path}/{action}", json=sent, headers={"If-Match": etag})
        return answer.status_code, who

    with ThreadPoolExecutor(2) as threads:
        (won, winner), (lost, loser) = sorted(threads.map(write, range(2)))
    assert (won, lost) == (200, 412)
    after = first.get(path)
    words = str(after.json()[kept])
    assert f"第{winner}个人" in words
    assert f"第{loser}个人" not in words
    if action in ("need-info", "contacts"):  # the second reads again, and adds what they wrote
        again = (first, second)[loser].post(
            f"{path}/{action}",
            json=said(body, loser),
            headers={"If-Match": after.headers["ETag"]},
        )
        assert again.status_code == 200
        both = str(again.json()[kept])
        assert f"第{winner}个人" in both
        assert f"第{loser}个人" in both
