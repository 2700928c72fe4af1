"""The canary, in every form in which bytes of it could lie somewhere."""

import base64
import json
from urllib.parse import quote

NAME = "扎西卓嘎央吉"
PHONE = "13989077341"
ADDRESS = "夺底路97号6栋3单元402室"
SAID = f"我叫{NAME}，住{ADDRESS}，电话{PHONE}，举报工地夜里往河里倒泥浆。"
SAID_AGAIN = f"我是{NAME}，{ADDRESS}的，还是{PHONE}，夜里又倒泥浆了。"

ANSWERED = f"{NAME}说：就在{ADDRESS}楼下，随时打{PHONE}。"


def _forms(secret: str) -> set[str]:
    plain = secret.encode()
    shifted = {base64.b64encode(b"." * shift + plain).decode()[4:-4] for shift in range(3)}
    return {secret, json.dumps(secret)[1:-1], quote(secret), plain.hex(), *shifted}


FORMS = frozenset().union(*map(_forms, (NAME, PHONE, ADDRESS, ADDRESS[:8], ADDRESS[3:])))
_BYTES = tuple(form.encode() for form in FORMS)


def found_in(content: bytes) -> list[str]:
    """Return the forms of the canary that are in these bytes, escapes undone."""
    plain = content.replace(b"\\\\", b"\\")
    return [form.decode() for form in _BYTES if form in plain]
