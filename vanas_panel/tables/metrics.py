"""Metrics: measured or computed columns, and the meaning of the usual column names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from vanas_panel.core.plain import plain_bool, plain_text
from vanas_panel.errors import ArgumentKindError
from vanas_panel.text.language import Message, gettext, marked, stored_text, translated

FRACTION = "fraction"
SECONDS = "s"
PARAMETERS = "parameters"
MACS = "MAC"

BETTER = {True: marked("higher is better"), False: marked("lower is better"), None: marked("neither is better")}
"""The directions in words."""

UNKNOWN = marked("direction unknown")
"""Said where nothing tells which values are better."""

DIRECTIONS: dict[str, bool | None] = {"higher": True, "lower": False, "neither": None}
"""The directions in one word, as links, the command line and the page's own actions name them."""

DIRECTION_WORDS = {direction: word for word, direction in DIRECTIONS.items()}
"""The word for each direction."""


@dataclass(frozen=True)
class Metric:
    """A column of a table.

    Attributes
    ----------
    name : str
        The column's name, ``test_accuracy`` for instance.
    label : str
        The name for a person, ``Test accuracy``.
    unit : str
        ``fraction`` (in [0, 1], shown as per cent), ``s``, ``parameters``, ``MAC`` (multiply-accumulates of one
        image), any other text, or nothing.
    higher_is_better : bool or None
        The direction; None where neither is better, as for a count of vertices.
    guessed : bool
        Whether the direction was guessed from the words of the name, so that a person may want to change it. Where
        the words say nothing, it is None, and unknown until somebody says it.
    """

    name: str
    label: str
    unit: str = ""
    higher_is_better: bool | None = None
    guessed: bool = False

    def __post_init__(self):
        # Scalars of NumPy are taken, too: np.False_ is not the False that directions are compared with.
        for name in ("name", "label", "unit"):
            object.__setattr__(self, name, plain_text(getattr(self, name)))
        for name in ("higher_is_better", "guessed"):
            object.__setattr__(self, name, plain_bool(getattr(self, name)))

    def with_direction(self, higher_is_better: bool | None) -> Metric:
        """The same metric with a chosen direction.

        Raises
        ------
        ArgumentKindError
            Where the direction is neither a truth value nor None.

        Examples
        --------
        >>> known_metric("my_loss").with_direction(True)
        Metric(name='my_loss', label='My loss', unit='', higher_is_better=True, guessed=False)
        """
        direction = plain_bool(higher_is_better)
        if direction is not None and not isinstance(direction, bool):
            raise ArgumentKindError(Message("Found {higher_is_better!r:.100} as the direction of {name!r}; expected "
                                            "True where higher values are better, False where lower ones are, or None "
                                            "for neither.", higher_is_better=higher_is_better, name=self.name))
        return replace(self, higher_is_better=direction, guessed=False)

    def described(self) -> dict[str, str | bool | None]:
        """The metric as a description of a source gives it, see docs/schema.md; a guessed direction is left to guess.

        Examples
        --------
        >>> known_metric("flops").described(), "higher_is_better" in known_metric("my_loss").described()
        ({'label': 'FLOPs', 'unit': 'MAC', 'higher_is_better': False}, False)
        """
        said: dict[str, str | bool | None] = {"label": self.label, "unit": self.unit}
        return said if self.guessed else {**said, "higher_is_better": self.higher_is_better}

    @property
    def is_unknown(self) -> bool:
        """Whether nothing says which values are better."""
        return self.guessed and self.higher_is_better is None

    @property
    def better(self) -> str:
        """Which values are better, in words.

        Examples
        --------
        >>> known_metric("flops").better, known_metric("my_loss").better
        ('lower is better', 'lower is better (guessed)')
        >>> known_metric("value").better, known_metric("edges").better
        ('direction unknown', 'neither is better')
        """
        if self.is_unknown:
            return UNKNOWN
        return BETTER[self.higher_is_better] + (" (guessed)" if self.guessed else "")


_STANDARD = {
    "test_accuracy": (marked("Test accuracy"), FRACTION, True),
    "validation_accuracy": (marked("Validation accuracy"), FRACTION, True),
    "train_accuracy": (marked("Train accuracy"), FRACTION, True),
    "training_time": (marked("Training time"), SECONDS, False),
    "total_time": (marked("Total time"), SECONDS, False),
    "trainable_parameters": (marked("Parameters"), PARAMETERS, False),
    "flops": (marked("FLOPs"), MACS, False),
    "vertices": (marked("Vertices"), "", None),
    "edges": (marked("Edges"), "", None),
    "depth": (marked("Depth"), "", None),
}
_VARIANT = re.compile(r"(?P<base>.+?)(?:_(?P<epochs>\d+))?(?P<half>_half)?")


