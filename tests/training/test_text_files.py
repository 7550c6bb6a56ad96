"""Texts: files of every form, their vocabulary and their sets, and files that cannot be used."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from vanas_panel.errors import TrainingError
from vanas_panel.training.text_data import numbered, prepare_texts, vocabulary, words_of
from vanas_panel.training.text_files import load_texts
from vanas_panel.training.text_settings import TextSettings, data_dict, data_of


def test_a_csv_is_read_with_quotes_and_its_labels_in_order(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_bytes("\ufeffReview,Sentiment,from\n\"good, \"\"very\"\" good\nindeed\",positive,a\nNA,negative,b\n"
                     "은 좋다,positive,b\n".encode())
    found = load_texts(str(path))
    assert found.texts == ('good, "very" good\nindeed', "NA", "은 좋다") and found.test_from is None
    assert found.classes == ("negative", "positive") and found.labels.tolist() == [1, 0, 1]
    some = load_texts(str(path), "from = b")
    assert some.texts == found.texts[1:] and some.digest != found.digest
    path.write_text("label,text\n10,a\n9,b\n-1,c\n09,d\n")
    assert load_texts(str(path)).classes == ("-1", "09", "9", "10")


def test_sst2_takes_its_dev_set_for_tests_since_its_test_labels_are_secret(tmp_path):
    (tmp_path / "train.tsv").write_text('sentence\tlabel\nthe "best\t1\nthe worst\t0\n')
    (tmp_path / "dev.tsv").write_text("sentence\tlabel\nfine\t1\n")
    (tmp_path / "test.tsv").write_text("index\tsentence\n0\twho knows\n")
    found = load_texts(str(tmp_path))
    assert found.texts == ('the "best', "the worst", "fine") and found.test_from == 2
    (tmp_path / "test.tsv").write_text("sentence\tlabel\nknown\t0\n")
    assert load_texts(str(tmp_path)).texts[2:] == ("known",)


def test_imdb_has_a_folder_for_each_class(tmp_path):
    for part in ("train", "test"):
        for name in ("pos", "neg"):
            (tmp_path / part / name).mkdir(parents=True)
            (tmp_path / part / name / "0_7.txt").write_text(f"{part} {name}", encoding="utf-8")
    found = load_texts(str(tmp_path))
    assert found.texts == ("train neg", "train pos", "test neg", "test pos")
    assert found.labels.tolist() == [0, 1, 0, 1] and found.classes == ("neg", "pos") and found.test_from == 2
    (tmp_path / "test" / "pos" / "0_7.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(TrainingError, match="0_7.txt: Found .*utf-8"):
        load_texts(str(tmp_path))
    (tmp_path / "test" / "pos" / "0_7.txt").unlink()
    with pytest.raises(TrainingError, match=r"pos: Found no file \*.txt"):
        load_texts(str(tmp_path))


@pytest.mark.parametrize(("name", "content", "words"), [
    ("a.csv", b"text\nfine\n", "Found the columns text, and none of label, sentiment"),
    ("a.csv", b"label,words\n1,fine\n", "and none of text, sentence"),
    ("a.csv", b"text,label\nfine,1\nbad,\n", "Found no label in 1 of 2 rows, the first one row 2; expected one"),
    ("a.csv", b"text,label\nfine,1\nbad,1\n", "Found 1 different labels: 1"),
    ("a.csv", b"text,label\n", "Found 0 different labels"), ("a.csv", b"", "Found an empty file"),
    ("a.csv", b"\xff\xfe\x00\x01", "Found bytes that are no UTF-8, the first one at 0; expected text in UTF-8"),
    ("a.csv", b'text,label\n"fine,1\n', "Found .*EOF"),
    ("a.csv", b"text,label\nbad, very bad,0\nfine,1\n", "expected as many columns in every line"),
    ("a.csv", b"text, text,label\na,b,0\nb,a,1\n", "Found two columns text; expected each heading once"),
    ("a.txt", b"text,label\n", "a name that ends with '.txt'"), ("b.csv", None, "a.csv: Found no such file")])
def test_files_without_texts_or_labels_are_named(tmp_path, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TrainingError, match=words):
        load_texts(str(path if content is not None else tmp_path / "a.csv"))


def test_a_folder_without_texts_and_lines_that_nothing_fits_are_named(tmp_path):
    with pytest.raises(TrainingError, match="Found no train.tsv, train.csv or train/neg"):
        load_texts(str(tmp_path))
    (tmp_path / "a.csv").write_text("text,label\nfine,1\nbad,0\n")
    for only in ("source=x", "label=7"):
        with pytest.raises(TrainingError, match=f"Found no line with {only}"):
            load_texts(str(tmp_path / "a.csv"), only)


def test_words_are_numbered_by_the_training_texts_alone(tmp_path):
    rng, names = np.random.default_rng(0), [f"w{number}" for number in range(30)]
    rows = [(" ".join(rng.choice(names, rng.integers(1, 9))), number % 2) for number in range(60)]
    path = tmp_path / "a.csv"
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    settings = TextSettings(str(path), length=5, words=12, train=20, validation=10, test=20, seed=3)
    texts = load_texts(str(path))
    data, count = prepare_texts(texts, settings)
    assert count == 14 and data.train.images.shape == (20, 1, 5, 1) and data.train.images.dtype == np.int64
    assert [len(part) for part in (data.train, data.validation, data.test)] == [20, 10, 20]
    for part in (data.train, data.validation, data.test):
        assert np.bincount(part.labels).tolist() == [len(part) // 2] * 2
    # Which texts they are, by the rows of an independent count: no text is in two sets.
    again, _ = prepare_texts(texts, settings)
    assert np.array_equal(again.train.images, data.train.images)
    other, _ = prepare_texts(texts, TextSettings(str(path), length=5, words=12, train=20, validation=10, test=20))
    assert not np.array_equal(other.train.images, data.train.images)
    own = vocabulary(["a b", "b c c"], 9)
    assert own == ("b", "c", "a") and numbered(["c x a"], own, 4).tolist() == [[3, 1, 4, 0]]
    counts = Counter(word for text, _label in rows for word in words_of(text))
    top = vocabulary([text for text, _label in rows], 5)
    assert sorted((-counts[word], word) for word in counts)[:5] == [(-counts[word], word) for word in top]


def test_texts_without_words_and_sets_that_are_too_large_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("text,label\n" + ".,0\n,1\n" * 4)
    with pytest.raises(TrainingError, match="Found 2 training texts without a word"):
        prepare_texts(load_texts(str(path)), TextSettings(str(path), train=2, validation=2, test=2))
    with pytest.raises(TrainingError, match="Found 4 examples of class 0; expected 5"):
        prepare_texts(load_texts(str(path)), TextSettings(str(path), train=6, validation=2, test=2))


@pytest.mark.parametrize(("change", "words"), [
    ({"source": 3}, "Found source = 3; expected a value of type str"), ({"only": "=x"}, "expected column=value"),
    ({"length": 0}, "Found length = 0; expected 1 to 4096"), ({"words": 1.5}, "Found words = 1.5"),
    ({"train": True}, "Found train = True"), ({"seed": -1}, "Found seed = -1")])
def test_settings_that_cannot_be_used_are_named(change, words):
    with pytest.raises(TrainingError, match=words):
        TextSettings(**change)


def test_settings_say_that_they_are_of_texts():
    settings = TextSettings("a.csv", only="source=b", length=np.int64(7))
    said = data_dict(settings)
    assert said["kind"] == "text" and data_of(said, None) == settings and type(settings.length) is int
    with pytest.raises(TrainingError, match="Found colour in data"):
        data_of({"kind": "text", "colour": 1}, None)
