"""The insurance gateway: configured, and reachable as far as one can know without a login."""

import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from kiosk.app import desk
from kiosk.app.doctor.finding import Finding, Health
from kiosk.settings import LookupSettings, Settings

_PORTS = {"https": 443, "http": 80}


def examine_gateway(settings: Settings) -> Finding:
    """Connects, with TLS where the address says so, and hangs up: the account is never spent on a check.

    Raises:
        KioskError: LOOKUP_NOT_CONFIGURED, SETTINGS_INVALID, KEYSTORE_….
    """
    with desk.gateway_of(settings, desk.secrets_of(settings)):
        pass  # made to hear what is missing; it contacts nobody by itself
    lookup = settings.lookup
    address = urlsplit(lookup.base_url)
    host, told = address.hostname or "", f"{address.scheme}://{address.hostname}"
    ca_file = str(settings.path(lookup.ca_file)) if lookup.ca_file else DEFAULT_CA_BUNDLE_PATH
    try:
        _connect(lookup, ca_file)
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or ""
        return Finding(Health.BAD, f"{told}: TLS {reason}".rstrip(), "command.doctor.cure.gateway-tls")
    except OSError as error:
        reason = "TimeoutError" if isinstance(error, TimeoutError) else error.strerror or type(error).__name__
        return Finding(Health.BAD, f"{told}: {reason}", "command.doctor.cure.gateway")
    if address.scheme == "http" and not _is_here(host):
        return Finding(Health.ATTENTION, told, "command.doctor.cure.gateway-plain")
    return Finding(Health.GOOD, told)


def _connect(lookup: LookupSettings, ca_file: str) -> None:
    """Raises: OSError."""
    address = urlsplit(lookup.proxy or lookup.base_url)
    host, port = address.hostname or "", address.port or _PORTS.get(address.scheme, 80)
    with socket.create_connection((host, port), lookup.connect_timeout_s) as line:
        if address.scheme == "https":
            line.settimeout(lookup.read_timeout_s)
            with ssl.create_default_context(cafile=ca_file).wrap_socket(line, server_hostname=host):
                return


def _is_here(host: str) -> bool:
    """Whether what is sent there does not leave this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
