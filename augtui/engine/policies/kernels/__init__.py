"""What operations do to pixels, given the parameters of each image: functions without any randomness.

They take uint8 [N, 3, H, W] and give new images of that shape. Sums are arranged so that they are exact (whole
numbers, or weights rounded to a fixed number of bits): an image's bytes then do not depend on the batch that it
is in, on the order of summation, or on the device.
"""
