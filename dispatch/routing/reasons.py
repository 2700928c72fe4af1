"""理由: sentences an agent can check in two seconds, each with the word or clause it rests on."""

from collections.abc import Iterable, Iterator, Sequence

from dispatch.routing import doubtful
from dispatch.routing.reading import Reading
from dispatch.terms import RequestType
from knowledge.catalogue import explain
from knowledge.directory import Directory
from knowledge.entries import ResponsibilityEntry
from knowledge.evidence import Evidence
from knowledge.matching import Match
from nlp.classifier import Prediction
from nlp.places import Located
from nlp.request_type import TypeFound
from nlp.urgency import UrgencyFound

_TERMS = 3


def of(
    directory: Directory,
    reading: Reading,
    entry: ResponsibilityEntry | None,
    passed: Iterable[str],
    waits: str,
) -> Iterator[str]:
    """Yield why this matter, kind, place, department and urgency, and why a person must decide."""
    yield from doubtful.reasons(reading.doubts, tibetan=reading.tibetan)
    yield from of_matter(reading.matched, reading.prediction)
    yield of_type(reading.kind)
    yield of_district(directory, reading.located)
    yield of_department(directory, entry, passed)
    yield from of_urgency(reading.urgency)
    if waits:
        yield waits


def of_matter(matched: Match, prediction: Prediction) -> Iterator[str]:
    """Yield what the keywords and the classifier say, each with its words and their weights."""
    for one in matched.evidence[:1] if not matched.decided else _supporting(matched):
        path = "/".join(filter(None, one.matter.category))
        yield f"关键词{_weighed(one.terms)}指向“{path}”"
    known = prediction.label == matched.matter.l1 or not matched.evidence
    if prediction.terms and known:
        doubt = "" if prediction.known else "（模型不熟悉这类内容）"
        yield (
            f"分类模型判为“{prediction.label}”{prediction.probability:.0%}{doubt}，"
            f"依据{_weighed(prediction.terms)}"
        )
    elif matched.decided and not prediction.known:
        yield "模型不熟悉这类内容，只凭关键词判断，须人工确认"
    if not matched.decided:
        yield "事项不明确，请人工判断"


def of_type(found: TypeFound) -> str:
    """Return which wording makes it this kind of request."""
    label = RequestType(found.type).label
    if not found.signs:
        return f"未听到明确的诉求类型用语，暂按{label}"
    heard = [(sign.heard, sign.weight) for sign in found.signs]
    return f"听到{_weighed(heard)}，类型为{label}"


def of_district(directory: Directory, located: Located) -> str:
    """Return which place was heard, and how, or that the home district is assumed."""
    name = directory.districts[located.code].name_zh
    if not located.heard:
        return f"未提到事发地点，按热线所在地{name}处理"
    if len(located.others) > 1 and located.code not in located.others:
        places = "、".join(directory.districts[code].name_zh for code in located.others)
        return f"提到{places}多地，按共同上级{name}处理，请核对地点"
    witness = next(
        (
            place
            for place in sorted(located.heard, key=lambda place: -place.weight)
            if place.name.code == located.code
        ),
        located.heard[0],
    )
    if witness.exact:
        return f"听到“{witness.name.text}”，属地为{name}（{located.code}）"
    return f"“{witness.heard}”读音同“{witness.name.text}”，属地为{name}（{located.code}），请核对"


def of_department(
    directory: Directory, entry: ResponsibilityEntry | None, passed: Iterable[str]
) -> str:
    """Return the clause that names the department, after those who had to stand aside."""
    aside = "".join(
        f"被诉单位“{directory.departments[code].name}”回避；" for code in sorted(passed)
    )
    if entry is None:
        return f"{aside}派单目录没有对应条目，请人工指定承办单位"
    return aside + explain(directory, entry)


def of_urgency(found: UrgencyFound) -> Iterator[str]:
    """Yield the words of danger, and which number must be called."""
    for sign in found.signs:
        if sign.live and sign.number:
            yield f"险情“{sign.heard}”（{sign.group}）：立即转接{sign.number}"
        elif sign.live:
            yield f"听到“{sign.heard}”（{sign.group}），列为紧急"
        else:
            yield f"“{sign.heard}”（{sign.group}）似为担心、过去或泛指，请留意"


def _supporting(matched: Match) -> Sequence[Evidence]:
    chosen = [one for one in matched.evidence if one.matter.code == matched.matter.code]
    inside = [one for one in matched.evidence if one.matter.l1 == matched.matter.l1]
    return (chosen or inside)[:1]


def _weighed(terms: Sequence[tuple[str, float]]) -> str:
    return "".join(f"“{term}”({weight:.1f})" for term, weight in terms[:_TERMS])
