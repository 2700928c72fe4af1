"""A page for everybody: without cookies and scripts, for caches to keep.

How it is read, in which language and size, stands in its address; links take it along.
"""

import hashlib
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from hotline.public.door import POLICY, templates
from hotline.public.words import FIRST, LANGUAGES, day_of, speaker
from hotline.web import unchanged

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "public, max-age=300",
    "X-Robots-Tag": "all",
}
_Word = Annotated[str, Query(max_length=16)]


class OpenPage:
    """How the page is asked for; `show` answers it."""

    def __init__(
        self,
        request: Request,
        lang: _Word = FIRST,
        elder: _Word = "",
        if_none_match: unchanged.Known = "",
    ) -> None:
        self.language = lang if lang in LANGUAGES else FIRST
        self.elder = elder == "1"
        self._request, self._has = request, if_none_match

    def link(self, path: str, **asked: Any) -> str:
        """Return the address of another open page, to be read as this one is."""
        said = {"lang": self.language if self.language != FIRST else "", "elder": int(self.elder)}
        query = urlencode({name: value for name, value in {**asked, **said}.items() if value})
        return f"{path}?{query}" if query else path

    def show(self, template: str, **told: Any) -> Response:
        """Return the page, or that the asker has it already (304)."""
        said = {
            "say": speaker(self.language),
            "day": lambda moment: day_of(moment, self.language),
            "language": self.language,
            "elder": self.elder,
            "path": self._request.url.path,
            "link": self.link,
        }
        answer = templates.TemplateResponse(self._request, template, {**said, **told})
        tag = f'"{hashlib.sha256(answer.body).hexdigest()}"'
        answer.headers.update({**_HEADERS, "ETag": tag})
        if unchanged.held(tag, self._has):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**_HEADERS, "ETag": tag})
        return answer


Opened = Annotated[OpenPage, Depends()]
