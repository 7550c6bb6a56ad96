"""Why a training failed: results hold the reason in English, and people read it in their language."""

from __future__ import annotations

import re

from vanas_panel.errors import VanasError
from vanas_panel.text.language import Message, marked, stored_text

NO_NUMBERS = marked("Training became unstable: the outputs were no finite numbers after step {step} of {steps}. Try a "
                    "smaller learning rate.")
BAD_LOSS = marked("Training became unstable: the loss was {loss} at step {step} of {steps}. Try a smaller learning "
                  "rate.")


def reason_words(reason: str) -> str:
    """The reason of a failed repeat in the language that holds.

    Parameters
    ----------
    reason : str
        As a result holds it.

    Examples
    --------
    >>> reason_words(BAD_LOSS.format(loss="nan", step=3, steps=180))
    'Training became unstable: the loss was nan at step 3 of 180. Try a smaller learning rate.'
    """
    return stored_text(reason, (NO_NUMBERS, BAD_LOSS))


def reason_message(reason: str) -> str:
    """The same reason as a message, which people read in their own languages.

    Examples
    --------
    >>> reason_message(NO_NUMBERS.format(step=3, steps=180)) == NO_NUMBERS.format(step=3, steps=180)
    True
    """
    for pattern in (NO_NUMBERS, BAD_LOSS):
        if found := re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(pattern)), reason):
            return Message(pattern, None, 1, **found.groupdict())
    return reason


def error_words(error: BaseException) -> str:
    """An error as a sentence for the person who waits."""
    if isinstance(error, VanasError):
        return error.words
    kind = type(error).__name__
    if kind == "KilledWorker":
        return Message("The workers ended again and again while they trained this cell, perhaps for lack of memory. "
                       "Try again, or look into their log.")
    if "Cancelled" in kind:
        return Message("The connection to the workers was lost ({error}). Try again.", error=error or kind)
    return f"{kind}: {error}"
