"""What an earlier answer about the same person is worth while the service cannot be asked."""

from datetime import date
from zoneinfo import ZoneInfo

from kiosk.eligibility.card_rules import card_in_use
from kiosk.eligibility.decision import Grade
from kiosk.eligibility.finding import covers
from kiosk.eligibility.law.tables import Law
from kiosk.eligibility.person_rules import differences
from kiosk.eligibility.result_codes import USABLE_CODES
from kiosk.identity.person import Identity
from kiosk.lookup.answer import CardAnswer

_VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def last_verified(identity: Identity, earlier: CardAnswer, today: date, law: Law) -> date | None:
    """The day on which the card that would count today was last verified for this very person.

    None: the answer is too old, of the future, of another person, or its card does not reach today. It never verifies
    anything: it only helps staff who must decide without the service.
    """
    day = earlier.checked_at.astimezone(_VIETNAM).date()
    if not 0 <= (today - day).days <= law.earlier_answer_days:
        return None
    if earlier.code not in USABLE_CODES or earlier.card is None:
        return None
    card = card_in_use(earlier.code, earlier.card, today)
    if not covers(card.valid_from, card.valid_to, today):
        return None
    same = all(difference.grade is Grade.NOTABLE for difference in differences(identity, earlier.card))
    return day if same else None
