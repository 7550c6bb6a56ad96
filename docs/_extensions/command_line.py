"""The reference of the command line, made from the parsers that read it: the directive ``commands``.

Help texts are plain text and are shown as such. They are not read as reStructuredText, where ``*`` and ``_`` would mean
something.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from vanas_panel.cli.command_line import whole_parser


class Commands(SphinxDirective):
    """A section for every command: what it does, how it is written, and all of its arguments."""

    def run(self) -> list[nodes.Node]:
        """Write the sections.

        Returns
        -------
        list of docutils node
            One section for each command, in the order of ``vanas-panel --help``.
        """
        return [self._section(parser) for parser in leaves(whole_parser())]

    def _section(self, parser: argparse.ArgumentParser) -> nodes.section:
        section = nodes.section(ids=[nodes.make_id(parser.prog)], names=[parser.prog])
        section += nodes.title("", parser.prog)
        self.state.document.note_explicit_target(section)
        if parser.description:
            section += nodes.paragraph("", parser.description)
        usage = parser.format_usage().removeprefix("usage: ").rstrip()
        section += nodes.literal_block(usage, usage, language="text")
        for group in parser._action_groups:
            actions = [action for action in group._group_actions if action.help is not argparse.SUPPRESS]
            if not actions:
                continue
            if group.title and group.title not in ("positional arguments", "options"):
                section += nodes.rubric("", group.title[0].upper() + group.title[1:])
            section += nodes.definition_list("", *(item(parser, action) for action in actions))
        return section


def leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Find the parsers of all commands that can be run.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        A parser with or without commands below it.

    Yields
    ------
    argparse.ArgumentParser
        A parser without commands below it.
    """
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield parser
    for action in below:
        for command in dict.fromkeys(action.choices.values()):
            yield from leaves(command)


def item(parser: argparse.ArgumentParser, action: argparse.Action) -> nodes.definition_list_item:
    """Describe one argument.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Whose argument it is; it fills in defaults.
    action : argparse.Action
        The argument.

    Returns
    -------
    docutils node
        The argument as it is typed, and its help.
    """
    formatter = parser._get_formatter()
    term = nodes.term("", "", nodes.literal("", formatter._format_action_invocation(action)))
    text = formatter._expand_help(action) if action.help else ""
    return nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", text)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive.

    Parameters
    ----------
    app : Sphinx
        The build.

    Returns
    -------
    dict
        What Sphinx wants to know of an extension.
    """
    app.add_directive("commands", Commands)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
