"""Studies: made, supervised, stopped, resumed, extended and found again.

`create` makes the folder, `launch` starts the supervisor process (`python -m augtui.study`), `request` asks it
for something by way of control.jsonl; `find`, `look`, `supervised` and `unfinished_equal` look around.
"""

from augtui.study.control import request
from augtui.study.create import create, unfinished_equal
from augtui.study.extend import extend
from augtui.study.find import find, look
from augtui.study.launch import launch, launch_new
from augtui.study.ownership import supervised
from augtui.study.resume import prepare_resume

__all__ = [
    "create",
    "extend",
    "find",
    "launch",
    "launch_new",
    "look",
    "prepare_resume",
    "request",
    "supervised",
    "unfinished_equal",
]
