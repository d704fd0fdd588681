"""What a leader hears of while they look at something else."""

from hongxian.kit.notices import Notice, notice

__all__ = ["Notice", "notice"]
