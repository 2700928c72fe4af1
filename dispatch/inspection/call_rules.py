"""What is wrong in how a call was held, from its lines and times alone; pure.

Only what the agent's own voice said is judged, and what is missing only where it was heard well:
a word that the recogniser lost is nobody's fault.
"""

from collections.abc import Callable, Iterator, Sequence

from dispatch.inspection.rules import Found, Rule
from dispatch.inspection.talk import AGENT, CALLER, Line, Talk, plain, spoken_numbers
from dispatch.inspection.word_lists import Lists

SURE = 0.5  # below it a line is no proof that something was not said
NUMBER = "{number}"


def judge(talk: Talk, lists: Lists) -> list[Found]:
    """Return what every rule finds, in the order of the rules."""
    return [found for rule in _RULES for found in rule(talk, lists)]


def silences(talk: Talk, lists: Lists) -> Iterator[Found]:
    """长时间静音: nobody speaks for so long, time on hold left out; not after the last word."""
    until, place = talk.begins_s, None
    for line in sorted(talk.lines, key=lambda each: each.start_s):
        gap = line.start_s - until - _held(talk, until, line.start_s)
        if gap >= lists.silence_s:
            yield Found(Rule.SILENCE, round(gap, 1), place, until, line.start_s)
        if line.end_s >= until:
            until, place = line.end_s, line.place


def interruptions(talk: Talk, lists: Lists) -> Iterator[Found]:
    """抢话: the agent begins while the caller speaks, and both speak on for so long."""
    callers = talk.said_by(CALLER)
    for mine in talk.said_by(AGENT):
        over = [
            min(each.end_s, mine.end_s) - mine.start_s
            for each in callers
            if each.start_s < mine.start_s < each.end_s
        ]
        if over and max(over) >= lists.overlap_s:
            both = max(over)
            yield Found(
                Rule.INTERRUPTION, round(both, 1), mine.place, mine.start_s, mine.start_s + both
            )


def forbidden(talk: Talk, lists: Lists) -> Iterator[Found]:
    """禁语: the agent says a word of the list; the measure is how many in the line."""
    words = [plain(each) for each in lists.forbidden]
    for line in talk.said_by(AGENT):
        said = plain(line.text)
        if hits := sum(word in said for word in words):
            yield Found(Rule.FORBIDDEN, hits, line.place, line.start_s, line.end_s)


def greeting(talk: Talk, lists: Lists) -> Iterator[Found]:
    """无开头语: the agent's first seconds lack so many of the opening's parts."""
    mine = talk.said_by(AGENT)
    if not mine:
        return
    first = mine[0]
    opening = [each for each in mine if each.start_s <= first.start_s + lists.opening_s]
    if missing := _missing(opening, lists.opening, talk.number):
        yield Found(Rule.NO_GREETING, missing, first.place, first.start_s, opening[-1].end_s)


def closing(talk: Talk, lists: Lists) -> Iterator[Found]:
    """无结束语: the agent's last seconds lack it; not where the caller hung up in mid-talk."""
    mine = talk.said_by(AGENT)
    if not mine or (talk.cut_off and talk.lines[-1].speaker != AGENT):
        return
    last = mine[-1]
    end = [each for each in mine if each.end_s >= last.end_s - lists.closing_s]
    if missing := _missing(end, lists.closing, talk.number):
        yield Found(Rule.NO_CLOSING, missing, last.place, last.start_s, last.end_s)


def promises(talk: Talk, lists: Lists) -> Iterator[Found]:
    """承诺未落实: the agent promises an answer, and nothing came of the call to give it."""
    if talk.behind:
        return
    words = [plain(each) for each in lists.promise]
    for line in talk.said_by(AGENT):
        said = plain(line.text)
        if hits := sum(word in said for word in words):
            yield Found(Rule.PROMISE, hits, line.place, line.start_s, line.end_s)


_RULES: tuple[Callable[[Talk, Lists], Iterator[Found]], ...] = (
    silences,
    interruptions,
    forbidden,
    greeting,
    closing,
    promises,
)


def _held(talk: Talk, since: float, until: float) -> float:
    return sum(max(0.0, min(end, until) - max(begin, since)) for begin, end in talk.held)


def _missing(lines: Sequence[Line], groups: Sequence[Sequence[str]], number: str) -> int:
    """Return how many groups have no word in the lines; 0 where a line was badly heard."""
    if any(each.confidence < SURE for each in lines):
        return 0
    said = plain("".join(each.text for each in lines))
    return sum(not any(word in said for word in _said_as(group, number)) for group in groups)


def _said_as(group: Sequence[str], number: str) -> list[str]:
    words = [plain(each) for each in group if each != NUMBER]
    return [*words, *(spoken_numbers(number) if NUMBER in group else ())]
