"""The roster's own rules: what its fields may hold."""

from __future__ import annotations

from typing import Any  # Any: marshmallow knows no `Text`, and its options are many

from marshmallow import fields, validate

from hongxian import RecordSchema, Text
from hongxian.kinds.saying import Saying

MESSAGES: dict[str, Any] = {
    "required": Text("必须填写。", "Required."),
    "null": Text("不能为空。", "May not be empty."),
    "invalid": Text("应为文字。", "Not text."),
}
# The identity number is for certificates alone, with a consent of its own (个人信息保护法 6, 29).
# NUL and lone surrogates stay out as everywhere: a declared field takes the derived one's place.
NO_IDENTITY_NUMBER = Saying(
    validate.Regexp(r"(?!.*(?<!\d)\d{17}[\dXx](?!\d))[^\0\ud800-\udfff]*\Z"),
    Text(
        "像身份证号；名册不保存身份证号，请删去。",
        "Looks like an identity number; the roster keeps none.",
    ),
)


def text(max_length: int, *rules: validate.Validator, **options: Any) -> fields.String:
    """A text field of a schema with rules of its own; `max_length` in characters."""
    too_long = Text(f"最多 {max_length} 个字。", f"At most {max_length} characters.")
    length = Saying(validate.Length(max=max_length), too_long)
    return fields.String(validate=[length, *rules], error_messages=MESSAGES, **options)


class PersonChecks(RecordSchema):
    """Of a person: a name that is one."""

    name = text(
        40,
        NO_IDENTITY_NUMBER,
        Saying(validate.Regexp(r".*\S"), MESSAGES["required"]),
        required=True,
    )


class ContactChecks(RecordSchema):
    """Of a contact: an address that is only that."""

    address = text(80, NO_IDENTITY_NUMBER, allow_none=True)
