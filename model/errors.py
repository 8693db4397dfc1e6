"""Every error that zhaibian raises on purpose has one root, a Chinese message for editors and a stable name."""

from __future__ import annotations


class ZhaibianError(Exception):
    """Root of all deliberate errors; `str()` is a sentence that says what to do."""


class InputError(ZhaibianError):
    """The text, file or call that was given cannot be worked on."""


class BundleError(ZhaibianError):
    """A bundle is missing, damaged, or made for another version of the program."""


class CorpusError(ZhaibianError):
    """A data file is malformed or contradicts itself; the message names file and row."""
