"""A template's line that can't be filled in."""

from hotline.core.errors import Invalid


class BadLine(Invalid):
    """`line` is the template's, from 1; `why` is what is wrong there."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(
            f"Line {line} of the template: {why}.", remedy="Correct the line, save again."
        )
        self.line, self.why = line, why
