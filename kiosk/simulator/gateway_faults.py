"""What can be wrong with the gateway, on request."""

FAULTS = {
    "slow": "each lookup takes three seconds",
    "timeout": "lookups are taken and never answered",
    "drip": "the reply comes byte by byte, without end",
    "down": "connections are closed without an answer, logins too",
    "http-500": "lookups end in HTTP 500 with an error page",
    "html": "HTTP 200 with a web page, as a captive portal sends it",
    "garbage": "HTTP 200 with bytes that are no text",
    "empty": "HTTP 200 with nothing in it",
    "unauthorized": "every token is refused: HTTP 401 with an empty body",
    "token-lost": "the service forgets all tokens once",
    "locked": "logins answer that the account is locked (403)",
    "wrong-account": "logins answer that the account is wrong (401)",
    "rate-limit": "lookups end in HTTP 429 with Retry-After: 30",
    "unknown-code": "lookups answer with a result code that nobody knows",
    "missing-fields": "lookups answer 000 and nothing else",
}
"""Name -> what it does. Faults concern lookups; logins go on working unless said otherwise."""
