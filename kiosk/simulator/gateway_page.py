"""The page that steers the gateway sandbox during a demonstration: one file of HTML, nothing loaded from elsewhere."""

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape

from kiosk.simulator.gateway_counts import Counts
from kiosk.simulator.gateway_faults import FAULTS
from kiosk.text import Language, say

GROUPS = {
    "time": ("slow", "jitter", "timeout", "drip", "login-slow"),
    "line": ("down", "reset-before", "reset-after", "cut", "hang-up"),
    "http": ("http-400", "http-500", "http-503", "burst", "rate-limit", "rate-limit-date", "login-500"),
    "body": (
        *("html", "portal", "redirect", "login-html", "garbage", "empty"),
        *("huge", "deep", "unknown-code", "missing-fields"),
    ),
    "account": ("unauthorized", "token-lost", "locked", "wrong-account", "wrong-facility", "restricted"),
}
"""The faults as the page groups them."""

_COLUMNS = ("at", "kind", "status", "code", "handled_ms", "fault")
_KINDS = ("login", "lookup", "history", "copay")

_STYLE = """
:root{color-scheme:light;font:16px/1.45 "Noto Sans","Segoe UI",sans-serif;color:#1a2b33;background:#f4f6f7}
body{margin:0 auto;max-width:96rem;padding:1rem 1.2rem}
header{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem;align-items:baseline}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:1.6rem 0 .5rem}h3{font-size:.95rem;margin:.9rem 0 .3rem}
header a{margin-left:auto}p{margin:.3rem 0;color:#44565f}
#now{display:flex;gap:.8rem;align-items:center;margin:1rem 0;padding:.7rem 1rem;border-radius:.5rem;background:#dff1e5}
#now.wrong{background:#fbe3da}#now b{font-size:1.15rem}
button,input{font:inherit;border:1px solid #8fa3ad;border-radius:.4rem;padding:.35rem .7rem}
button,input{background:#fff;color:inherit}
button{cursor:pointer;text-align:left}button:hover{background:#e8eff2}
button:focus-visible,input:focus-visible{outline:3px solid #1d6fa5;outline-offset:1px}
button[aria-pressed=true]{background:#9a3412;border-color:#9a3412;color:#fff}
#normal{border-color:#1f7a44;font-weight:600}input{width:6rem}
@media(min-width:70rem){main{display:grid;grid-template-columns:3fr 2fr;gap:0 1.6rem}h2{margin-top:.6rem}}
.faults{display:grid;grid-template-columns:repeat(auto-fill,minmax(12.5rem,1fr));gap:.35rem}
.faults small{display:block;opacity:.75;font-family:monospace}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr));gap:.4rem;margin:0}
dl div{background:#fff;border-radius:.4rem;padding:.45rem .7rem}dt{font-size:.85rem;color:#44565f}
dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;background:#fff;border-radius:.4rem}
th,td{text-align:left;padding:.25rem .7rem;font-variant-numeric:tabular-nums}
th{font-size:.85rem;color:#44565f}tr+tr td,thead+tbody td{border-top:1px solid #e2e8eb}
"""

_SCRIPT = """
"use strict";
const words = JSON.parse(document.getElementById("words").textContent);
const at = id => document.getElementById(id);
async function post(path, fields) {
  const how = {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(fields)};
  const reply = await fetch(path, how);
  at("amount").setCustomValidity(reply.ok ? "" : words.invalid);
  at("amount").reportValidity();
  await show();
}
async function show() {
  let state;
  try {
    state = await (await fetch("/simulator/state")).json();
  } catch {
    at("fault").textContent = words.unreachable;
    at("now").className = "wrong";
    return;
  }
  const name = state.fault.split(":")[0];
  at("fault").textContent = state.fault ? state.fault + ": " + words.faults[name] : words.none;
  at("locked").hidden = !state.locked;
  at("now").className = state.fault || state.locked ? "wrong" : "";
  for (const button of document.querySelectorAll("[data-fault]"))
    button.setAttribute("aria-pressed", String(button.dataset.fault === name));
  for (const count of words.counts) at("count-" + count).textContent = state[count];
  at("median").textContent = state.handled_ms.median;
  at("recent").replaceChildren(...state.recent.map(asked => {
    const row = document.createElement("tr");
    for (const column of words.columns) {
      const cell = document.createElement("td");
      cell.textContent = column === "kind" ? words.kinds[asked.kind] : asked[column] || "";
      row.append(cell);
    }
    return row;
  }));
}
document.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.id === "reset") return post("/simulator/reset", {});
  const amount = at("amount").value.trim();
  const takes = button.dataset.takes && amount;
  post("/simulator/fault", {fault: takes ? button.dataset.fault + ":" + amount : button.dataset.fault});
});
show();
setInterval(show, 1000);
"""


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


PAGE_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; connect-src 'self'; style-src 'sha256-{_digest(_STYLE)}'; "
        f"script-src 'sha256-{_digest(_SCRIPT)}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
"""Only the page's own style and script run, and only the sandbox is asked."""


@cache
def steering_page(language: Language) -> bytes:
    """The page in one language: what is wrong now, a button for each fault, counts, the last requests."""

    def told(key: str) -> str:
        return escape(say(f"command.sandbox.{key}", language))

    counts = list(Counts.__dataclass_fields__)
    words = {
        "none": say("command.sandbox.none", language),
        "unreachable": say("command.sandbox.unreachable", language),
        "invalid": say("command.sandbox.invalid", language),
        "faults": {name: say(f"command.sandbox.fault.{name}", language) for name in FAULTS},
        "kinds": {kind: say(f"command.sandbox.kind.{kind}", language) for kind in _KINDS},
        "counts": counts,
        "columns": _COLUMNS,
    }
    groups = "".join(
        f'<h3>{told(f"group.{group}")}</h3><div class="faults">'
        + "".join(
            f'<button type="button" data-fault="{name}" data-takes="{FAULTS[name]}" aria-pressed="false">'
            f"{told(f'fault.{name}')}<small>{name}</small></button>"
            for name in names
        )
        + "</div>"
        for group, names in GROUPS.items()
    )
    numbers = "".join(f'<div><dt>{told(f"count.{count}")}</dt><dd id="count-{count}">0</dd></div>' for count in counts)
    other = Language.VI if language is Language.EN else Language.EN
    # What follows "<" ends a script, whatever kind it is of.
    data = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    page = f"""<!doctype html>
<html lang="{language.value}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{told("title")}</title><style>{_STYLE}</style>
<header><h1>{told("title")}</h1>
<a href="/?lang={other.value}" lang="{other.value}">{told("other-language")}</a></header>
<p>{told("note")}</p>
<div id="now" role="status"><span>{told("in-force")}</span><b id="fault">…</b>
<b id="locked" hidden>{told("locked")}</b></div>
<main><section>
<button type="button" id="normal" data-fault="" data-takes="" aria-pressed="false">{told("none")}</button>
<label>{told("amount")} <input id="amount" inputmode="decimal" autocomplete="off" maxlength="6"></label>
{groups}
</section><section>
<h2>{told("counts")}</h2>
<dl>{numbers}<div><dt>{told("median")}</dt><dd id="median">0</dd></div></dl>
<p><button type="button" id="reset">{told("reset")}</button></p>
<h2>{told("recent")}</h2>
<table><thead><tr>{"".join(f'<th scope="col">{told(f"column.{column}")}</th>' for column in _COLUMNS)}</tr></thead>
<tbody id="recent"></tbody></table>
</section></main>
<script type="application/json" id="words">{data}</script><script>{_SCRIPT}</script>
</html>
"""
    return page.encode()
