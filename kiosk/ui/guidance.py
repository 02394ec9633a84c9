"""What each page says aloud to whoever wished for it: title, sentence, choices; nothing of the person.

A hall hears it too. So no name, number, age, chosen service, verdict or amount is spoken; the ticket only after "Đọc
số của tôi".
"""

from typing import Protocol, assert_never

from kiosk.checkin.clinic import Clinic
from kiosk.checkin.record import CheckIn
from kiosk.text import Language, say
from kiosk.text.spoken import spoken_ticket
from kiosk.ui.shelf import Group, Shelf, entries_of, tiles_on
from kiosk.workflow.state import (
    AskingCard,
    AskingKey,
    AskingPriority,
    Assistance,
    Choosing,
    Confirming,
    Done,
    Failed,
    Found,
    Issuing,
    Reading,
    ScanningCode,
    State,
    TypingBirthDate,
    TypingNumber,
    Waiting,
)


class Voice(Protocol):
    """Who says sentences: `Speech`, where this computer has a voice."""

    def speaks(self, language: Language) -> bool:
        """Whether there is a voice of this language."""
        ...

    def say(self, sentence: str, language: Language) -> bool:
        """Says it after those that wait."""
        ...

    def say_now(self, sentence: str, language: Language) -> bool:
        """Says it instead of them."""
        ...

    def hush(self) -> None:
        """Silence."""
        ...


class Guidance:
    """Says pages, where there is a voice of the language; each page is said once, and the next one cuts it short."""

    def __init__(self, speech: Voice | None, clinic: Clinic) -> None:
        self._speech, self._clinic = speech, clinic
        self._said: tuple[str, ...] = ()

    def speaks(self, language: Language) -> bool:
        """Whether there is a voice of `language`."""
        return self._speech is not None and self._speech.speaks(language)

    def turned(self, language: Language, *, on: bool) -> None:
        """Somebody turned it on, or off."""
        if on and self._speech is not None:
            said, self._said = self._said, ()
            self._speech.say_now(say("screen.voice.on", language), language)
            for sentence in said:
                self._speech.say(sentence, language)
            self._said = said

    def tell(self, state: State, shelf: Shelf, language: Language) -> None:
        """Says a page, unless it is the one that was said last."""
        sentences = told_of(state, shelf, language)
        if self._speech is None or sentences == self._said:
            return
        self._said = sentences
        self._speech.hush()
        for sentence in sentences:
            self._speech.say(sentence, language)

    def read_number(self, check_in: CheckIn, language: Language) -> None:
        """Says a ticket and the way, because its owner asked for it."""
        if self._speech is not None:
            self._speech.say_now(number_of(check_in, language), language)

    def hush(self) -> None:
        """Silence, and nothing remembered."""
        self._said = ()
        if self._speech is not None:
            self._speech.hush()


def number_of(check_in: CheckIn, language: Language) -> str:
    """The ticket letter by letter, the room and the way."""
    room = check_in.room
    ticket = spoken_ticket(check_in.ticket, language)
    return say("screen.voice.number", language, ticket=ticket, room=room.name[language], place=room.place[language])


def told_of(state: State, shelf: Shelf, language: Language) -> tuple[str, ...]:
    """What is said of a page, sentence by sentence."""

    def screen(*keys: str) -> list[str]:
        return [sentence for key in keys if (sentence := say(f"screen.{key}", language))]

    def choices(*keys: str) -> list[str]:
        return choose(*screen(*(f"button.{key}" for key in keys)))

    def choose(*words: str) -> list[str]:
        return [say("screen.voice.choices", language, choices="; ".join(words))]

    match state:
        case Waiting():
            ways = screen("waiting.scan", "waiting.type")
            told = [*screen("waiting.title", "waiting.card", "waiting.card_sentence"), *choose(*ways)]
        case TypingNumber(unreadable, _, born):
            sentence = f"typing.{'unreadable' if unreadable else 'unlike' if born else 'sentence'}"
            told = [*screen("typing.title", sentence, "voice.key"), *choices("go_on", "back")]
        case TypingBirthDate(_, year_only, unlike, unreadable):
            sentence = f"typing_birth_date.{'unreadable' if unreadable else 'unlike' if unlike else 'sentence'}"
            title = f"typing_birth_date.{'title_year' if year_only else 'title'}"
            other = "whole_date" if year_only else "year_only"
            told = screen(title, sentence, "voice.key")
            told += choices("go_on", "correct_number" if unlike else other, "no_birth_date", "back")
        case ScanningCode(unreadable):
            told = [*screen("scanning.title", f"scanning.{'unreadable' if unreadable else 'sentence'}")]
            told += choices("back")
        case AskingCard(unreadable):
            sentence = f"asking_card.{'unreadable' if unreadable else 'sentence'}"
            told = [*screen("asking_card.title", sentence), *choices("no_card", "back")]
        case AskingKey(wrong, tries):
            said = [say("screen.asking_key.wrong", language, tries=tries)] if wrong else []
            told = [*said, *screen("asking_key.title", "asking_key.scan", "asking_key.digits"), *choices("back")]
        case Reading():
            told = screen("reading.title", "reading.hint")
        case Found(_, reading, _, decision):
            if reading or decision is None:
                told = screen("found.wait_card" if reading else "found.asking_sentence")
            else:
                told = [*screen("voice.found"), *choices("go_on_yes", "not_me")]
        case Choosing():
            names = [
                entry.department.name[language] if isinstance(entry, Group) else entry.service.name[language]
                for entry in tiles_on(state.offers, shelf)
            ]
            grouped = any(isinstance(entry, Group) for entry in entries_of(state.offers, shelf.department))
            told = screen("choosing.title", f"choosing.{'departments' if grouped else 'sentence'}") + choose(*names)
        case Confirming(reasons=reasons):
            first = ["go_first"] if reasons else []
            told = [*screen("confirming.title"), say("notice.short", language)]
            told += choices("take_number", *first, "more", "back")
        case AskingPriority(reasons=reasons):
            told = screen("asking_priority.title", "asking_priority.sentence")
            told += choose(*screen(*(f"asking_priority.{reason.value}" for reason in reasons), "button.back"))
        case Issuing():
            told = screen("issuing.title", "issuing.sentence")
        case Done():
            told = [*screen("voice.done", "done.take"), *choices("read_number", "finish")]
        case Failed(code):
            keys = (f"failure.{code.value}.patient", f"failure.{code.value}.patient_do")
            told = [*(say(key, language) for key in keys), *choices("try_again")]
        case Assistance():
            told = screen("assistance.title", "assistance.sentence")
        case _:
            assert_never(state)
    return tuple(told)
