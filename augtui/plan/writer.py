"""Plans as text: a new one for a dataset, one from a `Plan`, and changes to one that somebody wrote."""

from augtui.plan.editor import edit_plan
from augtui.plan.layout import param_value, plan_text
from augtui.plan.starter import starter_plan

__all__ = ["edit_plan", "param_value", "plan_text", "starter_plan"]
