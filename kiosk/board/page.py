"""The board as a web page for a television: one page without anything to press, drawn anew every two seconds."""

from html import escape

from kiosk.board.shown import BoardShown, called
from kiosk.checkin.clinic import Clinic
from kiosk.checkin.queue.entry import BoardTicket, RoomBoard
from kiosk.text import Language, say

REFRESH_S = 2

_STYLE = """
*{box-sizing:border-box;margin:0}
body{background:#F6F8F7;color:#10202B;font:600 3.2vmin/1.42 Inter,"Noto Sans","Segoe UI",sans-serif;
font-feature-settings:"tnum";padding:3vmin 4vmin}
header{display:flex;justify-content:space-between;align-items:baseline;border-bottom:.4vmin solid #005A4F;
padding-bottom:2vmin;margin-bottom:2vmin}
h1{font-size:4vmin;color:#005A4F}
table{width:100%;border-collapse:collapse}
th{text-align:left;font-weight:400;color:#3F515C;padding:0 2vmin 1vmin 0}
td{border-top:.2vmin solid #D5DDDA;padding:1.2vmin 2vmin 1.2vmin 0;vertical-align:middle}
.room{font-size:4.2vmin}.place{display:block;font-weight:400;font-size:2.6vmin;color:#3F515C}
.now{font-size:8vmin;font-weight:700;color:#005A4F;line-height:1.1;white-space:nowrap}
.name{display:block;font-size:2.6vmin;font-weight:400;color:#3F515C}
.next{font-size:4.2vmin}.next span{display:inline-block;margin-right:2.4vmin}
.wait{text-align:right;color:#3F515C;font-weight:400}
.stale{background:#FFF3DC;color:#7A4100;padding:1.2vmin 2vmin;border-radius:1vmin;margin-bottom:2vmin}
@media (prefers-contrast:more){body{background:#000;color:#fff}.now,h1{color:#FFE14D}th,.place,.name,.wait{color:#fff}}
"""


def page(board: BoardShown, clinic: Clinic, language: Language, nonce: str) -> str:
    """The whole page; `nonce` is the style's, so that nothing else on it may run or be styled."""

    def told(key: str, **values: object) -> str:
        return escape(say(f"board.{key}", language, **values))

    rows = "".join(_row(room, language) for room in board.rooms)
    heads = "".join(f"<th scope=col>{told(key)}</th>" for key in ("room", "called", "coming", "waiting"))
    stale = f"<p class=stale role=status>{told('stale', time=f'{board.at:%H:%M}')}</p>" if board.is_stale else ""
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    nobody, name = f"<p>{told('nobody')}</p>", escape(clinic.name[language])
    return (
        f"<!doctype html><html lang={language.value}><head><meta charset=utf-8>"
        f"<meta http-equiv=refresh content={REFRESH_S}><meta name=viewport content='width=device-width'>"
        f"<title>{told('title')}</title><style nonce='{nonce}'>{_STYLE}</style></head>"
        f"<body><header><h1>{name}</h1><span>{board.at:%H:%M}</span></header>{stale}"
        f"{table if board.rooms else nobody}</body></html>"
    )


def _row(room: RoomBoard, language: Language) -> str:
    name, place = escape(room.room.name[language]), escape(room.room.place[language])
    now = "".join(_ticket(ticket) for ticket in called(room)[:2]) or "–"
    coming = "".join(f"<span>{escape(ticket.ticket)}</span>" for ticket in room.coming)
    return (
        f"<tr><td class=room>{name}<span class=place>{place}</span></td><td class=now>{now}</td>"
        f"<td class=next>{coming}</td><td class=wait>{room.waiting}</td></tr>"
    )


def _ticket(ticket: BoardTicket) -> str:
    name = f"<span class=name>{escape(ticket.name)}</span>" if ticket.name else ""
    return f"<div>{escape(ticket.ticket)}{name}</div>"
