"""The checks by which a number is known to be one of a kind: check digits, letters and prefixes.

Each takes the bare characters, without blanks, in upper case, already of the kind's length.
"""

from __future__ import annotations

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""Without I, O and S: their places are the remainders modulo 23."""
_NEVER_FIRST = frozenset("DFIQUV")
_NEVER_SECOND = frozenset("DFIQUVO")
_NEVER_BOTH = frozenset(("BG", "GB", "KN", "NK", "NT", "TN", "ZZ"))


def is_nhs_number(digits: str) -> bool:
    """Tell whether ten digits are an NHS number: weights 10 to 2, modulo 11 (NHS data dictionary).

    >>> is_nhs_number("9434765919"), is_nhs_number("9434765918")
    (True, False)
    """
    total = sum(
        weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False)
    )
    # 11 - 0 gives 0, and 10 is the check digit of none.
    return -total % 11 == int(digits[9]) and len(set(digits)) > 1


def is_uln(digits: str) -> bool:
    """Tell whether ten digits are a unique learner number: weights 10 to 1, modulo 11 is 10 (HESA).

    >>> is_uln("1000000043"), is_uln("1000000042")
    (True, False)
    """
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 0, -1), digits, strict=True))
    return digits[0] != "0" and total % 11 == 10


def is_upn(characters: str) -> bool:
    """Tell whether a letter and twelve characters are a unique pupil number (DfE, UPN guide).

    The first is the check letter; the last is a letter of a temporary number, valued as the check
    letters are. Local authorities are not looked up: lists of them age.

    >>> is_upn("A950000178301"), is_upn("R247962919251")
    (True, False)
    """
    check, body, last = characters[0], characters[1:12], characters[12]
    if last.isdigit():
        value = int(last)
    elif last in _UPN_LETTERS:
        value = _UPN_LETTERS.index(last)
    else:
        return False
    total = 13 * value + sum(place * int(digit) for place, digit in enumerate(body, 2))
    return _UPN_LETTERS[total % 23] == check


def is_national_insurance_number(characters: str) -> bool:
    """Tell whether two letters, six digits and A to D are one that can be given (HMRC, NIM39110).

    >>> is_national_insurance_number("AB123456C"), is_national_insurance_number("QQ123456C")
    (True, False)
    """
    first, second = characters[0], characters[1]
    return (
        first not in _NEVER_FIRST
        and second not in _NEVER_SECOND
        and characters[:2] not in _NEVER_BOTH
    )
