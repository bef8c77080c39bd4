"""A saved model asked again: does it still say about the test images what predictions.csv says?"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import torch
from safetensors.torch import load_file

from augtui.engine.batches import ModelInput
from augtui.engine.data import Library
from augtui.engine.device import memory_format
from augtui.engine.evaluate import logits
from augtui.engine.models import build_model
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.metrics import read_predictions, rounded
from augtui.paths import RunPaths
from augtui.plan.grid import RunSpec
from augtui.runlog.info import read_info


def repredict_all(runs: list[RunPaths], library: Library, progress: Progress) -> list[dict[str, Any]]:
    """What `repredict` gives for each run; {"error": message} where it cannot be asked."""
    found: list[dict[str, Any]] = []
    for done, run_paths in enumerate(runs):
        progress(done, len(runs), run_paths.folder.name)
        try:
            found.append(repredict(run_paths, library))
        except AugtuiError as error:
            found.append({"error": error.message})
    return found


def repredict(run_paths: RunPaths, library: Library) -> dict[str, Any]:
    """Load a run's model.safetensors and predict its test images.

    Returns:
        {"images": N, "largest": the largest absolute difference of a probability, "changed": images whose predicted
        class is another}.

    Raises:
        AugtuiError: the run kept no model, or its files or images are not what they were.
    """
    if not run_paths.model.is_file():
        raise AugtuiError(f"{run_paths.folder} has no model.safetensors", "[keep] models = true keeps them")
    run = msgspec.json.decode(run_paths.run.read_bytes(), type=RunSpec)
    info = read_info(run_paths.study)
    said = read_predictions(run_paths.predictions).part("test")
    resident = library.resident(info, run.data)
    rows = {path: row for row, path in enumerate(resident.dataset.paths)}
    missing = [path for path in said.paths if path not in rows]
    if missing:
        raise AugtuiError(f"{run_paths.predictions} names {missing[0]}, which is not in the dataset")
    # The weights come from the file: nothing has to be fetched.
    plain = msgspec.structs.replace(run.model, weights="none", normalise=run.model.normalisation)
    model = build_model(plain, len(resident.dataset.classes), run.data.image_size, run.seed)
    model.load_state_dict(load_file(run_paths.model))
    layout = memory_format(run.environment)
    model = model.to(library.device).to(memory_format=layout)
    half = run.environment.precision == "bf16"
    autocast = torch.autocast(library.device.type, torch.bfloat16, enabled=half)
    examples = resident.examples(torch.tensor([rows[path] for path in said.paths]))
    outputs = logits(model, examples, ModelInput(run.data, plain, library.device, layout), autocast)
    now = rounded(torch.softmax(outputs, dim=1).cpu().numpy())
    return {
        "images": len(said.paths),
        "largest": float(np.abs(now - said.probabilities).max(initial=0.0)),
        "changed": int((now.argmax(axis=1) != said.probabilities.argmax(axis=1)).sum()),
    }
