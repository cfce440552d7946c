"""How help looks: the same on every Python version and terminal, so that it can stand in the docs.

-F DIR, --facts DIR  ->  -F, --facts DIR
"""

from __future__ import annotations

import argparse


class Layout(argparse.RawDescriptionHelpFormatter):
    """Help in 88 columns; an option's value is named once, after its last spelling."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26, width=88)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"
