"""One training, from its first step to its last, in a way that any step can be left and taken up again.

Nothing random has a state: the batch, the augmentation and the dropout of step t are functions of the seed and
t. A checkpoint therefore holds weights, optimiser, the best epoch and the sums of the epoch under way, and a
resumed run computes the same numbers as one that was never stopped (on a CPU, the same bits).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from augtui.engine.batches import ModelInput
from augtui.engine.device import memory_format
from augtui.engine.draws import Draws, image_keys
from augtui.engine.evaluate import Examples, Validation, logits, validate
from augtui.engine.online import Online
from augtui.engine.optim import build_optimizer, learning_rate, set_learning_rate
from augtui.engine.order import BatchOrder
from augtui.plan.grid import RunSpec
from augtui.streams import stream_seed

PROGRESS_SECONDS = 0.25


class DivergedError(Exception):
    """The loss, or what the model says, is not finite."""

    def __init__(self, step: int, hint: str = "a smaller train.lr usually helps", what: str = "the loss") -> None:
        super().__init__(f"{what} was no longer a finite number at step {step}")
        self.step, self.hint = step, hint


@dataclass(frozen=True, slots=True)
class EpochReport:
    """What an epoch comes to."""

    epoch: int
    step: int
    loss: float
    validation: Validation | None
    lr: float | None
    images_per_second: float
    values: dict[str, float | None] = field(default_factory=dict)
    """Further numbers by name."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what while a training goes on.

    Attributes:
        progress: (step, loss, images per second), at most four times a second.
        epoch: after each epoch.
        checkpoint: (step, state) when a checkpoint is due; it writes.
        stop: asked before each step.
    """

    progress: Callable[[int, float, float], None]
    epoch: Callable[[EpochReport], None]
    checkpoint: Callable[[int, dict[str, Any]], None]
    stop: Callable[[], bool]


class Trainer:
    """Trains one model.

    Args:
        run: what to do.
        model: on its device, channels last, weights drawn.
        images: uint8 [M, 3, S, S] on the device; member i of the training set is `images[index[i]]`.
        index, labels, rows: int64 [n] on the device (see `TrainingSet`).
        validation: the images for the curves, or None.
        classes: number of classes.
        epoch_steps: steps of one epoch.
        online: the policy drawn anew in each epoch, or None.
        checkpoint_seconds: time between checkpoints.
    """

    def __init__(
        self,
        run: RunSpec,
        model: nn.Module,
        training: Examples,
        rows: Tensor,
        validation: Examples | None,
        classes: int,
        epoch_steps: int,
        online: Online | None,
        checkpoint_seconds: float,
    ) -> None:
        self.run, self.model, self.training, self.rows = run, model, training, rows
        self.identity = run.identity
        self.validation, self.online = validation, online
        self.device = training.images.device
        self.classes = classes
        self.epoch_steps = epoch_steps
        self.epochs = run.train.epochs
        self.steps = self.epochs * epoch_steps
        self.checkpoint_seconds = checkpoint_seconds
        self.order = BatchOrder(len(training), run.train.batch_size, run.seed, run.train.budget == "epochs")
        self.optimizer = build_optimizer(run.train, model, run.environment.fused)
        self.to_input = ModelInput(run.data, run.model, self.device, memory_format(run.environment))
        self.autocast = torch.autocast(
            self.device.type, torch.bfloat16, enabled=run.environment.precision == "bf16", cache_enabled=True
        )
        self.class_weight = self._class_weight()
        self.step = 0
        self.loss_sum = torch.zeros((), dtype=torch.float64, device=self.device)
        self.best: dict[str, Any] | None = None

    def train(self, listener: Listener) -> bool:
        """Go on from `step` to the end. True when all steps are done, False when asked to stop before.

        Raises:
            DivergedError: a loss was not finite.
        """
        last_checkpoint = last_progress = began = time.monotonic()
        seen = 0
        self.model.train()
        while self.step < self.steps:
            if listener.stop():
                listener.checkpoint(self.step, self.state())
                return False
            loss = self.one_step()
            self.step += 1
            seen += self.run.train.batch_size
            now = time.monotonic()
            if self.step % self.epoch_steps == 0:
                self._end_epoch(listener, seen / max(now - began, 1e-9))
                seen, began = 0, time.monotonic()
                last_progress = began
            elif now - last_progress >= PROGRESS_SECONDS:
                last_progress = now
                listener.progress(self.step, self._finite(float(loss)), seen / (now - began))
            if now - last_checkpoint >= self.checkpoint_seconds and self.step < self.steps:
                listener.checkpoint(self.step, self.state())
                last_checkpoint = time.monotonic()
        return True

    def state(self) -> dict[str, Any]:
        """All that a later process needs to go on from here."""
        return {
            "identity": self.identity,
            "step": self.step,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "loss_sum": self.loss_sum,
            "best": self.best,
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave."""
        self.step = state["step"]
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.loss_sum = state["loss_sum"].to(self.device)
        self.best = state["best"]

    def choose_epoch(self) -> int:
        """Put the weights in that the plan selects; gives their epoch."""
        if self.run.train.select == "best" and self.best is not None:
            self.model.load_state_dict(self.best["model"])
            return int(self.best["epoch"])
        return self.run.train.epochs

    def one_step(self) -> Tensor:
        """Take step `step`; gives its loss, still on the device. The caller counts."""
        members, passes = self.order.batch(self.step)
        chosen = members.to(self.device, non_blocking=True)
        images = self.training.images.index_select(0, self.training.index[chosen])
        labels = self.training.labels[chosen]
        targets: Tensor = labels
        if self.online is not None:
            draws = Draws(image_keys(self.online.stream, members, passes))
            if self.online.image is not None:
                images = self.online.image.apply(images, draws, self.online.sources(self.rows[chosen]))
        batch = self.to_input(images)
        if self.online is not None and self.online.batch is not None:
            hot = functional.one_hot(labels, self.classes).to(batch.dtype)
            batch, targets = self.online.batch.mix(batch, hot, draws)
        torch.manual_seed(stream_seed(self.run.seed, "dropout", self.step))
        set_learning_rate(self.optimizer, learning_rate(self.run.train, self.step, self.steps))
        with self.autocast:
            outputs = self.model(batch)
        loss = functional.cross_entropy(outputs.float(), targets, weight=self.class_weight)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimizer.step()
        detached = loss.detach()
        self.loss_sum += detached
        return detached

    def _end_epoch(self, listener: Listener, rate: float) -> None:
        epoch = self.step // self.epoch_steps
        loss = self._finite(float(self.loss_sum) / self.epoch_steps)
        self.loss_sum.zero_()
        validation = None
        if self.validation is not None:
            outputs = logits(self.model, self.validation, self.to_input, self.autocast)
            self.model.train()
            validation = validate(outputs, self.validation.labels)
            self._keep_best(epoch, validation)
        lr = learning_rate(self.run.train, self.step - 1, self.steps)
        listener.epoch(EpochReport(epoch, self.step, loss, validation, lr, rate))

    def _keep_best(self, epoch: int, validation: Validation) -> None:
        """The best epoch has the highest balanced accuracy; of equals the lowest loss, then the earliest."""
        if self.run.train.select != "best":
            return
        score = (validation.balanced_accuracy, -validation.loss)
        if self.best is None or score > tuple(self.best["score"]):
            weights = {name: value.detach().clone() for name, value in self.model.state_dict().items()}
            self.best = {"epoch": epoch, "score": list(score), "model": weights}

    def _finite(self, loss: float) -> float:
        if not torch.isfinite(torch.tensor(loss)):
            raise DivergedError(self.step)
        return loss

    def _class_weight(self) -> Tensor | None:
        if self.run.train.class_weight == "none":
            return None
        counts = torch.bincount(self.training.labels.cpu(), minlength=self.classes).float().clamp(min=1.0)
        return (counts.sum() / (self.classes * counts)).to(self.device)
