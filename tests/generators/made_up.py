"""What a fitted generator is worth, as numbers that nobody measured."""

from __future__ import annotations

from augtui.plan.spec import GeneratorSpec
from augtui.runlog.quality import ClassQuality, GeneratorQuality, Marks, Pair


def made_up_quality(
    passed: bool | None = True, reasons: tuple[str, ...] = (), classes: tuple[str, ...] = ("dark",)
) -> GeneratorQuality:
    """Of `dcgan64`, with one closest pair for each class."""
    items = tuple(
        ClassQuality(
            name=name,
            training=100,
            validation=60,
            drawn=60,
            step=10,
            marks=Marks(kid=0.125, density=0.9, coverage=0.8, agreement=0.85),
            ceiling=Marks(kid=-0.011, density=1.0, coverage=0.95, agreement=0.9),
            spread=1.0,
            copy_z=-1.5,
            copy_ratio=1.0,
            copied=0.025,
            flat_steps=0,
            pairs=(Pair(drawn=3, training=f"train/{name}/7.png", mirrored=True, distance=1.25),),
        )
        for name in classes
    )
    return GeneratorQuality(
        generator=GeneratorSpec(name="dcgan64"),
        identity="0" * 16,
        seed=0,
        image_size=64,
        grey=False,
        probe_accuracy=0.9,
        validation_read=False,
        classes=items,
        passed=passed,
        reasons=reasons,
    )
