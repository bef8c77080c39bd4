"""`python -m augtui`: the same as `augtui`."""

from augtui.cli import main

if __name__ == "__main__":
    main()
