"""A rule for a field's values that says in both languages why it refuses one."""

from __future__ import annotations

from marshmallow import ValidationError, validate

from hongxian.text import Text
from hongxian.words.values import Value


class Saying(validate.Validator):
    """A marshmallow rule with the reason that people read.

    `Saying(validate.Regexp(r"[0-9]{11}\\Z"), Text("应为 11 位数字。", "11 digits are wanted."))`.
    """

    def __init__(self, rule: validate.Validator, why: Text) -> None:
        self.rule = rule
        self.why = why

    def __call__(self, value: Value) -> Value:
        try:
            return self.rule(value)
        except ValidationError:
            raise ValidationError([self.why]) from None
