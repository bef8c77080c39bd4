"""The sections of a report that tell what was asked, of which images, and how it can be repeated."""

from __future__ import annotations

import time

from augtui.analysis.report.document import WORDS, Block, Bullets, Code, Paragraph, Picture, Section, Table, cells
from augtui.analysis.report.source import Source
from augtui.analysis.report.words import NAMES, amount
from augtui.plan.spec import ArmSpec, Plan, PolicySpec
from augtui.runlog.checks import CheckReport
from augtui.runlog.generators import drawn_by

PROTOCOL = (
    "A seed gives every arm the same split and the same initial weights; arms of equal size see the same batches. "
    "Augmentations and generators draw from streams of their own.",
    "Nothing is fitted on, or made from, validation or test images. The test images are scored once for each trained "
    "run, after the training is over.",
    "Every number is counted from the per-image probabilities in predictions.csv. SD has n − 1 in its denominator.",
    "Intervals add the variance over seeds and the variance over test images (bootstrap, stratified by class, whole "
    "patients where groups are known): mean ± t × SE with Satterthwaite's degrees of freedom. Adding both counts "
    "their interaction twice, so that the intervals are a little too long rather than too short.",
    "Verdicts, in this order: too few seeds (below 5); no practical difference (the 90 % interval lies within the "
    "margin); helps or hurts (Holm p below 0.05 over all arms and axis points); no evidence either way.",
    "The sign-flip p is exact up to 16 pairs and says something about this test set only.",
)


def question(source: Source) -> Section:
    """What the study asked."""
    plan, summary = source.data.plan, source.summary
    arms = len(plan.arms) - 1
    text = (
        f"Which of {arms} way{'s' * (arms != 1)} to augment the training images of {plan.dataset} makes "
        f"{plan.model.name} better at telling {_list(summary.classes or ['its classes'])} apart, measured by "
        f"{NAMES[plan.primary]}, by how much, and can the number be trusted? A difference below "
        f"{amount(plan.primary, plan.margin)} does not matter to whoever asked."
    )
    return Section("Question", (Paragraph(text),))


def images(source: Source, samples: dict[str, str]) -> Section:
    """Counts, what the checks found, and samples.

    Args:
        source: the study.
        samples: caption of each picture in the report's folder, by its name.
    """
    report = source.check
    blocks: list[Block] = []
    if report is None:
        blocks.append(Paragraph("The images were not checked."))
    else:
        blocks += _checked(report)
    blocks += [Picture(name, caption, drawing=False) for name, caption in samples.items()]
    return Section("Images", tuple(blocks))


def plan_section(source: Source) -> Section:
    """The arms and the training."""
    plan = source.data.plan
    described = tuple(Paragraph(_arm(arm), f"{arm.name}:") for arm in plan.arms)
    rows = tuple(cells(name, value) for name, value in _settings(plan))
    return Section(
        "Plan",
        (
            Bullets(described),
            Table("Settings of all arms", ("setting", "value"), rows, left=WORDS),
            Bullets(tuple(Paragraph(sentence) for sentence in PROTOCOL)),
        ),
    )


def failures(source: Source) -> Section:
    """Runs without a result."""
    failed = source.summary.failures
    if not failed:
        return Section("What failed", (Paragraph("Every planned run that was started has a result."),))
    rows = tuple(cells(failure.run, failure.kind, failure.message) for failure in failed)
    return Section(
        "What failed",
        (
            Table(
                "Runs without a result; a failed pair leaves both arms of its difference",
                ("run", "kind", "why"),
                rows,
                left=WORDS,
            ),
        ),
    )


def repeat(source: Source) -> Section:
    """How to run it again, and what it ran with."""
    info = source.info
    environment = info.environment
    known = {
        "study": info.id,
        "created": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(info.created)),
        "plan hash": info.plan_hash,
        "fingerprint of the images": info.fingerprint or "unknown",
        "device": f"{info.device_name} ({environment.device})" if environment else "unknown",
        "precision": environment.precision if environment else "unknown",
        "threads": str(environment.threads) if environment else "unknown",
        **{f"sha256 of {name}": value for name, value in info.weights_hash.items()},
        **info.versions,
    }
    rows = tuple(cells(name, value) for name, value in known.items())
    return Section(
        "Run it again",
        (
            Paragraph("Save the plan below as plan.toml. On a processor, equal versions give equal bytes."),
            Code("augtui run plan.toml"),
            Code(source.plan_text.rstrip()),
            Table("What it ran with", ("what", "value"), rows, left=WORDS),
        ),
    )


