"""The release of this program."""

__version__ = "0.3.0"
"""The release of Hongxian that runs, such as `0.3.0`; setup.cfg reads it here."""
