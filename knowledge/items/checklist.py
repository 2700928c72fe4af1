"""一次告知: all that somebody must know and bring, at once, ready to read out or to send.

What no source supports is not spoken: it is named as still to be confirmed.
"""

from dataclasses import dataclass

from knowledge.items import materials
from knowledge.items.content import BESIDE, TWELVE, Content, Window

LONGEST_SMS = 500  # what a message of several parts carries
CONFIRM = "以窗口答复为准"
_UNSPOKEN = {
    **{"time_limit": "办结时限", "fee": "收费", "materials": "材料目录"},
    **{"phone": BESIDE["phone"], "place": BESIDE["place"]},
}


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is read out and what is sent.

    `later` names the materials that may be brought later, `unconfirmed` what nobody may tell yet.
    """

    name: str
    conditions: tuple[str, ...]
    materials: tuple[str, ...]
    forms: tuple[str, ...]
    steps: tuple[str, ...]
    windows: tuple[Window, ...]
    say: str
    send: str
    later: tuple[str, ...]
    unconfirmed: tuple[str, ...]


def checklist(content: Content) -> Checklist:
    """Return the item's checklist."""
    lacking = set(content.missing)
    return Checklist(
        name=content.name,
        conditions=content.conditions,
        materials=content.materials,
        forms=content.forms,
        steps=content.steps,
        windows=content.windows,
        say=_say(content),
        send=_send(content),
        later=_later(content),
        unconfirmed=tuple(label for name, label in {**TWELVE, **BESIDE}.items() if name in lacking),
    )


def _say(content: Content) -> str:
    told = [f"您要办的是{content.name}。"]
    told += _listed("条件是：", content.conditions)
    told += _listed(f"请带齐{_count(content.materials)}样材料：", content.materials, numbered=True)
    told += _may_wait(content)
    told += _listed("要填的表有：", content.forms)
    told += _listed("办理的步骤是：", content.steps, numbered=True)
    told += [f"{content.time_limit}。"] if content.time_limit else []
    told += [f"收费：{content.fee}。"] if content.fee else []
    told += [f"办好以后您拿到的是{content.outcome}。"] if content.outcome else []
    told += [_where(each) for each in content.windows if each.address or each.phone]
    return "".join(told) + _to_confirm(content)


def _send(content: Content) -> str:
    told = [f"【一次告知】{content.name}。"]
    told += _listed("材料：", content.materials, numbered=True)
    told += _may_wait(content)
    told += _listed("表单：", content.forms)
    told += _listed("条件：", content.conditions)
    told += _listed("步骤：", content.steps, numbered=True)
    told += [f"时限：{content.time_limit}。"] if content.time_limit else []
    told += [f"收费：{content.fee}。"] if content.fee else []
    told += [_where(each) for each in content.windows if each.address or each.phone]
    return _fitting(told, _to_confirm(content))


def _later(content: Content) -> tuple[str, ...]:
    read = (materials.read(each) for each in content.materials)
    return tuple(each.name for each in read if each.later)


def _may_wait(content: Content) -> list[str]:
    later = _later(content)
    return [f"其中{'、'.join(later)}可以先办后补。"] if later else []


def _fitting(told: list[str], end: str) -> str:
    """Return as many whole parts as a message carries, materials before all else, and the end."""
    kept = ""
    for part in told:
        if len(kept) + len(part) + len(end) <= LONGEST_SMS:
            kept += part
    return kept + end


def _to_confirm(content: Content) -> str:
    unspoken = [label for name, label in _UNSPOKEN.items() if name in content.missing]
    return f"{'、'.join(unspoken)}{CONFIRM}。" if unspoken else ""


def _listed(head: str, parts: tuple[str, ...], *, numbered: bool = False) -> list[str]:
    if not parts:
        return []
    shown = [f"{at}.{each}" for at, each in enumerate(parts, 1)] if numbered else parts
    return [f"{head}{'；'.join(shown)}。"]


def _where(window: Window) -> str:
    facts = [window.address, f"电话{window.phone}" if window.phone else "", window.hours]
    return f"{window.name}：{'，'.join(filter(None, facts))}。"


def _count(parts: tuple[str, ...]) -> str:
    return "零一两三四五六七八九十"[len(parts)] if len(parts) <= 10 else str(len(parts))
