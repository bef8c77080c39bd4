"""The same picture twice, cropped, turned, recoloured or compressed anew, told from pictures that only look alike.

A perceptual hash of each image as it is, mirrored, turned and cropped proposes pairs; each is then laid on top of the
other by a fitted affine map, and must agree in its fine structure. Look-alikes (the same kind of lesion in the same
vignette) agree in the large and not there.
"""

from augtui.dataset.near.pairs import SIDES, NearPair, Thumbnails, near_pairs

__all__ = ["SIDES", "NearPair", "Thumbnails", "near_pairs"]
