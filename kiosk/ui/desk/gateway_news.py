"""How the insurance service answered last, for the window's lower edge. No Qt."""

from dataclasses import dataclass

from kiosk.lookup.answer import Answer, CardAnswer, ServiceTrouble
from kiosk.ui.desk.told_insurance import seconds_of


@dataclass(frozen=True, slots=True)
class GatewayNews:
    """How the last lookup went; `took_s` None: nobody was asked yet."""

    took_s: float | None = None
    is_trouble: bool = False


def news_of(answer: Answer | None, before: GatewayNews) -> GatewayNews:
    """How the lookup went that `answer` came of; as before where nobody was asked."""
    match answer:
        case CardAnswer(receipts=receipts):
            return GatewayNews(seconds_of(receipts) or before.took_s or 0.0)
        case ServiceTrouble(receipts=receipts):
            return GatewayNews(seconds_of(receipts), is_trouble=True)
    return before
