"""批量导入 of items: tried out, its faults named, taken as it was seen, and the same file once."""

import re

from fastapi.testclient import TestClient

from tests.console.items.test_library import PAGE, keys

HEAD = "事项编码,区划代码,事项名称,事项类型,主管部门编码,生效日期,材料目录"
GOOD = "sample-yak,540000,牦牛 运输,公共服务,540000-agriculture,2026/1/5,身份证（1份，原件）"
BAD = "sample-two,999999,牦牛,随便,540000-agriculture,2026-01-05,"


def sent(client: TestClient, step: str, text: str, **more: str) -> str:
    data = {"name": "items.csv", "text": text, **more}
    return client.post(f"{PAGE}/import/{step}", data=data).text


def checked(page: str) -> str:
    (found,) = re.findall(r'name="checked" value="(\w+)"', page)
    return str(found)


def test_a_sheet_is_tried_out_then_taken_as_it_was_seen(editor: TestClient) -> None:
    text = f"{HEAD}\n{GOOD}"
    tried = sent(editor, "preview", text)
    assert "新增 1 项" in tried
    assert "sample-yak@540000" in tried
    assert keys(editor.get(PAGE, params={"shelf": "draft"}).text) == []
    assert "重新预演" in sent(editor, "apply", text, checked="x")
    assert "已导入为草稿" in sent(editor, "apply", text, checked=checked(tried))
    assert keys(editor.get(PAGE, params={"shelf": "draft"}).text) == ["sample-yak@540000"]
    again = sent(editor, "preview", text)
    assert "新增 0 项，更改 0 项，不变 1 项" in again
    assert "正式生效" not in again


def test_each_fault_names_its_row_column_and_remedy_and_nothing_is_taken(
    editor: TestClient,
) -> None:
    refused = sent(editor, "preview", f"{HEAD}\n{GOOD}\n{BAD}")
    assert "items.csv" in refused
    cells = re.findall(r'class="number"><small class="here">行</small> (\d+)</td>', refused)
    assert cells == ["3", "3"]
    assert "不是能用的类别" in refused
    assert "写六位行政区划代码" in refused
    assert keys(editor.get(PAGE, params={"shelf": "draft"}).text) == []
