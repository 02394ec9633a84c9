"""Why a security check did not simply pass: the closed list, with a sentence each in `kiosk/text/*/evidence.toml`.

Some reasons are about one file and end with its name: `hash-mismatch-dg13`. FAILED is said where something was
altered, forged or withdrawn; NOT_RUN where the check could not come to an end, which proves nothing either way;
a PASSED check may carry a remark (`crl-outdated`).
"""

import re
from enum import StrEnum

from kiosk.reader.document import Check
from kiosk.text import Language, say


class Reason(StrEnum):
    """The value is what evidence holds and `--json` shows."""

    NOT_ASKED = "not-asked"

    # the security object and the files' hashes
    SOD_MISSING = "sod-missing"
    SOD_MALFORMED = "sod-malformed"
    HASH_MISMATCH = "hash-mismatch"
    """Of one file: it is not the one that was signed."""
    NOT_SIGNED = "not-signed"
    """Of one file: the security object does not list it."""

    # the security object's signature
    SIGNER_MISSING = "signer-missing"
    CONTENT_TYPE_MISMATCH = "content-type-mismatch"
    MESSAGE_DIGEST_MISMATCH = "message-digest-mismatch"
    SIGNATURE_MALFORMED = "signature-malformed"
    SIGNATURE_INVALID = "signature-invalid"
    SIGNER_KEY_PERIOD = "signer-key-period"
    """Signed at a time at which the signer's key was not to be used."""

    # what cannot be computed here
    UNSUPPORTED_KEY = "unsupported-key"
    UNSUPPORTED_KEY_TYPE = "unsupported-key-type"
    UNSUPPORTED_CURVE = "unsupported-curve"
    UNSUPPORTED_SIGNATURE_ALGORITHM = "unsupported-signature-algorithm"
    UNSUPPORTED_HASH_ALGORITHM = "unsupported-hash-algorithm"

    # the signer's chain to a country signer
    ISSUER_UNKNOWN = "issuer-unknown"
    ISSUER_KEY_UNKNOWN = "issuer-key-unknown"
    """The country signer's name is known, but not with this key: a newer one, or somebody else's."""
    ISSUER_LINK_INCOMPLETE = "issuer-link-incomplete"
    """The chain ends at a link certificate whose older country signer is not there."""
    ISSUER_SIGNATURE_INVALID = "issuer-signature-invalid"
    ISSUER_NOT_VALID_THEN = "issuer-not-valid-then"
    ISSUER_KEY_PERIOD = "issuer-key-period"
    ISSUER_EXPIRED = "issuer-expired"
    ISSUER_NOT_YET_VALID = "issuer-not-yet-valid"
    ISSUER_REVOKED = "issuer-revoked"
    SIGNER_EXPIRED = "signer-expired"
    SIGNER_NOT_YET_VALID = "signer-not-yet-valid"
    SIGNER_NOT_ALLOWED = "signer-not-allowed"
    """The certificate was issued for something else than signing documents."""
    SIGNER_MALFORMED = "signer-malformed"
    SIGNER_REVOKED = "signer-revoked"
    CRL_OUTDATED = "crl-outdated"
    """A remark on a check that passed: the newest revocation list is older than it should be."""

    # whether the chip is the one that was issued
    PENDING = "pending"
    """The chip will be asked for its proof, but was not yet."""
    NOT_OFFERED = "not-offered"
    """No signed file says that the chip can prove itself so."""
    DG14_MISSING = "dg14-missing"
    DG15_MISSING = "dg15-missing"
    CARD_SECURITY_MISSING = "card-security-missing"
    DG14_MALFORMED = "dg14-malformed"
    DG15_MALFORMED = "dg15-malformed"
    CARD_SECURITY_MALFORMED = "card-security-malformed"
    CHIP_REFUSED = "chip-refused"
    """It does not do what the signed files say that it does."""
    CHIP_KEY_WRONG = "chip-key-wrong"
    """It does not have the private key that belongs to the signed one: the files are another chip's."""
    CHIP_SIGNATURE_INVALID = "chip-signature-invalid"
    """The same, by its signature."""
    LENGTH_REFUSED = "length-refused"
    """Card or reader do not take commands as long as the proof needs."""
    UNSUPPORTED_GROUP = "unsupported-group"

    def of_file(self, name: str) -> str:
        """This reason about one file."""
        return f"{self.value}-{name.lower()}"


_OF_FILE = re.compile(r"(?P<reason>.+)-(?P<file>dg\d{1,2}|com|sod)")


def tell(check: Check, language: Language) -> str:
    """The reason of a check as a sentence for the staff; empty where there is none.

    Raises:
        KeyError: a reason outside the list. A programming error, found by tests.
    """
    if not check.reason:
        return ""
    if found := _OF_FILE.fullmatch(check.reason):
        return say(f"evidence.reason.{found['reason']}", language, file=found["file"].upper())
    return say(f"evidence.reason.{check.reason}", language)
