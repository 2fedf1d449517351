"""The version of this module: that of the command that it was written for."""

__version__ = "0.1.0"
