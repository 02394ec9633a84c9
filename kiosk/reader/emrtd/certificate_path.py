"""From a document signer to a country signer that the clinic trusts [ICAO 9303-12 §4, §7; RFC 5280 §6].

The shell model holds: every certificate of the path must be valid on the day of the reading. What is out of date
proves nothing and accuses nobody; what is withdrawn or wrongly signed fails.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice

from cryptography import x509

from kiosk.reader.document import Check, Outcome
from kiosk.reader.emrtd.certificates import (
    MALFORMED,
    authority_key_identifier,
    in_key_period,
    key_identifier,
    may_sign_documents,
    noon,
    plain_name,
    subject_of,
)
from kiosk.reader.emrtd.signatures import UnsupportedError, public_key, verify_certificate
from kiosk.reader.emrtd.trust_anchors import TrustAnchors, is_outdated
from kiosk.reader.reason import Reason

_MOST_LINKS = 8
_MOST_PATHS = 32
_MOST_SIGNATURES = 256
_SEVERITY = {Outcome.PASSED: 0, Outcome.NOT_RUN: 1, Outcome.FAILED: 2}
Path = tuple[x509.Certificate, ...]


def check_issuer(signer: x509.Certificate, anchors: TrustAnchors, on: date) -> Check:
    """Whether a known country signer stands behind the document signer on this day."""
    try:
        return _check(signer, anchors, on)
    except MALFORMED:
        return Check(Outcome.FAILED, Reason.SIGNER_MALFORMED)


def _check(signer: x509.Certificate, anchors: TrustAnchors, on: date) -> Check:
    search = _Search(anchors)
    paths = list(islice(search.paths(signer), _MOST_PATHS))
    if not paths:
        return search.why_none(signer)
    if _is_revoked(signer, anchors):
        return Check(Outcome.FAILED, Reason.SIGNER_REVOKED)
    checks = [_check_path(signer, path, anchors, on) for path in paths]
    return min(checks, key=lambda check: (_SEVERITY[check.outcome], bool(check.reason)))


class _Search:
    """Looks for the certificates whose keys signed one another, up to one that signed itself.

    A folder may hold certificates that all signed each other: the search ends after so many signatures.
    """

    def __init__(self, anchors: TrustAnchors) -> None:
        self._anchors = anchors
        self._signatures_left = _MOST_SIGNATURES
        self._not_signed_by_it = False
        self._unsupported: UnsupportedError | None = None
        self._open_end = False

    def paths(self, certificate: x509.Certificate, behind: Path = ()) -> Iterator[Path]:
        """Each path from the certificate's issuer to an anchor that signed itself."""
        if len(behind) == _MOST_LINKS:
            return
        issuers = [one for one in self._issuers(certificate) if one not in behind and self._signed(certificate, one)]
        for issuer in issuers:
            path = (*behind, issuer)
            if plain_name(issuer.issuer) == subject_of(issuer) and self._signed(issuer, issuer):
                yield path
            else:
                yield from self.paths(issuer, path)
        if behind and not issuers:
            self._open_end = True

    def why_none(self, signer: x509.Certificate) -> Check:
        """What kept the search from finding a path."""
        if self._unsupported is not None:
            return Check(Outcome.NOT_RUN, f"unsupported-{str(self._unsupported).replace(' ', '-')}")
        if self._open_end:
            return Check(Outcome.NOT_RUN, Reason.ISSUER_LINK_INCOMPLETE)
        if self._not_signed_by_it:
            return Check(Outcome.FAILED, Reason.ISSUER_SIGNATURE_INVALID)
        known = self._anchors.named(plain_name(signer.issuer))
        return Check(Outcome.NOT_RUN, Reason.ISSUER_KEY_UNKNOWN if known else Reason.ISSUER_UNKNOWN)

    def _issuers(self, certificate: x509.Certificate) -> tuple[x509.Certificate, ...]:
        """By key identifier where both sides have one: names stay when a country takes a new key, and some change."""
        identifier = authority_key_identifier(certificate)
        named = self._anchors.named(plain_name(certificate.issuer))
        if identifier is None:
            return named
        return self._anchors.with_key(identifier) + tuple(one for one in named if key_identifier(one) is None)

    def _signed(self, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
        if self._signatures_left == 0:
            return False
        self._signatures_left -= 1
        try:
            signed = verify_certificate(certificate, public_key(issuer))
        except UnsupportedError as error:
            self._unsupported = error
            return False
        if not signed and certificate is not issuer:
            self._not_signed_by_it = True
        return signed


def _check_path(signer: x509.Certificate, path: Path, anchors: TrustAnchors, on: date) -> Check:
    below = signer
    for issuer in path:
        if _is_revoked(issuer, anchors):
            return Check(Outcome.FAILED, Reason.ISSUER_REVOKED)
        if not issuer.not_valid_before_utc <= below.not_valid_before_utc <= issuer.not_valid_after_utc:
            return Check(Outcome.FAILED, Reason.ISSUER_NOT_VALID_THEN)
        below = issuer
    if not may_sign_documents(signer):
        return Check(Outcome.NOT_RUN, Reason.SIGNER_NOT_ALLOWED)
    below = signer
    for issuer in path:
        if not in_key_period(issuer, below.not_valid_before_utc):
            return Check(Outcome.NOT_RUN, Reason.ISSUER_KEY_PERIOD)
        below = issuer
    if out_of_date := _out_of_date(signer, path, on):
        return Check(Outcome.NOT_RUN, out_of_date)
    newest = anchors.revocations_about(signer)[:1]
    return Check(Outcome.PASSED, Reason.CRL_OUTDATED if newest and is_outdated(newest[0], on) else "")


def _out_of_date(signer: x509.Certificate, path: Path, on: date) -> Reason | None:
    today = noon(on)
    for certificate, expired, early in (
        (signer, Reason.SIGNER_EXPIRED, Reason.SIGNER_NOT_YET_VALID),
        *((issuer, Reason.ISSUER_EXPIRED, Reason.ISSUER_NOT_YET_VALID) for issuer in path),
    ):
        if today > certificate.not_valid_after_utc:
            return expired
        if today < certificate.not_valid_before_utc:
            return early
    return None


def _is_revoked(certificate: x509.Certificate, anchors: TrustAnchors) -> bool:
    lists = anchors.revocations_about(certificate)
    return any(crl.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None for crl in lists)
