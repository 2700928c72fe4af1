"""A classifier learns from words, explains itself, keeps safely, and knows what it can't know."""

import hashlib
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from hotline.core.errors import HotlineError, Invalid, NotFound
from nlp import text
from nlp.classifier import Model
from nlp.features import pieces_of, vector_of, words_of
from nlp.model_files import load, save
from nlp.training import train

NOW = datetime(2025, 11, 25, 4, 0, tzinfo=UTC)
SUBJECTS = {
    "路灯": "路灯 昏暗 灯杆 更换 照明 街道 夜间 灯泡 损坏 维修",
    "供水": "停水 水管 水压 自来水 水表 漏水 水费 浑浊 供水 抄表",
    "公交": "公交 车站 班次 司机 线路 候车 末班车 绕行 票价 乘客",
}
FILLER = "小区 居民 希望 处理 解决 附近 问题 反映 时间 部门"


def corpus(rows: int = 40) -> tuple[list[str], list[str]]:
    """Rows of six of a subject's words and four of everyday ones, none of them from a person."""
    draw = random.Random(7)  # noqa: S311  (a sample, not a secret)
    made = [
        (" ".join(draw.sample(words.split(), 6) + draw.sample(FILLER.split(), 4)), label)
        for label, words in SUBJECTS.items()
        for _ in range(rows)
    ]
    return [one for one, _ in made], [label for _, label in made]


@pytest.fixture(scope="module")
def model() -> Model:
    return train(*corpus(), tokenised=True, now=NOW)


def test_words_joined_by_blanks_train_a_model_for_raw_text(model: Model) -> None:
    raw = ["我们街道的路灯又坏了，请你们来维修一下", "家里停水了，水表也不转", "公交的末班车绕行了"]
    assert [one.label for one in model.predict(raw)] == ["路灯", "供水", "公交"]
    assert all(one.known for one in model.predict(raw))


def test_everyday_words_the_training_text_lacks_are_ignored(model: Model) -> None:
    assert {"我们", "的", "了", "没有"} <= model.ignored
    assert not model.ignored & set(" ".join(SUBJECTS.values()).split())


def test_raw_text_trains_too_and_ignores_nothing() -> None:
    texts, labels = corpus()
    model = train([one.replace(" ", "") for one in texts], labels, tokenised=False, now=NOW)
    assert model.ignored == frozenset()
    assert model.predict(["路灯昏暗，要更换灯泡"])[0].label == "路灯"


def test_all_labels_come_back_sorted_and_sum_to_at_most_one(model: Model) -> None:
    for one in model.predict(["停水了", "路灯", "今天下雨", ""]):
        probabilities = [p for _, p in one.top]
        assert {label for label, _ in one.top} == set(SUBJECTS)
        assert probabilities == sorted(probabilities, reverse=True)
        assert one.top[0] == (one.label, one.probability)
        assert sum(probabilities) <= 1 + 1e-9


def test_the_reasons_are_the_words_that_made_the_label(model: Model) -> None:
    one = model.predict(["小区停水，水压也低"])[0]
    words = [word for word, _ in one.terms]
    assert {"停水", "水压"} <= set(words)
    assert [w for _, w in one.terms] == sorted((w for _, w in one.terms), reverse=True)


def test_the_words_parts_add_up_to_the_margin(model: Model) -> None:
    words = words_of(text.tokens("小区停水停水，水压低，自来水浑浊"), model.ignored)
    vector = vector_of(words, model.words, model.pieces)
    whole = model.linear.margins(vector) - model.linear.bias
    for label, margin in zip(model.labels, whole, strict=True):
        parts = model._speaks(words, label, vector)
        assert sum(parts.values()) == pytest.approx(margin, abs=1e-5)


@pytest.mark.parametrize("nothing", ["", "。。。", "1234567890", "བཀྲ་ཤིས་བདེ་ལེགས།", "qwrt zxcv"])
def test_silence_and_gibberish_are_not_known(model: Model, nothing: str) -> None:
    one = model.predict([nothing])[0]
    assert not one.known
    assert one.probability < 0.2
    assert one.terms == ()


