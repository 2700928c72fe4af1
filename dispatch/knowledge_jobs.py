"""知识库的定时任务: texts begin on their day, and readers and owners are reminded of theirs."""

from dispatch.notices import knowledge_notices, staff_notices
from hotline.core.clock import beijing_day, now
from hotline.core.db import transaction
from knowledge.articles import finding, life


def begin_texts() -> None:
    """生效: show every text whose day has come, each in a transaction of its own."""
    moment = now()
    with transaction() as session:
        due = finding.to_begin(session, on=beijing_day(moment))
    for code in due:
        with transaction() as session:
            life.begin(session, finding.find(session, code, lock=True), now=moment)


def remind() -> None:
    """Tell readers what they have not read and owners what waits for them, once each."""
    moment = now()
    with transaction() as session:
        staff_notices.owe(session, knowledge_notices.owed(session, now=moment), now=moment)
