"""Letters, as the writes on them find them."""

from datetime import timedelta
from io import BytesIO

from sqlmodel import Session

from dispatch.attachments import receiving
from dispatch.letters import answering, files, interviews, reading
from dispatch.letters.interviews import Agreed
from dispatch.letters.models_letters import Letter
from hotline.core.clock import beijing_day, now
from hotline.core.settings import settings
from tests.api.repeating.scenes import Known
from tests.dispatch.letters import letter_scene as scene

LONG_AGO = timedelta(days=3)


def issued(session: Session) -> Known:
    return _known(scene.issued(session, scene.RECTIFICATION, now()))


def acknowledged(session: Session) -> Known:
    letter = scene.issued(session, scene.RECTIFICATION, now())
    return _known(answering.acknowledge(session, letter, actor=scene.OURS, now=now()))


def attached(session: Session) -> Known:
    known, house = acknowledged(session), receiving.house_of(settings())
    letter = reading.by_number(session, str(known["number"]), reader=scene.OURS, lock=True)
    with receiving.received(BytesIO("十盏路灯".encode()), "台账.txt", house) as file:
        row = files.add(session, letter, file, house, actor=scene.OURS, now=now())
    return {**known, "attachment_id": str(row.id)}


def recorded(session: Session) -> Known:
    return _known(_recorded(session))


def agreed(session: Session) -> Known:
    letter = _recorded(session)
    (measure,) = reading.measures(session, letter)
    return {**_known(letter), "measure": measure.id}


def _recorded(session: Session) -> Letter:
    moment = now()
    letter = scene.issued(session, scene.interview(moment - LONG_AGO), moment - LONG_AGO)
    todo = [Agreed("全面排查", beijing_day(moment) + timedelta(days=9))]
    return interviews.record(session, letter, "双方到会。", todo, actor=scene.WRITER, now=moment)


def _known(letter: Letter) -> Known:
    return {"number": letter.number}
