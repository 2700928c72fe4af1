"""A simulated department: it holds an API key and works its orders over HTTP."""

from collections.abc import Iterator

from hotline.core.clock import now
from hotline.demo.scene import Scene

CLIENT = "simulated department"


def work(scene: Scene, department: str, order: str) -> Iterator[str]:
    """Take the order, reach the caller, reply; yield one line of evidence for each request."""
    issued = scene.post(f"/departments/{department}/api-keys", {"label": CLIENT})
    key = str(issued["key"])
    yield f"POST departments/{department}/api-keys → {key[:6]}…"

    inbox = scene.client.get(
        "/api/v1/work-orders?status=dispatched", headers={"Authorization": f"Bearer {key}"}
    ).json()
    yield f"GET work-orders?status=dispatched → {[each['number'] for each in inbox['items']]}"

    accepted = scene.post(f"/work-orders/{order}/accept", key=key)
    yield f"POST work-orders/{order}/accept → {accepted['status']}"

    moment = now().isoformat()
    scene.post(
        f"/work-orders/{order}/contacts",
        {"reached": True, "note": "已电话联系诉求人，核实地点", "at": moment},
        key=key,
    )
    yield f"POST work-orders/{order}/contacts → reached"

    answer = {
        "result": "已到现场核查并处理，当日完成。",
        "is_true": True,
        "is_solved": True,
        "unsolved_reason": "",
        "public_reply": "您反映的问题我们已到现场核查并处理完毕，感谢您的监督。",
        "contacted_at": moment,
    }
    replied = scene.post(f"/work-orders/{order}/reply", answer, key=key)
    yield f"POST work-orders/{order}/reply → {replied['status']}: {answer['public_reply']}"
