"""Policies made of policies: in sequence, one of several, sometimes; each image goes its own way.

A tree of policies is first unrolled: for each image the list of plain policies (leaves) that it will meet, with
their draws. The batch is then worked off leaf by leaf, so that images share the work of an
operation even though each meets the operations in an order of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from augtui.engine.draws import Draws
from augtui.engine.policies.base import UNCHANGED, ImagePolicy
from augtui.engine.policies.motion import Mover
from augtui.engine.policies.rows import put_rows, take_rows
from augtui.engine.policies.sources import Sources

_DONE = -1


@dataclass(frozen=True, slots=True)
class Itinerary:
    """The leaves that each of N images meets, in order."""

    leaves: Tensor
    """int64 [N, L]: indices into the leaves of the tree; -1 for none."""
    keys: Tensor
    """int64 [N, L]: the keys of their draws."""

    @classmethod
    def join(cls, parts: Sequence[Itinerary]) -> Itinerary:
        return cls(torch.cat([part.leaves for part in parts], 1), torch.cat([part.keys for part in parts], 1))

    def only(self, mask: Tensor) -> Itinerary:
        """Nothing for the images outside of the mask."""
        return Itinerary(torch.where(mask[:, None], self.leaves, _DONE), self.keys)

    def stages(self) -> Itinerary:
        """The same without gaps."""
        order = (self.leaves == _DONE).to(torch.int8).argsort(dim=1, stable=True)
        return Itinerary(self.leaves.gather(1, order), self.keys.gather(1, order))


class Tree(ABC):
    """A policy that consists of others."""

    __slots__ = ()

    @abstractmethod
    def leaves(self) -> list[ImagePolicy]:
        """The plain policies in it."""

    @abstractmethod
    def unroll(self, draws: Draws) -> Itinerary:
        """What each image meets."""

    def apply(self, images: Tensor, draws: Draws, sources: Sources | None = None) -> Tensor:
        return travel(self.leaves(), self.unroll(draws), images, sources)

    def describe(self, draws: Draws, size: tuple[int, int]) -> list[str]:
        return describe(self.leaves(), self.unroll(draws), size)


def leaves_of(policy: ImagePolicy) -> list[ImagePolicy]:
    """The plain policies in a policy: itself, where it is one."""
    return policy.leaves() if isinstance(policy, Tree) else [policy]


def _unroll(policy: ImagePolicy, draws: Draws, first: int) -> Itinerary:
    """The itinerary of a part whose leaves are counted from `first`."""
    if not isinstance(policy, Tree):
        return Itinerary(torch.full((len(draws), 1), first), draws.keys[:, None])
    own = policy.unroll(draws)
    return Itinerary(torch.where(own.leaves == _DONE, _DONE, own.leaves + first), own.keys)


def _unroll_parts(parts: Sequence[ImagePolicy], draws: Draws) -> list[Itinerary]:
    found, first = [], 0
    for number, part in enumerate(parts):
        found.append(_unroll(part, draws.child(f"part {number}"), first))
        first += len(leaves_of(part))
    return found


@dataclass(frozen=True, slots=True)
class Sequential(Tree):
    """All of them, in the given order or in a new random order for each image."""

    policies: tuple[ImagePolicy, ...]
    random_order: bool = False

    def leaves(self) -> list[ImagePolicy]:
        return [leaf for policy in self.policies for leaf in leaves_of(policy)]

    def unroll(self, draws: Draws) -> Itinerary:
        parts = _unroll_parts(self.policies, draws)
        if not self.random_order:
            return Itinerary.join(parts)
        order = draws.permutation("order", len(parts))
        leaves, keys = _stacked(parts)
        place = order[:, :, None].expand(-1, -1, leaves.shape[2])
        return Itinerary(leaves.gather(1, place).flatten(1), keys.gather(1, place).flatten(1))


@dataclass(frozen=True, slots=True)
class OneOf(Tree):
    """One of them for each image, all equally likely."""

    policies: tuple[ImagePolicy, ...]

    def leaves(self) -> list[ImagePolicy]:
        return [leaf for policy in self.policies for leaf in leaves_of(policy)]

    def unroll(self, draws: Draws) -> Itinerary:
        leaves, keys = _stacked(_unroll_parts(self.policies, draws))
        chosen = draws.integers("choice", 0, len(self.policies) - 1)
        rows = torch.arange(len(draws))
        return Itinerary(leaves[rows, chosen], keys[rows, chosen])


@dataclass(frozen=True, slots=True)
class Sometimes(Tree):
    """With probability `p` the policy, otherwise nothing."""

    policy: ImagePolicy
    p: float

    def leaves(self) -> list[ImagePolicy]:
        return leaves_of(self.policy)

    def unroll(self, draws: Draws) -> Itinerary:
        return _unroll(self.policy, draws.child("part 0"), 0).only(draws.chance("sometimes", self.p))


def _stacked(parts: Sequence[Itinerary]) -> tuple[Tensor, Tensor]:
    """Leaves and keys of K parts as int64 [N, K, L], the shorter ones filled up."""
    longest = max(part.leaves.shape[1] for part in parts)

    def filled(values: Tensor, value: int) -> Tensor:
        return torch.nn.functional.pad(values, (0, longest - values.shape[1]), value=value)

    leaves = torch.stack([filled(part.leaves, _DONE) for part in parts], dim=1)
    return leaves, torch.stack([filled(part.keys, 0) for part in parts], dim=1)


def travel(leaves: Sequence[ImagePolicy], itinerary: Itinerary, images: Tensor, sources: Sources | None) -> Tensor:
    """Send each image (uint8 [N, 3, H, W]) through its leaves."""
    result = images.clone()
    for leaf, rows, keys in schedule(itinerary, len(leaves)):
        chosen = take_rows(result, rows)
        policy, draws = leaves[leaf], Draws(keys)
        if isinstance(policy, Mover):
            motion = policy.motion(draws, (images.shape[2], images.shape[3]), images.device)
            changed = motion.images(chosen)
            sources = None if sources is None else sources.moved(rows, motion)
        else:
            changed = policy.apply(chosen, draws, None if sources is None else sources.select(rows))
        put_rows(result, rows, changed)
    return result


def schedule(itinerary: Itinerary, leaves: int) -> Iterator[tuple[int, Tensor, Tensor]]:
    """In which order leaves work on which images (int64 [M], with their keys), in few steps.

    Next is the leaf for which the largest share of the images that still need it is waiting, then the one for
    which most are waiting: a leaf works the fewer times, the longer images are let wait for it.
    """
    way = itinerary.stages()
    count, length = way.leaves.shape
    ahead = np.full((count, length + 1), _DONE)
    ahead[:, :length] = way.leaves.numpy()
    step = np.zeros(count, dtype=np.int64)
    everyone = np.arange(count)
    needed = np.bincount(ahead.ravel() + 1, minlength=leaves + 1)[1:]
    while needed.any():
        waiting = ahead[everyone, step]
        queue = np.bincount(waiting + 1, minlength=leaves + 1)[1:]
        leaf = int((queue / needed.clip(1) + queue / (count + 1) ** 2).argmax())
        rows = np.flatnonzero(waiting == leaf)
        place = torch.from_numpy(rows)
        yield leaf, place, way.keys[place, torch.from_numpy(step[rows])]
        step[rows] += 1
        needed[leaf] -= len(rows)


def describe(leaves: Sequence[ImagePolicy], itinerary: Itinerary, size: tuple[int, int]) -> list[str]:
    """What each image meets, in order, in words."""
    way = itinerary.stages()
    words: list[list[str]] = [[] for _ in range(len(way.leaves))]
    for step in range(way.leaves.shape[1]):
        column = way.leaves[:, step]
        for leaf in sorted(set(column.tolist()) - {_DONE}):
            rows = (column == leaf).nonzero()[:, 0]
            told = leaves[leaf].describe(Draws(way.keys[rows, step]), size)
            for row, text in zip(rows.tolist(), told, strict=True):
                if text != UNCHANGED:
                    words[row].append(text)
    return [", ".join(parts) or UNCHANGED for parts in words]