def word_set(words: str) -> frozenset[str]:
    """Words that are separated by blanks."""
    return frozenset(words.split())


# Words of a name that say what is better. Those of the first set win: a top-1 error is an error.
_LOWER = word_set("""
    error errors err loss losses latency delay time times runtime walltime duration seconds secs sec ms us ns flop flops
    mflops gflops mac macs mult multadds madds param params parameter parameters memory mem vram ram footprint energy
    power carbon co2 emissions regret perplexity ppl cost costs price mse rmse mae mape nll bpc bpd fid wer cer ece
    brier entropy crossentropy divergence distance rank failures failed violations overfit overfitting
""")
_HIGHER = word_set("""
    accuracy accuracies acc f1 fscore auc auroc auprc roc score scores bleu rouge meteor top1 top3 top5 map miou iou
    precision recall sensitivity specificity psnr ssim reward rewards fitness throughput fps dice r2 kappa mcc ndcg mrr
    quality performance perf correct winrate return returns
""")
_OPPOSITE = word_set("neg negative inverse")
_SPREAD = word_set("std stdev stddev sd var variance stderr sem deviation")
_MOMENTS = word_set("start started end ended created submitted stamp")
_PER_TIME = word_set("second seconds sec s ms minute minutes hour joule watt")
_UNITS = {"ns": "ns", "us": "µs", "ms": "ms", "sec": SECONDS, "secs": SECONDS, "seconds": SECONDS, "minutes": "min",
          "hours": "h", "kb": "kB", "mb": "MB", "gb": "GB", "mib": "MiB", "gib": "GiB", "mj": "mJ",
          "joule": "J", "joules": "J", "watt": "W", "watts": "W", "mw": "mW"}
TIME_WORDS = word_set("time latency runtime duration walltime delay")
"""Words of a name that say that a metric is a time."""
_UNITS_OF_TIMES = {"s": SECONDS, "min": "min", "h": "h"}


@lru_cache(10_000)
def known_metric(name: str) -> Metric:
    """The meaning of a column of that name.

    The standard names of NAS-Bench-101 are known, with an optional training budget in epochs and ``_half`` for an
    evaluation half way through it (``validation_accuracy_12``, ``test_accuracy_4_half``). One that ends in
    ``_accuracy`` is a fraction. Any other name becomes a metric with its own words as the label; a last word such as
    ``ms`` becomes its unit, and the direction is guessed from its words (`guess_direction`).

    Parameters
    ----------
    name : str
        Name of a column.

    Returns
    -------
    Metric

    Examples
    --------
    >>> known_metric("validation_accuracy_12").label
    'Validation accuracy, 12 epochs'
    >>> known_metric("latency_ms")
    Metric(name='latency_ms', label='Latency', unit='ms', higher_is_better=False, guessed=True)
    """
    parts = _VARIANT.fullmatch(name)
    base = parts["base"] if parts else name
    if base not in _STANDARD:
        if base.endswith("_accuracy"):
            return Metric(name, _words(name), FRACTION, True)
        direction = guess_direction(name)
        stem, unit = _stem_and_unit(name) if direction is not True else (name, "")
        return Metric(name, _words(stem), unit, direction, guessed=True)
    _, unit, higher_is_better = _STANDARD[base]
    return Metric(name, str.__str__(_standard_label(name) or name), unit, higher_is_better)


def _standard_label(name: str) -> Message | None:
    """The label of a standard name, which knows other languages; None for any other name."""
    parts = _VARIANT.fullmatch(name)
    base = parts["base"] if parts else name
    if base not in _STANDARD:
        return None
    label = Message(_STANDARD[base][0])
    if parts and parts["epochs"]:
        label = Message("{label}, {epochs} epochs", label=label, epochs=parts["epochs"])
    return Message("{label}, half way", label=label) if parts and parts["half"] else label


def label_of(metric: Metric) -> str:
    """The label of a metric in the language that holds; one that is not standard stays as it is.

    Examples
    --------
    >>> from vanas_panel.text.language import speaking
    >>> with speaking("ko"):
    ...     label_of(known_metric("validation_accuracy_12"))
    '검증 정확도, 12 에폭'
    """
    standard = _standard_label(metric.name)
    if standard is None:
        return stored_text(metric.label, _STORED, [*(label for label, _, _ in _STANDARD.values()), _WIDTH])
    if metric.label == standard:
        return translated(standard)
    stem, comma, rest = metric.label.partition(", ")
    known = [label for label, _, _ in _STANDARD.values()]
    if comma and stem in known and (steps := rest.removesuffix(" steps")) != rest:
        return gettext("{label}, {steps} steps").format(label=gettext(stem), steps=steps)
    return stored_text(metric.label, _STORED)


