"""augtui: which augmentation really helps on a small image-classification set."""

__version__ = "0.1.0"
