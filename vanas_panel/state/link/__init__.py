"""Links: the state of a session as a query string, and back.

A link such as ``v=1&table=nasbench101&metric=test_accuracy&x=training_time&y=test_accuracy&draft=maxpool3x3:0-1,1-2``
opens the same page again. Links travel and grow old, so each part is read for itself: what cannot be shown is said, and
the rest is shown.
"""

from vanas_panel.state.link.reading import Restored, restore
from vanas_panel.state.link.steps import steps_text, take_steps
from vanas_panel.state.link.writing import left_out, to_query

__all__ = ["Restored", "left_out", "restore", "steps_text", "take_steps", "to_query"]
