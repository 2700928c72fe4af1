"""Requests that we made up: the same thing told by several people, and what only resembles it."""

import random
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from nlp.sounds import sounds
from nlp.text import dictionary

SPOTS = (
    "团结新村三栋", "幸福家园小区东门", "八一路与北京路路口", "江苏路小学门口", "纳金路农贸市场",
    "扎基社区活动中心", "阳光花园二期七栋", "客运站候车厅", "色拉路公交站", "河滨公园西侧步道",
    "当热路菜市场", "德吉罗布广场", "城北批发市场三号门", "和美家园九单元", "新区第二中学操场",
)  # fmt: skip
TOLD = (
    (
        "{}停电了，整栋楼都没有电，请尽快派人抢修。",
        "我住在{}，从昨天晚上开始家里一直没电，什么时候能恢复？",
        "反映{}这边又断电了，冰箱里的东西都坏了，麻烦供电公司来看看。",
    ),
    (
        "{}的路灯坏了好几天，晚上黑得看不见路，希望修一下。",
        "你好，{}那里路灯不亮，老人晚上出门摔了一跤。",
        "{}一排路灯都不亮，已经一个星期了没有人管。",
    ),
    (
        "{}半夜还在施工，噪音太大，睡不着觉。",
        "投诉{}旁边的工地，凌晨两点还在打桩，影响休息。",
        "{}工地夜间施工扰民，已经连续三天了，请制止。",
    ),
    (
        "{}自来水管爆了，水流了一地，请来修。",
        "{}地下的水管破裂，一直在漏水，路面都塌了一块。",
        "早上起来发现{}在冒水，应该是自来水管道断了，没有人来处理。",
    ),
    (
        "{}垃圾堆了一个星期没有清运，臭味很大。",
        "{}的垃圾桶满了没有人收，苍蝇到处飞。",
        "请环卫部门清理一下{}的垃圾，天热味道特别难闻。",
    ),
    (
        "{}停水两天了，没有任何通知，什么时候来水？",
        "我们{}从前天起就没有水，吃饭都成问题。",
        "{}一直停水，打物业电话没人接，请帮忙问问。",
    ),
    (
        "{}的井盖不见了，车差点掉进去，非常危险。",
        "{}有个窨井没有盖子，请赶紧处理，怕小孩掉下去。",
        "反映{}井盖丢失，只放了一根树枝，希望尽快补上。",
    ),
    (
        "{}有流浪狗成群，早上追咬学生，请捕捉。",
        "{}好几只野狗，昨天咬了一个老人，能不能派人来抓？",
        "担心孩子上学，{}附近流浪狗太多了。",
    ),
)


@dataclass(frozen=True)
class Told:
    """A request, what it is about and where."""

    text: str
    thing: int
    spot: int
    teller: int


def requests() -> list[Told]:
    return [
        Told(form.format(place), thing, spot, teller)
        for thing, forms in enumerate(TOLD)
        for spot, place in enumerate(SPOTS)
        for teller, form in enumerate(forms)
    ]


def misheard(text: str, share: float, rng: random.Random) -> str:
    """Return the text with that share of its characters written as others that sound alike."""
    return "".join(
        rng.choice(same) if rng.random() < share and (same := _same_sound(each)) else each
        for each in text
    )


@lru_cache
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    counts = dictionary()
    single = (word for word in counts if len(word) == 1)
    common = sorted(single, key=lambda one: -counts[one])
    for each in common[:3000]:
        for sound in sounds(each):
            found[sound].append(each)
    return found


@lru_cache(maxsize=4096)
def _same_sound(character: str) -> tuple[str, ...]:
    same = {each for sound in sounds(character) for each in _by_sound()[sound]}
    return tuple(sorted(same - {character}))
