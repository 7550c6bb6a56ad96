"""Messages about links show control characters as codes, also those within the errors that they quote."""

import vanas_panel as vp
from vanas_panel.state.link import restore
from vanas_panel.text.language import speaking


def test_a_message_about_a_link_moves_no_cursor():
    table = vp.open_table("structure4")
    for language in ("en", "ko"):
        with speaking(language):
            _, messages = restore("v=1&table=structure4&pinned=\x1b[2J\u202e:0-1", [table])
        assert messages and all("\x1b" not in each and "\u202e" not in each for each in messages)
        assert any("x1b" in each for each in messages)
