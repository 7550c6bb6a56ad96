"""`to_query` and `restore`, the link of a session, under their first name.

They are defined in `vanas_panel.state.link`.
"""

from vanas_panel.state.link import Restored, left_out, restore, steps_text, take_steps, to_query

__all__ = ["Restored", "left_out", "restore", "steps_text", "take_steps", "to_query"]
