"""What a log line never holds: callers' numbers, tokens, keys, passwords, cookies.

Whoever logs writes no such thing; this is for what libraries, exceptions and SIP messages carry.
Ticket numbers (twelve digits that begin with the year) stay: operators look for them.
"""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "***"
# Names whose values are never shown, however they are written.
_SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)?|secret(_key)?|token|api[_-]?key|authorization|cookie|set[_-]cookie"
    r"|caller|callee|phone|identity|x-api-key|client_secret|access_token|refresh_token|id_token",
    re.IGNORECASE,
)
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)}

_NAMED = (
    r"""(?i)(?P<name>\b(?:pass(?:word|wd|phrase)|secret(?:_key)?|(?:\w+_)?token|client_secret"""
    r"""|(?:x-)?api[_-]?key|(?:proxy-)?authorization|(?:set-)?cookie)["']?\s*[:=]\s*)"""
    r"""(?P<value>"[^"]*"|'[^']*'|(?:bearer|basic|digest)\s+[^\r\n]+|[^\s&"'<>]+)"""
)
# Each with what stays in front of it. The order counts: a named secret goes whole.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?im)^(\s*(?:set-)?cookie:)[^\r\n]+"), rf"\1 {HIDDEN}"),
    (re.compile(_NAMED), r"\g<name>" + HIDDEN),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(hk_|hs_|ht_|whsec_)[\w+/=-]+"), rf"\1{HIDDEN}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), HIDDEN),  # a JSON Web Token
    (re.compile(r"\b(hotline_\w+=|ticket_key=)[^;,\s]+"), rf"\1{HIDDEN}"),  # our cookies
    (re.compile(r"(?i)((?:[?&]|%3f|%26)key(?:=|%3d))[^&\s\"'<>]+"), rf"\1{HIDDEN}"),  # a caller's
    (re.compile(r"(\w://[^\s:/@]*:)[^\s/@]+(?=@)"), rf"\1{HIDDEN}"),  # a URL's password
    (re.compile(r'"[^"<>\r\n]*"(?=\s*<(?:sips?|tel):)'), f'"{HIDDEN}"'),  # a caller's display name
)
# A SIP or tel address may be any number, even one of three digits; our own is no secret.
_URI = re.compile(r"(?i)\b(sips?:|tel:)(?!12345\b)[+*#\d][\d*#().-]*(?=[@;>\s]|$)")
_NUMBERS = re.compile(
    r"(?<!\d)(?:"
    r"(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}"  # a mobile
    r"|\+\d{7,15}"  # E.164
    r"|(?:86)?0\d{2,3}[ -]?\d{7,8}|0\d{9,12}(?![a-f])"  # a landline, or behind an outside line's 0
    r"|\d{17}[\dXx]|\d{6}(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]"  # an ID card
    r"|\d{16}|\d{19}"  # a bank card
    r")(?!\d)"
)
# One short word with few digits and no mark that a secret is written with: most values are such.
_PLAIN = re.compile(r"[^\s\d_=:@+\"'<]{0,40}[0-9]{0,6}[^\s\d_=:@+\"'<]{0,24}")
_LEAST_NUMBER = 10**9  # a whole number below this is a count, a port or a time


def scrub(text: str) -> str:
    """Return the text without numbers of people and without secrets."""
    if _PLAIN.fullmatch(text):
        return text
    text = text.translate(_FULL_WIDTH)
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    text = _URI.sub(lambda found: found[1] + HIDDEN, text)
    return _NUMBERS.sub(lambda found: HIDDEN + found[0][-2:], text)


def scrubbed(value: Any, name: str = "") -> Any:
    """Return a value of a log line as it may be shown: plain types, masked, however deep."""
    if value is None or isinstance(value, bool | float):
        return value
    if _SECRET_NAME.fullmatch(name):
        return HIDDEN
    if isinstance(value, int):
        clean = scrub(str(value)) if value >= _LEAST_NUMBER else ""
        return clean if HIDDEN in clean else value
    if isinstance(value, Mapping):
        return {scrub(str(key)): scrubbed(each, str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [scrubbed(each) for each in value]
    return scrub(str(value))
