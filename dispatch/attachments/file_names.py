"""What a file is called here: a label for people, never a path and never a promise."""

import re
import unicodedata

from hotline.core.masking import mask_text
from hotline.core.workbench.kinds import FORMS, Kind

LONGEST = 120  # characters, its end included
_UNNAMED = "file"
_SHOWN_AS_NOTHING = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# How a browser writes what would end the name in a form's head (HTML, multipart/form-data).
_FORM_CODES = {"%22": '"', "%0D": "", "%0A": ""}
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
_BLANKS = re.compile(r"\s+")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
# Ends by which a computer starts or renders what it opens, and the ends of what is taken.
_RUNS = re.compile(
    r"\.(exe|com|scr|pif|bat|cmd|ps1|vb[se]|jse?|ws[fh]|hta|msi|jar|lnk|url|reg|dll|cpl|app|apk|sh"
    r"|py|php\d?|phtml|aspx?|jsp|s?html?|xht(ml)?|mht(ml)?|svgz?|xml|swf|rtf|doc[mbx]?|dot[mx]?"
    r"|xl[st][mbx]?|ppt[mx]?|iso|img|zip|rar|7z|gif|heic)"
)
_TAKEN = frozenset(end for form in FORMS.values() for end in (form.suffix, *form.also))


def normalise(name: str, kind: Kind) -> str:
    """Return the name by which a file of this kind is shown: NFC, no path, its kind's own end.

    Signs that nobody sees or that turn the writing round are gone, numbers of people masked, and
    every end that says something else than what the file is.
    """
    last = _visible(name).replace("\\", "/").rpartition("/")[2]
    stem, end = _parted(_BLANKS.sub(" ", last).strip(" ."), kind)
    stem = mask_text(stem).replace("*", "x")
    stem = _NOT_IN_NAMES.sub("_", stem).strip(" .") or _UNNAMED
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return stem[: LONGEST - len(end)].rstrip(" .") + end


def _visible(name: str) -> str:
    for code, sign in _FORM_CODES.items():
        name = name.replace(code, sign)
    joined = unicodedata.normalize("NFC", name)
    return "".join(each for each in joined if unicodedata.category(each) not in _SHOWN_AS_NOTHING)


def _parted(name: str, kind: Kind) -> tuple[str, str]:
    """Return the name without its known ends, and the end that its kind has."""
    form = FORMS[kind]
    stem, last = _without_end(name)
    end = last if last in form.also else form.suffix
    while last:
        stem, last = _without_end(stem)
    return stem, end


def _without_end(name: str) -> tuple[str, str]:
    stem, dot, letters = name.rpartition(".")
    end = f"{dot}{letters.strip().lower()}"
    if dot and (end in _TAKEN or _RUNS.fullmatch(end)):
        return stem.rstrip(" ."), end
    return name, ""
