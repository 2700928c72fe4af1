"""What is wrong in how a ticket was written, from its texts and its call's lines alone; pure."""

from collections.abc import Callable, Iterator

from dispatch.inspection.call_rules import SURE
from dispatch.inspection.rules import Found, Rule
from dispatch.inspection.talk import AGENT, CALLER, Sheet, Talk, plain
from dispatch.inspection.word_lists import Lists, Question

SHORTEST_COPY = 20  # letters: shorter summaries of one matter are alike by nature


def judge(sheet: Sheet, lists: Lists) -> list[Found]:
    """Return what every rule finds, in the order of the rules."""
    return [found for rule in _RULES for found in rule(sheet, lists)]


def empty_replies(sheet: Sheet, lists: Lists) -> Iterator[Found]:
    """空洞答复: a reply that was let through has hardly a letter, or is a stock phrase alone."""
    stock = {plain(each) for each in lists.empty_replies}
    for reply in sheet.replies:
        said = plain(reply.text)
        if len(said) < lists.reply_letters or said in stock:
            yield Found(Rule.EMPTY_REPLY, len(said), agent=reply.by)


def copied(sheet: Sheet, lists: Lists) -> Iterator[Found]:
    """摘要雷同: the text is another's of the same agent; measure: the share of their pairs."""
    mine = plain(sheet.text)
    if len(mine) < SHORTEST_COPY:
        return
    share = max((alike(mine, plain(each)) for each in sheet.others), default=0.0)
    if share >= lists.copied_share:
        yield Found(Rule.COPIED, round(share, 3))


def unasked(sheet: Sheet, lists: Lists) -> Iterator[Found]:
    """必问未问: of this type the agent asks it, unless the caller said it; measure: how many."""
    talk = sheet.talk
    if talk is None or not talk.said_by(AGENT):
        return
    if any(each.confidence < SURE for each in talk.lines):
        return
    missing = [
        each
        for each in lists.questions
        if sheet.request_type in each.types and not _answered(talk, each)
    ]
    if missing:
        yield Found(Rule.UNASKED, len(missing))


_RULES: tuple[Callable[[Sheet, Lists], Iterator[Found]], ...] = (empty_replies, copied, unasked)


def alike(one: str, other: str) -> float:
    """Return the share of pairs of letters that both texts have among those that either has."""
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) / len(pairs | others) if pairs and others else 0.0


def _answered(talk: Talk, question: Question) -> bool:
    mine = plain("".join(each.text for each in talk.said_by(AGENT)))
    theirs = plain("".join(each.text for each in talk.said_by(CALLER)))
    asked = any(plain(each) in mine for each in question.asked)
    return asked or any(plain(each) in theirs for each in question.given)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
