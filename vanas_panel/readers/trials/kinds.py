"""What kind of column one is, guessed from its name and its values where the format does not say it."""

from __future__ import annotations

from vanas_panel.readers.columns.identifiers import is_identifier_name
from vanas_panel.tables.metrics import guess_direction, known_metric, word_set, words_of
from vanas_panel.tables.trial_columns import CONDITION, IDENTIFIER, METRIC, PARAMETER, REPEAT, Coded
from vanas_panel.text.language import marked

_REPEATS = word_set("seed seeds repeat repeats repetition repetitions rep replicate replicates replica fold")
_CONDITIONS = word_set("""
    dataset datasets task benchmark budget epoch epochs fidelity resource step steps iteration iterations device gpu
    hardware machine platform subset
""")
_IDENTIFIERS = word_set("""
    id ids uid uuid name date datetime timestamp started finished created start end path folder dir logdir host hostname
    ip pid user notes note tags tag url hash commit status state
""")
# These say that a number was set, whatever else the name says: "loss_weight", "max_error".
_GIVEN = word_set("""
    weight weights coef coefficient function fn type kind threshold tolerance patience alpha beta gamma lambda eps
    epsilon smoothing max min num target clip ratio multiplier optimizer optimiser scheduler
""")
_BEFORE = word_set("data random train training test val validation number num no of the trial run max")
_MANY = 20
"""Texts that all differ name trials where there are at least so many."""

REASONS = {
    REPEAT: marked("its name says that it numbers repeats"),
    CONDITION: marked("its name says on what or for how long was measured"),
    IDENTIFIER: marked("its name says that it names a trial, or when or where it ran"),
    METRIC: marked("its name says what is measured"),
}
ALL_DIFFER = marked("texts that all differ")
NUMBERS = marked("numbers whose name says nothing of a measurement")
TEXTS = marked("texts whose name says nothing else")


def guessed_kind(name: str, column: Coded) -> tuple[str, str]:
    """The kind of a column, and why.

    Parameters
    ----------
    name : str
    column : Coded

    Returns
    -------
    kind, reason : str

    Examples
    --------
    >>> from vanas_panel.tables.trial_columns import coded
    >>> numbers = coded([1, 2, 3])
    >>> [guessed_kind(name, numbers)[0] for name in ("val_loss", "lr", "seed", "epochs", "trial_id", "loss_weight")]
    ['metric', 'parameter', 'repeat', 'condition', 'identifier', 'parameter']
    >>> guessed_kind("dataset", coded(["a", "b"]))[0], guessed_kind("optimizer", coded(["adam", "sgd"]))[0]
    ('condition', 'parameter')
    """
    words = set(words_of(name))
    joined = "".join(words_of(name))
    kind = ""
    if (words & _REPEATS and words <= _REPEATS | _BEFORE) or words == {"random", "state"}:
        kind = REPEAT
    elif (words & _CONDITIONS or joined in ("dataset", "numepochs")) and words <= _CONDITIONS | _BEFORE | {"set"}:
        kind = CONDITION
    elif is_identifier_name(name) or (words & _IDENTIFIERS and (guess_direction(name) is None or column.levels)):
        kind = IDENTIFIER
    elif column.levels is None and not words & _GIVEN and _is_measurement(name):
        kind = METRIC
    if kind:
        return kind, REASONS[kind]
    if column.levels is None:
        return PARAMETER, NUMBERS
    if len(column.levels) >= _MANY and len(column.levels) == int(column.known.sum()):
        return IDENTIFIER, ALL_DIFFER
    return PARAMETER, TEXTS


def _is_measurement(name: str) -> bool:
    """Whether a name says that a number was measured."""
    return guess_direction(name) is not None or bool(known_metric(name).unit)
