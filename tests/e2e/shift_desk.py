"""The department's part of one agent's shift: in the portal, by its handler and its leader."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Hotline
from tests.e2e.headset_scene import SOON_MS

QUESTION = "不亮的路灯在路口的哪一边？"
ANSWER = "在路口东边，靠近菜市场。"
REPLY = "今天上午已更换北京东路3盏路灯的灯泡和1段线路，晚上试灯正常，请您放心出行。"
RESULT = "更换灯泡3只、线路1段，夜间巡查亮灯正常。"
OFFICE = "局长"
_RULES = (
    "profile,request_type,time_class,district,since,until,source\n"
    "xizang-trial,*,*,{district},,,a test's own: every reply of this place is signed\n"
)


@contextmanager
def signed_in(hotline: Hotline, district: str) -> Iterator[None]:
    """Let this site's policy ask for a leader's signature under every reply of the district."""
    rules = hotline.data_dir / "sign_off.csv"
    rules.write_text(_RULES.format(district=district))
    try:
        yield
    finally:
        rules.unlink()


def accepts(page: Page, desk: Page, order: str) -> None:
    """签收 in the portal; the agent's open page follows without a reload."""
    expect(page.locator(".orders")).to_contain_text("待签收")
    expect(page.locator("#line")).to_have_class("live")
    opens(desk, order)
    expect(desk.locator("#headline")).to_contain_text("待签收")
    desk.get_by_role("button", name="签收", exact=True).click()
    says(desk, "已签收。")
    expect(page.locator(".orders")).to_contain_text("办理中", timeout=SOON_MS)


def opens(desk: Page, order: str) -> None:
    desk.locator(f'[data-key="{order}"] a').click()
    expect(desk.locator("#line")).to_have_class("live")


def says(desk: Page, done: str) -> None:
    expect(desk.locator(".note:not(#changed)")).to_have_text(done)


def asks(page: Page, desk: Page) -> None:
    """请诉求人补充: the question comes to the agent's open page, the answer to the department's."""
    form = desk.locator("#do-ask")
    form.locator("summary").click()
    form.locator("[name=question]").fill(QUESTION)
    form.get_by_role("button", name="请热线去问").click()
    says(desk, "已交给热线去问；时限不停。")
    expect(desk.locator("#asked")).to_contain_text("等待诉求人回答")
    expect(desk.locator("#line")).to_have_class("live")
    asked = page.locator(".orders .asked", has_text=QUESTION)
    expect(asked).to_be_visible(timeout=SOON_MS)
    asked.locator("summary").click()
    asked.locator("[name=answer]").fill(ANSWER)
    asked.get_by_role("button", name="告知承办单位").click()
    expect(page.locator(".orders .asked")).to_contain_text(ANSWER)
    expect(page.locator("#line")).to_have_class("live")
    expect(desk.locator("#asked")).to_contain_text(ANSWER, timeout=SOON_MS)
    expect(desk.locator("#asked")).to_contain_text("已回答")


def contacts(desk: Page) -> None:
    """联系记录: the requester was reached."""
    form = desk.locator("#do-contact")
    form.locator("summary").click()
    form.get_by_label("联系上了", exact=True).check()
    form.locator("[name=note]").fill("约好晚上试灯")
    form.get_by_role("button", name="记下").click()
    says(desk, "联系情况已记下。")
    kept = desk.locator("[aria-labelledby=contacts-title] li")
    expect(kept).to_contain_text("联系上了：约好晚上试灯")


def replies(desk: Page) -> None:
    """答复: looked through while it is written; too little is told at once. It waits for 签发."""
    form = desk.locator("#do-reply")
    form.locator("summary").click()
    form.locator("[name=public_reply]").fill("已处理")
    form.locator("[name=result]").fill(RESULT)
    for name in ("is_true", "is_solved"):
        form.locator(f"[name={name}][value=true]").check()
    expect(desk.locator("#findings .stops")).to_contain_text("太短")
    form.locator("[name=public_reply]").fill(REPLY)
    form.locator("[name=result]").focus()
    expect(desk.locator("#findings")).to_have_text("没有发现问题。")
    form.get_by_role("button", name="提交答复").click()
    says(desk, "答复已提交。")
    expect(desk.locator("#headline")).to_contain_text("办理中")
    expect(desk.locator("[aria-labelledby=replies-title]")).to_contain_text("待签发")
    expect(desk.locator("#do-sign")).to_have_count(0)  # who writes it does not sign it


def signs(page: Page, desk: Page, leader: Page, order: str) -> None:
    """签发: the leader's name stands under it, and everybody's open page says where it is now."""
    expect(page.locator(".orders")).to_contain_text("等待负责人签发", timeout=SOON_MS)
    expect(leader.locator(f'[data-key="{order}"]')).to_contain_text("待签发")
    opens(leader, order)
    form = leader.locator("#do-sign")
    form.locator("summary").click()
    form.get_by_label("签发人职务").fill(OFFICE)
    form.get_by_role("button", name="签发", exact=True).click()
    says(leader, "已签发，答复进入审核。")
    expect(desk.locator("#headline")).to_contain_text("待审核", timeout=SOON_MS)
    told = desk.locator("[aria-labelledby=replies-title]")
    expect(told).to_contain_text(re.compile(f"{OFFICE}签发"))
