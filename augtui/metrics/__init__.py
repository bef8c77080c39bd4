"""What a trained model said about images, and every number that is counted from it. Only numpy."""

from augtui.metrics.predictions import Predictions, read_predictions, rounded, write_predictions
from augtui.metrics.runs import encode_metrics, recount, run_metrics
from augtui.metrics.scores import METRICS, class_recall, confusion_matrix, score

__all__ = [
    "METRICS",
    "Predictions",
    "class_recall",
    "confusion_matrix",
    "encode_metrics",
    "read_predictions",
    "recount",
    "rounded",
    "run_metrics",
    "score",
    "write_predictions",
]
