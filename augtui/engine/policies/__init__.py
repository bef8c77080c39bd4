"""Random transforms of images, in batches, on the device where the images are."""

from augtui.engine.policies.base import BatchPolicy, ImagePolicy
from augtui.engine.policies.registry import POLICIES, build_policy, check_policies
from augtui.engine.policies.sources import Sources

__all__ = ["POLICIES", "BatchPolicy", "ImagePolicy", "Sources", "build_policy", "check_policies"]
