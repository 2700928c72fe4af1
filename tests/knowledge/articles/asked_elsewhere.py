"""Another process that searches: `python -m … DATABASE`; a line in, a line of what is found out."""

import sys
from datetime import date

from sqlmodel import Session

from dispatch.cases import searching as cases
from hotline.core.db import connect
from knowledge.searching import together
from knowledge.searching.entries import Asked, Kind


def main() -> None:
    """Answer each line, a day and a question, in a transaction of its own."""
    cases.join()
    engine = connect(sys.argv[1])
    for line in sys.stdin:
        day, _, text = line.strip().partition(" ")
        with Session(engine) as session:
            asked = Asked(text, date.fromisoformat(day), kinds=tuple(Kind))
            hits = together.search(session, asked)
        told = [f"{each.kind}:{each.id}{':expired' if each.expired else ''}" for each in hits]
        print(" ".join(told), flush=True)


if __name__ == "__main__":
    main()
