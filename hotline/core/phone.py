"""A phone number as a value: parsed once, masked wherever it is printed."""

import re
from dataclasses import dataclass

import phonenumbers

from hotline.core.masking import mask_digits

HOME_REGION = "CN"
_HOME_MOBILE = re.compile(r"\+861[3-9]\d{9}")


@dataclass(frozen=True)
class PhoneNumber:
    """A number in E.164; `str` and `repr` give the masked form, so that no log holds it."""

    e164: str

    @property
    def national(self) -> str:
        """Return what a person at home would dial."""
        if _HOME_MOBILE.fullmatch(self.e164):  # nearly all of them, and parsing takes long
            return self.e164.removeprefix("+86")
        parsed = phonenumbers.parse(self.e164)
        if parsed.country_code == phonenumbers.country_code_for_region(HOME_REGION):
            return phonenumbers.national_significant_number(parsed)
        return self.e164

    @property
    def masked(self) -> str:
        return mask_digits(self.national)

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"PhoneNumber({self.masked})"


def parse_phone(text: str) -> PhoneNumber | None:
    """Return the number that `text` dials from home, or None when it is none (sipp, anonymous)."""
    try:
        parsed = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return PhoneNumber(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