def test_equal_data_gives_an_equal_model(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path / "one")
    save(train(*corpus(), tokenised=True, now=NOW), tmp_path / "two")
    for name in ("model.json", "arrays.npz"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_kept_model_predicts_the_same(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path / "kept")
    texts = [*corpus(3)[0], "路灯坏了", "今天天气真好", ""]
    assert load(tmp_path / "kept").predict(texts) == model.predict(texts)
    facts = json.loads((tmp_path / "kept" / "model.json").read_text("utf-8"))["facts"]
    assert facts["rows"] == 120
    assert facts["created_at"] == NOW.isoformat()


def test_digits_rare_words_and_names_never_become_features() -> None:
    texts, labels = corpus()
    marked = [f"{one} 2019 13800000000 张三 李书记" for one in texts]
    marked[0] += " 独角兽 旋转木马"
    model = train(marked, labels, tokenised=True, now=NOW)
    kept = {*model.words.names, *model.pieces.names}
    assert not [name for name in kept if any(c.isdigit() for c in name)]
    assert not kept & {"张三", "李书记", "独角兽", "旋转木马", "木马"}
    assert not [n for n in model.pieces.names if sum(n in pieces_of(t.split()) for t in texts) < 5]


@pytest.mark.parametrize(
    ("texts", "labels", "said"),
    [
        ([], [], "0 label"),
        (["路灯"] * 9, ["a"] * 9, "1 label"),
        (["路灯"] * 9, ["a"] * 8 + ["b"], "fewer than 5 rows.*'b'"),
        (["12 34"] * 10, ["a", "b"] * 5, "No word is in 5 of the 10"),
        (["路灯"], ["a", "b"], "1 texts came with 2 labels"),
    ],
)
def test_data_nothing_can_be_learned_from_is_refused(
    texts: list[str], labels: list[str], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        train(texts, labels, tokenised=True, now=NOW)


def test_two_labels_are_enough() -> None:
    texts, labels = corpus()
    model = train(texts[:80], labels[:80], tokenised=True, now=NOW)
    assert [one.label for one in model.predict(["路灯坏了", "停水了"])] == ["路灯", "供水"]


@pytest.mark.parametrize("name", ["model.json", "arrays.npz"])
def test_a_missing_file_of_a_model_is_named(model: Model, tmp_path: Path, name: str) -> None:
    save(model, tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(NotFound, match=f"{tmp_path}: {name} is missing"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["model.json", "arrays.npz"])
def test_a_truncated_file_of_a_model_is_named(model: Model, tmp_path: Path, name: str) -> None:
    save(model, tmp_path)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Invalid, match=f"{name} is damaged"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 99}, "format 99; this version reads up to 3"),
        ({"format": None}, "doesn't describe a model"),
        ({"labels": ["one"]}, "no whole model"),
        ({"facts": {}}, "no whole model"),
    ],
)
def test_a_foreign_description_is_refused(
    model: Model, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    save(model, tmp_path)
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises(HotlineError, match=said):
        load(tmp_path)


def test_objects_in_the_arrays_are_never_unpickled(model: Model, tmp_path: Path) -> None:
    save(model, tmp_path)
    np.savez(tmp_path / "arrays.npz", words=np.array([{"a": 1}], dtype=object))
    path = tmp_path / "model.json"
    described = json.loads(path.read_text("utf-8"))
    packed = (tmp_path / "arrays.npz").read_bytes()
    described["arrays_sha256"] = hashlib.sha256(packed).hexdigest()
    path.write_text(json.dumps(described), "utf-8")
    with pytest.raises(Invalid, match="no whole model"):
        load(tmp_path)


def test_a_model_of_the_second_format_ranks_by_claims_and_keeps_its_shift(
    model: Model, tmp_path: Path
) -> None:
    save(model, tmp_path)
    path = tmp_path / "model.json"
    described = json.loads(path.read_text("utf-8"))
    del described["sure"]
    path.write_text(json.dumps({**described, "format": 2, "shift": 0.3}), "utf-8")
    read = load(tmp_path).calibration
    assert (read.sure, read.caps, read.by_claims) == ((1.0, 0.0, 0.3), True, True)
    second = replace(
        read, slope=np.array([1.0, 4.0]), offset=np.array([-2.0, 0.0]), trust=np.zeros(2)
    )
    (best, sure), _ = second.ranked(("a", "b"), np.array([0.6, 0.5]), 1.0)
    odds = np.log(0.8808 / 0.1978) + 0.3
    assert best == "b"
    assert sure == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-3)
