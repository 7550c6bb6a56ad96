"""`Box` and `unpack_rows` under the name that the code in reports uses.

They are defined in `vanas_panel.state.selection`.
"""

from vanas_panel.state.selection import Box, unpack_rows

__all__ = ["Box", "unpack_rows"]