_WIDTH = marked("Width")
DATA_ACCURACY = {"test": marked("{data} test accuracy"), "validation": marked("{data} validation accuracy"),
                 "train": marked("{data} train accuracy"), "": marked("{data} accuracy")}
"""Labels of accuracies on a data set, by the part of it."""
ACCURACY = {"test": _STANDARD["test_accuracy"][0], "validation": _STANDARD["validation_accuracy"][0],
            "train": _STANDARD["train_accuracy"][0], "": marked("Accuracy")}
"""The same where no data set is named."""
GRAPH_MEASURES = {"valid_perf": marked("Validation performance"), "perf": marked("Test performance"),
                  "latency": marked("Latency"), "para": marked("Parameters in millions")}
"""Labels of the measurements of NAS-Bench-Graph."""
_STORED = (marked("Number of {operation} (structure)"), marked("{column} (structure)"),
           marked("Training time (processor)"), marked("Training time (several devices)"),
           marked("Training time ({devices})"), marked("Failed repeats"), marked("{label}: number of repeats"),
           marked("{label}: standard deviation of the repeats"), *(label for label, _, _ in _STANDARD.values()),
           *GRAPH_MEASURES.values(), *DATA_ACCURACY.values(), ACCURACY[""])
"""Labels that tables of cells trained here have for standard names, readers for what they make of repeats, and those
of structure columns."""


def better_words(metric: Metric) -> str:
    """Which values of a metric are better, in the language that holds."""
    if metric.is_unknown:
        return gettext(UNKNOWN)
    words = gettext(BETTER[metric.higher_is_better])
    return gettext("{direction} (guessed)").format(direction=words) if metric.guessed else words


def guess_direction(name: str) -> bool | None:
    """Guess from the words of a column's name whether higher values are better; None where they do not say.

    Parameters
    ----------
    name : str
        Words may be separated by anything, or by capitals: ``val_loss``, ``valLoss``, ``val/loss``.

    Returns
    -------
    bool or None

    Examples
    --------
    >>> guess_direction("top1_error"), guess_direction("valAcc"), guess_direction("images_per_second")
    (False, True, True)
    >>> guess_direction("neg_loss"), guess_direction("depth"), guess_direction("test_accuracy_std")
    (True, None, None)
    """
    words = words_of(name)
    if "per" in words[1:-1]:
        index = words.index("per", 1)
        words, divisor = words[:index], words[index + 1 :]
        if divisor[0] in _PER_TIME and not _LOWER.intersection(words):
            return True
    there = {*words, *("".join(pair) for pair in pairwise(words))}
    if there & _SPREAD or ("time" in there and there & _MOMENTS):
        return None
    if "likelihood" in there:
        return there.isdisjoint(_OPPOSITE)
    if there & _LOWER or {"model", "size"} <= there:
        return not there.isdisjoint(_OPPOSITE)
    return True if there & _HIGHER else None


def measures(word: str) -> bool:
    """Whether a word in small letters says what is measured, such as ``loss`` or ``accuracy``.

    Examples
    --------
    >>> measures("latency"), measures("validation")
    (True, False)
    """
    return word in _LOWER or word in _HIGHER


def _stem_and_unit(name: str) -> tuple[str, str]:
    """A name without its last word, and the unit that this word is; the whole name, and no unit, where it is none."""
    stem, _, last = name.rpartition("_")
    units = {**_UNITS, **_UNITS_OF_TIMES} if TIME_WORDS.intersection(words_of(stem)) else _UNITS
    unit = units.get(last.lower(), "") if stem else ""
    return (stem, unit) if unit else (name, "")


def words_of(name: str) -> list[str]:
    """The words of a name in small letters; a number behind letters belongs to them.

    Examples
    --------
    >>> words_of("top1_error"), words_of("numParams (M)")
    (['top1', 'error'], ['num', 'params', 'm'])
    """
    with_capitals = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", name)
    return re.findall(r"[^\W\d_]+\d*|\d+", with_capitals.lower())


def _words(name: str) -> str:
    """A column name as words."""
    words = name.replace("_", " ").strip() or name
    return words[:1].upper() + words[1:]
