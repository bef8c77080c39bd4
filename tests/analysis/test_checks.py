"""What would make a study's numbers worthless is found, named, and let through only on purpose."""

import shutil
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageOps

from augtui.analysis.checks.generators import generator_images
from augtui.plan.spec import Addition, ArmSpec, GeneratorSpec, PolicySpec
from augtui.runlog.checks import CheckReport
from tests.analysis.pictures import found, picture, plan, report, write_dataset

BLOCKED = "block"


def codes(checked: CheckReport) -> set[str]:
    return {problem.code for problem in checked.problems}


def test_clean_dataset_has_nothing_that_blocks(tmp_path: Path) -> None:
    checked = report(write_dataset(tmp_path / "set"), plan())
    assert checked.blocks == []
    assert checked.counts["test"] == {"cat": 6, "dog": 6}


def test_corrupt_image_is_named_with_its_reason(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    (root / "train" / "cat" / "3.png").write_bytes(b"not an image")
    problem = found(report(root, plan()).problems, "corrupt-image")
    assert problem is not None
    assert (problem.level, problem.files) == ("block", ["train/cat/3.png"])
    assert "train/cat/3.png is not an image" in problem.message


def test_each_corrupt_image_has_its_own_reason_and_the_way_out_is_one_that_works(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    (root / "train" / "cat" / "3.png").write_bytes(b"not an image")
    (root / "train" / "dog" / "1.png").write_bytes(b"")
    accepting = msgspec.structs.replace(plan(), accept=("corrupt-image",))
    problem = found(report(root, accepting).problems, "corrupt-image")
    assert problem is not None
    assert problem.level == "block", "what cannot be decoded cannot be trained on, whoever accepts it"
    assert dict(zip(problem.files, problem.reasons, strict=True)) == {
        "train/cat/3.png": "is not an image but text",
        "train/dog/1.png": "is empty (0 bytes)",
    }
    assert 'on_corrupt = "skip"' in problem.mend
    assert problem.mend.endswith("; accept cannot let it through")


def test_a_block_says_how_a_plan_goes_on_knowingly(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    Image.new("RGB", (64, 64), (9, 9, 9)).save(root / "train" / "dog" / "0.png")
    shutil.copy(root / "train" / "cat" / "0.png", root / "test" / "cat" / "copy.png")
    checked = report(root, plan())
    assert {problem.code: problem.mend for problem in checked.blocks} == {
        "constant-image": 'accept = ["constant-image"] in the plan goes on knowingly',
        "duplicate-across-splits": '[data] leak = "drop-from-train" leaves them out of training; '
        'accept = ["duplicate-across-splits"] in the plan goes on knowingly',
    }


def test_skipping_corrupt_images_lets_them_through(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    (root / "train" / "cat" / "3.png").write_bytes(b"not an image")
    problem = found(report(root, plan(data={"on_corrupt": "skip"})).problems, "corrupt-image")
    assert problem is not None
    assert (problem.level, problem.handled) == ("warn", 'on_corrupt = "skip"')


def test_image_of_one_colour_blocks(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    Image.new("RGB", (64, 64), (9, 9, 9)).save(root / "train" / "dog" / "0.png")
    problem = found(report(root, plan()).problems, "constant-image")
    assert problem is not None
    assert (problem.level, problem.files) == ("block", ["train/dog/0.png"])


def test_image_smaller_than_the_stored_size_warns(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    picture(0, side=20).save(root / "train" / "dog" / "0.png")
    problem = found(report(root, plan()).problems, "tiny-image")
    assert problem is not None
    assert problem.files == ["train/dog/0.png"]
    assert "down to 20" in problem.message


def test_odd_and_mixed_modes_warn(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    picture(0).convert("CMYK").save(root / "train" / "dog" / "0.jpg")
    picture(1).convert("L").save(root / "train" / "dog" / "1.png")
    checked = report(root, plan())
    odd, mixed = (found(checked.problems, code) for code in ("odd-mode", "mixed-modes"))
    assert odd is not None
    assert mixed is not None
    assert odd.files == ["train/dog/0.jpg"]
    assert mixed.files == ["train/dog/1.png"]


@pytest.mark.parametrize(
    ("leak", "level", "handled"),
    [
        ("block", "block", ""),
        ("drop-from-train", "warn", 'leak = "drop-from-train"'),
        ("keep", "warn", 'leak = "keep"'),
    ],
)
def test_equal_pixels_in_train_and_test_follow_the_plan(tmp_path: Path, leak: str, level: str, handled: str) -> None:
    root = write_dataset(tmp_path / "set")
    picture(0).save(root / "test" / "cat" / "again.bmp")  # picture 0 is train/cat/0.png
    checked = report(root, plan(data={"leak": leak}))
    problem = found(checked.problems, "duplicate-across-splits")
    assert problem is not None
    assert (problem.level, problem.handled) == (level, handled)
    assert problem.files == ["test/cat/again.bmp", "train/cat/0.png"]
    assert checked.pairs == []


def test_equal_pixels_within_train_warn(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    shutil.copy(root / "train" / "cat" / "0.png", root / "train" / "cat" / "again.png")
    problem = found(report(root, plan()).problems, "duplicate-within-split")
    assert problem is not None
    assert problem.level == "warn"


def test_equal_pixels_under_two_labels_block_whatever_the_leak_rule(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    shutil.copy(root / "train" / "cat" / "0.png", root / "train" / "dog" / "again.png")
    problem = found(report(root, plan(data={"leak": "keep"})).problems, "duplicate-with-other-label")
    assert problem is not None
    assert problem.level == "block"


def test_changed_copy_of_a_test_image_blocks_and_is_told_as_a_pair(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set", make=lambda seed: picture(seed, side=160))
    ImageOps.mirror(picture(0, side=160)).rotate(2).save(root / "test" / "cat" / "turned.png")
    checked = report(root, plan())
    problem = found(checked.problems, "near-duplicate-across-splits")
    assert problem is not None
    assert problem.level == "block"
    assert [(pair.first, pair.second, pair.mirrored) for pair in checked.pairs] == [
        ("test/cat/turned.png", "train/cat/0.png", True)
    ]
    assert checked.drop == ["train/cat/0.png"]


def test_what_would_be_dropped_is_listed_whole(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    shutil.copy(root / "test" / "cat" / "0.png", root / "train" / "cat" / "again.png")
    assert report(root, plan(data={"leak": "drop-from-train"})).drop == ["train/cat/again.png"]


def test_copies_of_the_datasets_own_validation_images_are_dropped_too(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set", make=lambda seed: picture(seed, side=160))
    for seed, name in enumerate(("cat", "dog"), 90):
        (root / "val" / name).mkdir(parents=True)
        picture(seed, side=160).save(root / "val" / name / "new.png")
    ImageOps.flip(picture(3, side=160)).save(root / "val" / "cat" / "flipped.png")
    checked = report(root, plan(data={"leak": "drop-from-train"}))
    assert checked.drop == ["train/cat/3.png"]
    assert checked.counts["train"] == {"cat": 9, "dog": 10}


def test_accepted_warning_is_recorded_as_accepted(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    problem = found(report(root, plan(accept=("no-groups",))).problems, "no-groups")
    assert problem is not None
    assert (problem.level, problem.handled) == ("warn", 'accept = ["no-groups"]')


def test_images_are_counted_as_the_study_will_use_them(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set", make=lambda seed: picture(seed, side=160))
    ImageOps.mirror(picture(0, side=160)).rotate(2).save(root / "test" / "cat" / "turned.png")
    kept = report(root, plan(data={"leak": "keep", "validation": 0.0}))
    dropped = report(root, plan(data={"leak": "drop-from-train", "validation": 0.0}))
    half = report(root, plan(data={"leak": "keep", "validation": 0.0, "fraction": 0.5}))
    assert [checked.counts["train"] for checked in (kept, dropped, half)] == [
        {"cat": 10, "dog": 10},
        {"cat": 9, "dog": 10},
        {"cat": 5, "dog": 5},
    ]


def test_class_that_near_duplicates_leave_empty_blocks_with_the_way_out(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set", train=1, make=lambda seed: picture(seed, side=160))
    ImageOps.mirror(picture(0, side=160)).rotate(2).save(root / "test" / "cat" / "turned.png")
    data = {"leak": "drop-from-train", "validation": 0.0}
    problem = found(report(root, plan(data=data, accept=("class-without-images",))).problems, "class-without-images")
    assert problem is not None
    assert problem.level == "block"
    assert "cat" in problem.message
    assert 'leak = "keep"' in problem.mend


def test_pairs_do_not_depend_on_the_size_that_a_plan_stores(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set", make=lambda seed: picture(seed, side=160))
    for number in range(3):
        turned = picture(number, side=160).rotate(1 + number).crop((4, 4, 156, 156))
        turned.save(root / "test" / "cat" / f"turned-{number}.png")
    pairs = [report(root, plan(data={"image_size": size})).pairs for size in (16, 128)]
    assert pairs[0] == pairs[1]
    assert len(pairs[0]) == 3


def test_accepted_code_lets_its_problem_through_and_says_so(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    Image.new("RGB", (64, 64)).save(root / "train" / "dog" / "0.png")
    problem = found(report(root, plan(accept=("constant-image",))).problems, "constant-image")
    assert problem is not None
    assert (problem.level, problem.handled) == ("warn", 'accept = ["constant-image"]')


def test_absence_of_groups_is_said(tmp_path: Path) -> None:
    assert "no-groups" in codes(report(write_dataset(tmp_path / "set"), plan()))


def test_patient_in_train_and_test_blocks(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            for file in sorted((root / split / name).iterdir()):
                file.rename(file.with_name(f"{split}{name}{file.stem}_x.png"))
    (root / "train" / "cat" / "traincat0_x.png").rename(root / "train" / "cat" / "ann_1.png")
    (root / "test" / "cat" / "testcat0_x.png").rename(root / "test" / "cat" / "ann_2.png")
    checked = report(root, plan(data={"group": "([a-z0-9]+)_"}))
    problem = found(checked.problems, "group-across-splits")
    assert problem is not None
    assert (problem.level, problem.files) == ("block", ["test/cat/ann_2.png", "train/cat/ann_1.png"])
    assert checked.drop == ["train/cat/ann_1.png"]
    assert "no-groups" not in codes(checked)


def test_few_test_images_and_few_seeds_warn(tmp_path: Path) -> None:
    arms = (ArmSpec(name="original"), ArmSpec(name="other", online=PolicySpec(name="trivialaugment")))
    checked = report(write_dataset(tmp_path / "set"), plan(*arms, seeds=(0, 1, 2)))
    assert {"few-test-images", "few-seeds", "low-power"} <= codes(checked)


GAN = ArmSpec(name="gan-10", add=(Addition(generator=GeneratorSpec(name="dcgan64"), amount=0.1),))
AUTO = GeneratorSpec(name="gan128", params={"models": "auto"})


def test_a_gate_without_enough_validation_images_and_a_generator_with_few_to_learn_from_warn() -> None:
    made = plan(ArmSpec(name="original"), GAN, ArmSpec(name="skip", add=(Addition(generator=AUTO, amount=0.1),)))
    counts = {"train": {"cat": 250, "dog": 180}, "validation": {"cat": 60, "dog": 40}}
    blind, few = generator_images(made, counts)
    assert (blind.level, blind.code) == ("warn", "gate-blind")
    assert "(dog 40)" in blind.message
    assert "data.validation = 0.23 would do" in blind.message
    assert few.code == "generator-few-images"
    assert "(cat 250, dog 180)" in few.message
    assert "dcgan64 fits one model for each class" in few.message
    assert "gan128 fits one model for all classes" in few.message
    without = generator_images(made, {"train": {"cat": 100, "dog": 20}})
    assert "(cat 0, dog 0)" in without[0].message
    assert "would do" not in without[0].message


def test_enough_images_and_plans_without_generators_say_nothing_of_it() -> None:
    enough = {"train": {"cat": 300, "dog": 300}, "validation": {"cat": 50, "dog": 50}}
    assert generator_images(plan(ArmSpec(name="original"), GAN), enough) == []
    assert generator_images(plan(), {"train": {"cat": 3}}) == []
    assert generator_images(None, {"train": {"cat": 3}}) == []


def test_a_plans_generators_are_checked_with_its_images(tmp_path: Path) -> None:
    checked = report(write_dataset(tmp_path / "set"), plan(ArmSpec(name="original"), GAN))
    assert {"gate-blind", "generator-few-images"} <= codes(checked)


def test_imbalance_and_prior_shift_warn(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set", train=6, test=15)
    for seed in range(100, 134):
        picture(seed).save(root / "train" / "dog" / f"{seed}.png")
    checked = report(root, plan())
    assert {"class-imbalance", "prior-shift"} <= codes(checked)


def test_equal_shares_of_classes_do_not_warn(tmp_path: Path) -> None:
    assert not {"class-imbalance", "prior-shift"} & codes(report(write_dataset(tmp_path / "set"), plan()))


ADDED = ArmSpec(name="more", add=(Addition(policy=PolicySpec(name="geometric"), amount=0.5),))
CONTROL = ArmSpec(name="copies", add=(Addition(policy=PolicySpec(name="duplicate"), amount=0.5),))


def test_longer_training_of_an_arm_warns_and_asks_for_a_control(tmp_path: Path) -> None:
    made = plan(ArmSpec(name="original"), ADDED)
    epochs = plan(ArmSpec(name="original"), ADDED, train=made.train.__class__(budget="epochs"))
    root = write_dataset(tmp_path / "set")
    problem = found(report(root, epochs).problems, "unequal-budget")
    assert problem is not None
    assert "more 1.50x" in problem.message
    assert "duplicate" in problem.message
    assert found(report(root, made).problems, "unequal-budget") is None


def test_control_arm_answers_the_question_of_longer_training(tmp_path: Path) -> None:
    made = plan(ArmSpec(name="original"), ADDED, CONTROL)
    made = plan(ArmSpec(name="original"), ADDED, CONTROL, train=made.train.__class__(budget="epochs"))
    problem = found(report(write_dataset(tmp_path / "set"), made).problems, "unequal-budget")
    assert problem is not None
    assert "no arm adds" not in problem.message


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (PolicySpec(name="geometric", params={"flip_horizontal": 0.5, "flip_vertical": 0.0}), ["left-right"]),
        (PolicySpec(name="geometric", params={"flip_horizontal": 0, "flip_vertical": 0.1}), ["upside down"]),
        (PolicySpec(name="trivialaugment"), ["grey level", "turns by 90"]),
        (PolicySpec(name="both", params={"policies": (PolicySpec(name="augmix"),)}), ["grey level"]),
        (PolicySpec(name="geometric", params={"flip_horizontal": 0, "flip_vertical": 0}), []),
    ],
)
def test_policies_that_may_change_labels_of_grey_pictures_warn(
    tmp_path: Path, policy: PolicySpec, words: list[str]
) -> None:
    root = write_dataset(tmp_path / "set", make=lambda seed: picture(seed, colour=False))
    checked = report(root, plan(ArmSpec(name="original"), ArmSpec(name="risky", online=policy)))
    messages = [problem.message for problem in checked.problems if problem.code == "label-unsafe-policy"]
    assert len(messages) == len(words)
    assert all(
        word in message and message.startswith("risky: ") for word, message in zip(words, messages, strict=True)
    )


def test_policies_are_not_judged_on_colour_pictures(tmp_path: Path) -> None:
    arm = ArmSpec(name="risky", online=PolicySpec(name="trivialaugment"))
    checked = report(write_dataset(tmp_path / "set"), plan(ArmSpec(name="original"), arm))
    assert "label-unsafe-policy" not in codes(checked)


def test_problems_that_block_come_first(tmp_path: Path) -> None:
    root = write_dataset(tmp_path / "set")
    Image.new("RGB", (64, 64)).save(root / "train" / "dog" / "0.png")
    levels = [problem.level for problem in report(root, plan()).problems]
    assert levels == sorted(levels)
    assert levels[0] == "block"
