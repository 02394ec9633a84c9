"""What certificates say about themselves, in a form that can be compared [ICAO 9303-12 §7]."""

from datetime import UTC, date, datetime, time
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

# A certificate is parsed part by part when it is asked; each part may turn out to be broken.
MALFORMED = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
PlainName = tuple[tuple[str, str], ...]
_MOST_REMEMBERED = 4096


def plain_name(name: x509.Name) -> PlainName:
    """A name to compare: countries write it in other string types and cases from one certificate to the next."""
    return tuple((part.oid.dotted_string, " ".join(str(part.value).split()).casefold()) for part in name)


@lru_cache(_MOST_REMEMBERED)
def subject_of(certificate: x509.Certificate) -> PlainName:
    """Its subject, to compare."""
    return plain_name(certificate.subject)


@lru_cache(_MOST_REMEMBERED)
def key_identifier(certificate: x509.Certificate) -> bytes | None:
    """Its own key's identifier."""
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None


def authority_key_identifier(signed: x509.Certificate | x509.CertificateRevocationList) -> bytes | None:
    """The identifier of the key that signed it."""
    try:
        return signed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return None


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may sign other certificates."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def may_sign_documents(certificate: x509.Certificate) -> bool:
    """Whether it may be a document signer's: not an authority's, and for no other purpose [ICAO 9303-12 §7.1.1]."""
    extensions = certificate.extensions
    try:
        signs = extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        signs = True
    # Signers of master lists, of visa stickers' codes and of other things have an extended usage, documents' have none.
    special = any(isinstance(extension.value, x509.ExtendedKeyUsage) for extension in extensions)
    return signs and not special and not is_authority(certificate)


def organization(name: x509.Name) -> str:
    """The organization in a name; empty without one."""
    return next((str(part.value) for part in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)), "")


def in_key_period(certificate: x509.Certificate, moment: datetime) -> bool:
    """Whether its private key was to be used then; True where it says nothing [ICAO 9303-12 §7.1.1]."""
    try:
        period = certificate.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value
    except x509.ExtensionNotFound:
        return True
    begins, ends = (_aware(limit) for limit in (period.not_before, period.not_after))
    return (begins is None or begins <= moment) and (ends is None or moment <= ends)


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def noon(day: date) -> datetime:
    """A moment that stands for a day: clocks of desks and of signers differ by hours, not by days."""
    return datetime.combine(day, time(12), UTC)
