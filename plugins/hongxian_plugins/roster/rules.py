"""The roster's own rules: what its fields may hold, and which dates fit together."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from hongxian import PluginRefused, RecordSchema

MESSAGES: dict[str, Any] = {
    "required": "必须填写。Required.",
    "null": "不能为空。May not be empty.",
    "invalid": "应为文字。Not text.",
}
PHONE = validate.Regexp(
    r"[0-9]{11}\Z",
    error="电话应为 11 位数字（座机连区号）。A telephone number is 11 digits, area code included.",
)
# The identity number is for certificates alone, with a consent of its own (个人信息保护法 6, 29).
# NUL and lone surrogates stay out as everywhere: a declared field takes the derived one's place.
NO_IDENTITY_NUMBER = validate.Regexp(
    r"(?!.*(?<!\d)\d{17}[\dXx](?!\d))[^\0\ud800-\udfff]*\Z",
    error="像身份证号；名册不保存身份证号，请删去。"
    "Looks like an identity number; the roster keeps none.",
)


def text(max_length: int, *rules: validate.Validator, **options: Any) -> fields.String:
    """A text field of a schema with rules of its own; `max_length` in characters."""
    length = validate.Length(
        max=max_length, error=f"最多 {max_length} 个字。At most {max_length} characters."
    )
    return fields.String(validate=[length, *rules], error_messages=MESSAGES, **options)


class PersonChecks(RecordSchema):
    """Of a person: a name that is one."""

    name = text(
        40,
        NO_IDENTITY_NUMBER,
        validate.Regexp(r".*\S", error="必须填写。Required."),
        required=True,
    )


class ContactChecks(RecordSchema):
    """Of a contact: a telephone number that can be dialed, an address that is only that."""

    phone = text(11, PHONE, allow_none=True)
    address = text(80, NO_IDENTITY_NUMBER, allow_none=True)


def refuse_membership_that_ends_first(after: dict[str, Any]) -> None:
    """Raise `PluginRefused` when someone would leave a team before joining it."""
    since, until = (str(after.get(name) or "") for name in ("since", "until"))
    if since and until and until < since:
        raise PluginRefused(
            detail=f"离队日期 {until} 早于入队日期 {since}。"
            f"The day of leaving, {until}, comes before the day of joining, {since}."
        )
