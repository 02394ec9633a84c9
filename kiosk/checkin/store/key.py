"""Which key a database's file has on this machine."""

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kiosk.checkin.store.cipher import is_plain, store_key
from kiosk.checkin.store.key_check import key_is_missing
from kiosk.checkin.store.place import Place
from kiosk.checkin.store.soundness import named_file_errors
from kiosk.checkin.store.sqlite import file_of
from kiosk.keystore import Keystore, data_key

_ALONE_WAIT_S = 30.0


def key_of_file(url: str, keystore: Keystore) -> bytes | None:
    """The file's key, derived from the data key; None: it is no file's address.

    A data key is made where there is neither one nor anything that an earlier one closed.

    Raises:
        KioskError: KEY_WRONG: something encrypted is there and no key; KEYSTORE_UNAVAILABLE, KEYSTORE_EXPOSED;
            SETTINGS_INVALID; STORE_…: a folder stands there, or its folder takes nothing.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None  # whoever opens it says so
    if parsed.get_backend_name() != "sqlite":
        return None
    place = Place(file_of(parsed))
    kept = data_key(keystore)
    with named_file_errors(None):
        if kept is None and not _holds_something_closed(place):
            with place.alone(wait_s=_ALONE_WAIT_S):
                # Of two kiosks that start for the first time together one makes the key and the other finds it.
                kept = data_key(keystore, create=not _holds_something_closed(place))
    if kept is None:
        raise key_is_missing("the keystore has no data key")
    return store_key(kept)


def _holds_something_closed(place: Place) -> bool:
    return place.key_check.exists() or not (place.is_empty or is_plain(place.file))