def _checked(report: CheckReport) -> list[Block]:
    classes = list(next(iter(report.counts.values()), {}))
    counts = tuple(cells(split, *(str(row[name]) for name in classes)) for split, row in report.counts.items())
    blocks: list[Block] = [Table("Images by split and class (first seed)", ("split", *classes), counts)]
    if report.problems:
        found = tuple(
            cells(problem.level, problem.code, problem.message + (f" ({problem.answer})" if problem.handled else ""))
            for problem in report.problems
        )
        blocks.append(Table("What the checks found", ("level", "code", "problem"), found, left=WORDS))
    else:
        blocks.append(Paragraph("The checks found no problem."))
    if report.probes:
        rows = tuple(
            cells(
                probe.name,
                f"{probe.balanced_accuracy:.2f}",
                f"{probe.low:.2f} to {probe.high:.2f}",
                f"{probe.chance:.2f}",
            )
            for probe in report.probes
        )
        caption = "Shortcut probe: balanced accuracy of telling classes without looking at the pictures' centre"
        blocks.append(Table(caption, ("what it sees", "balanced accuracy", "95 % interval", "guessing"), rows))
    if report.power:
        recall = any(row.recall is not None for row in report.power)
        rows = tuple(
            cells(
                "any number" if row.seeds is None else str(row.seeds),
                f"{100 * row.accuracy:.1f}",
                f"{100 * row.balanced_accuracy:.1f}",
                *([f"{100 * row.recall:.1f}"] if row.recall is not None else []),
            )
            for row in report.power
        )
        head = ("seeds", "accuracy", "balanced accuracy", *(["recall"] if recall else []))
        caption = f"Smallest difference (points) that would show in 80 % of studies, if {report.assumptions}"
        blocks.append(Table(caption, head, rows))
    return blocks


def _settings(plan: Plan) -> list[tuple[str, str]]:
    data, model, train = plan.data, plan.model, plan.train
    found = [
        ("model", f"{model.name}, weights {model.weights}, input {model.normalisation}"),
        ("image size", f"{data.image_size} px (stored and augmented at {data.stored} px)"),
        ("validation", f"{100 * data.validation:g} % of the training images, carved by class for each seed"),
        ("leaks", f'leak = "{data.leak}"'),
        ("epochs", str(train.epochs)),
        ("batch size", str(train.batch_size)),
        ("optimizer", f"{train.optimizer}, learning rate {train.lr:g}, weight decay {train.weight_decay:g}"),
        ("schedule", train.schedule),
        ("tested weights", f"of the {train.select} epoch"),
        (
            "budget",
            "every arm takes as many steps" if train.budget == "steps" else "every arm passes its set as often",
        ),
        ("seeds", ", ".join(map(str, plan.seeds))),
    ]
    found += [(f"axis {axis.key}", ", ".join(map(str, axis.values))) for axis in plan.axes]
    if plan.accept:
        found.append(("accepted problems", ", ".join(plan.accept)))
    return found


def _arm(arm: ArmSpec) -> str:
    parts = []
    for addition in arm.add:
        maker = _policy(addition.policy) if addition.policy is not None else ""
        if addition.generator is not None:
            maker = f"the generator {drawn_by(addition.generator)}"
        parts.append(f"{100 * addition.amount:g} % more images of each class by {maker}")
    if arm.replace is not None:
        parts.append(
            f"{arm.replace.copies} copies of each image by {_policy(arm.replace.policy)}, instead of the originals"
        )
    if arm.online is not None:
        parts.append(f"each image changed anew in each epoch by {_policy(arm.online)}")
    return "; ".join(parts) if parts else "the training images as they are"


def _policy(policy: PolicySpec) -> str:
    return policy.name


def _list(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
