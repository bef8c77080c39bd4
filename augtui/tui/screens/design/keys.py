"""The keys of the design screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("R", "start", "start", id="design.start", tooltip="Start the study, all steps"),
    Binding("n", "start('check')", "step by step", id="design.step", tooltip="Start the study, its first step only"),
    Binding("a", "add_arm", "add arm", id="design.add", tooltip="Add an arm"),
    Binding("ctrl+s", "save", "save", id="design.save", tooltip="Save the plan; comments in it are kept"),
    Binding("o", "open", "open", id="design.open", tooltip="Open a plan"),
    Binding("e", "edit", "edit", show=False, id="design.edit", tooltip="Edit the plan's file in $EDITOR"),
    Binding("y", "copy_arm", "", show=False, id="design.copy", tooltip="Copy this arm"),
    Binding("d,delete", "delete_arm", "", show=False, id="design.delete", tooltip="Delete this arm"),
    Binding("K", "move_arm(-1)", "", show=False, id="design.up", tooltip="Move this arm up (to the top: baseline)"),
    Binding("J", "move_arm(1)", "", show=False, id="design.down", tooltip="Move this arm down"),
    Binding("plus", "part(True)", "", show=False, id="design.part", key_display="+", tooltip="Add a part to the arm"),
    Binding("minus", "part(False)", "", show=False, id="design.no_part", key_display="-", tooltip="Remove this part"),
    Binding("p", "draw_again", "draw again", show=False, id="design.draw", tooltip="Other random draws"),
    Binding("i", "check", "check", show=False, id="design.check", tooltip="Check the images, measure the speed"),
    Binding("t", "settings", "all settings", show=False, id="design.settings", tooltip="All settings, or the usual"),
]
