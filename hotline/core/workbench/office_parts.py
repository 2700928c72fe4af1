"""What the parts of a DOCX or XLSX may be called and may say."""

import re
from collections.abc import Sequence
from xml.parsers import expat

from hotline.core.workbench.kinds import Kind
from hotline.core.workbench.refusals import Refused

CONTENT_TYPES = "[Content_Types].xml"
_ANEW = "Save it anew as .docx or .xlsx, or send a PDF of it."
_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": Kind.XLSX,
}
_PROGRAM = re.compile(r"(?i)macroenabled|vbaproject|activex|oleobject|ms-office\.(vba|active)")
_NAME = re.compile(r"[^\x00-\x1f\\:*?\"<>|]{1,200}")
_ROOTS = re.compile(r"(?i)(word|xl|docprops|_rels|customxml|theme|\[trash\])/")
_ENDS = re.compile(
    r"(?i)\.(xml|rels|vml|png|jpe?g|gif|bmp|tiff?|emf|wmf|wdp|odttf|fntdata)"
    r"|/printersettings/[^/]+\.bin"
)
_RISKY = re.compile(
    r"(?i)vba|macrosheets|activex|embeddings|externallinks|oleobject|customui|dialogsheets"
    r"|attachedtoolbars"
)
_HYPERLINK = re.compile(r"(?i).*/hyperlink")
_WEB = re.compile(r"(?i)(https?://|mailto:|tel:)")
_FETCHES = re.compile(r"(?i)\s*(dde|ddeauto|includetext|includepicture|import|link|macrobutton)\b")
_XML = (".xml", ".rels", ".vml")


def require_known(names: Sequence[str]) -> None:
    """Raise Refused for a part that leads elsewhere, runs, or does not belong to a document."""
    if len({name.lower() for name in names}) < len(names):
        raise Refused("The document has two parts of one name.", remedy=_ANEW)
    if CONTENT_TYPES not in names:
        raise Refused("The archive is no DOCX or XLSX.", remedy="Send its files one by one.")
    for name in names:
        leads_out = name.startswith("/") or ".." in name.split("/") or not _NAME.fullmatch(name)
        if leads_out:
            raise Refused("A part of the document has a name that leads elsewhere.", remedy=_ANEW)
        if _RISKY.search(name):
            raise Refused("The document holds programs or other files.", remedy=_ANEW)
        if name != CONTENT_TYPES and not (
            _ROOTS.match(name) and (name.endswith("/") or _ENDS.search(name))
        ):
            raise Refused("The document holds a part that does not belong to it.", remedy=_ANEW)


def kind_of(content_types: bytes) -> Kind:
    """Return what the list of content types says the document is; raise Refused."""
    found: list[str] = []
    parser = _parser()
    parser.StartElementHandler = lambda _name, has: found.append(has.get("ContentType", ""))
    parser.Parse(content_types, True)
    if any(_PROGRAM.search(each) for each in found):
        raise Refused("The document holds macros or programs.", remedy="Save it without macros.")
    kinds = [_MAIN[each] for each in found if each in _MAIN]
    if len(kinds) != 1:
        raise Refused("The archive is no DOCX or XLSX.", remedy=_ANEW)
    return kinds[0]


class Reader:
    """Reads one XML part as it is unpacked; raises Refused for what would fetch or run."""

    def __init__(self) -> None:
        self._parser = _parser()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._letters
        self._inside = False
        self._field = ""

    def feed(self, piece: bytes) -> None:
        self._parser.Parse(piece, False)

    def finish(self) -> None:
        self._parser.Parse(b"", True)

    def _begin(self, name: str, has: dict[str, str]) -> None:
        plain = name.rpartition(":")[2]
        if plain == "Relationship" and has.get("TargetMode", "").lower() == "external":
            _require_link(has.get("Type", ""), has.get("Target", ""))
        if plain == "fldSimple":
            _require_no_fetch(next((has[key] for key in has if key.endswith("instr")), ""))
        if plain == "fldChar":
            self._field = ""
        self._inside = plain == "instrText"

    def _end(self, _name: str) -> None:
        self._inside = False

    def _letters(self, letters: str) -> None:
        if self._inside:  # a field's words may be spread over many runs
            self._field = (self._field + letters)[:200]
            _require_no_fetch(self._field)


def reader_of(name: str) -> Reader | None:
    """Return a reader for a part that is XML by its name; every other part is a picture."""
    return Reader() if name.lower().endswith(_XML) else None


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declared: object) -> None:
    raise Refused("The document declares entities of its own.", remedy=_ANEW)


def _require_link(type: str, target: str) -> None:
    if not (_HYPERLINK.fullmatch(type) and _WEB.match(target)):
        raise Refused("The document fetches something from elsewhere.", remedy=_ANEW)


def _require_no_fetch(field: str) -> None:
    if _FETCHES.match(field):
        raise Refused("A field of the document fetches or starts something.", remedy=_ANEW)
