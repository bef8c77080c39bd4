"""The section of a report that tells what generated images are worth, beside real ones."""

from __future__ import annotations

from augtui.analysis.report.document import Block, Bullets, Cell, Paragraph, Section, Table, cells
from augtui.analysis.report.source import Source
from augtui.analysis.report.words import MINUS, NOTHING
from augtui.runlog.generators import GeneratorRecord
from augtui.runlog.quality import ClassQuality, GeneratorQuality, Marks

EXPLANATION = (
    "Drawn images are compared with validation images; the lines named real hold the same numbers for training "
    "images: no generator can be expected to do better. KID (0 is expected of one distribution; ± its standard "
    "error, a jackknife that leaves groups of images out: two fits differ by more), density (1) and coverage (the "
    "share of validation images that drawn ones come near to) are taken on features of a small classifier that is "
    "trained on the training images of the seed: they see what tells the classes apart, not whether an image looks "
    "real, and far from real images KID has another scale for each seed. Agreement is the share that the classifier "
    "takes for the class; for real images, of the validation images. Copies: the share of drawn images as close to a "
    "training image as hardly any two different training images are to each other, and the z of a three-sample "
    "test, below −3 where drawn images lie closer to single training images than validation images do. Both compare "
    "16 x 16 pixels without their brightness and contrast, and the distance to the nearest training image with that "
    "to the tenth nearest: a smooth image is near to many, a copy to one. The gate expects as many copies as there "
    "are among training images, each against the others, sharp or blurred. The images compared are the first ones "
    "of each class, as the arms get them. A pass is no guarantee of privacy. Where a generator has batch "
    "normalisation, it draws with that fixed at the statistics of 256 of its images, so that no image depends on "
    "those drawn with it."
)


def generated(source: Source) -> Section | None:
    """Marks of every fitted generator, the gate's verdict, and the closest pairs; None without generators."""
    fitted = [(record, record.quality) for record in source.data.generators if record.quality is not None]
    if not fitted:
        return None
    rows = [row for record, quality in fitted for item in quality.classes for row in _rows(record, quality, item)]
    head = ("generator", "seed", "class", "images", "KID", "density", "coverage", "agreement", "copies", "z")
    blocks: list[Block] = [
        Table("What generated images are worth", head, tuple(rows), left=frozenset({0, 2, 3})),
        Paragraph(EXPLANATION),
        Bullets(tuple(_verdict(record, quality) for record, quality in fitted)),
        Table(
            "The drawn image closest to a training image: below 1 it is as close as duplicates",
            ("generator", "seed", "class", "distance", "training image"),
            tuple(row for record, quality in fitted for row in _closest(record, quality)),
            left=frozenset({0, 2, 4}),
        ),
    ]
    return Section("Generated images", tuple(blocks))


def _rows(record: GeneratorRecord, quality: GeneratorQuality, item: ClassQuality) -> list[tuple[Cell, ...]]:
    who = (record.cell.name, str(record.cell.seed), item.name)
    marks, ceiling = item.marks, item.ceiling
    drawn = (_kid(marks), _number(marks.density), _number(marks.coverage), _number(marks.agreement))
    real = (_kid(ceiling), _number(ceiling.density), _number(ceiling.coverage), _number(ceiling.agreement))
    copies = (f"{100 * item.copied:.1f} %", _number(item.copy_z, 1))
    return [
        cells(*who, f"drawn at {quality.image_size} px", *drawn, *copies),
        cells("", "", "", "real", *real, "", ""),
    ]


def _verdict(record: GeneratorRecord, quality: GeneratorQuality) -> Paragraph:
    steps = ", ".join(f"{item.name} {item.step}" for item in quality.classes)
    chosen = "with the lowest KID to validation images" if quality.validation_read else "of the end"
    if not quality.validation_read and quality.generator.params.get("select") == "best":
        chosen += ", for there are too few validation images to choose by"
    accuracy = quality.probe_accuracy
    judged = f" The classifier is right for {100 * accuracy:.0f} % of the validation images." if accuracy else ""
    text = f"gate {quality.verdict()}. Weights {chosen} (step: {steps}).{judged}"
    return Paragraph(text, lead=f"{record.cell.name}, seed {record.cell.seed}:")


def _closest(record: GeneratorRecord, quality: GeneratorQuality) -> list[tuple[Cell, ...]]:
    found = []
    for item in quality.classes:
        for pair in item.pairs[:1]:
            path = f"{pair.training} (mirrored)" if pair.mirrored else pair.training
            found.append(cells(record.cell.name, str(record.cell.seed), item.name, f"{pair.distance:.2f}", path))
    return found


def _kid(marks: Marks) -> str:
    return _number(marks.kid, 3) + ("" if marks.kid_error is None else f" ± {marks.kid_error:.3f}")


def _number(value: float | None, digits: int = 2) -> str:
    return NOTHING if value is None else f"{value:.{digits}f}".replace("-", MINUS)
