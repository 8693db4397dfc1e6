"""The desk: the editor's page at `/` and its own files under `/desk/`. It holds no text and computes nothing.

Everything that an editor sees is made in the browser from the answers of `/v1`, as text nodes only; the
content security policy below allows no inline script, no inline style and no other host.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_from_directory

blueprint = Blueprint("desk", __name__, template_folder="templates")

# Named here and not guessed from the machine's table: a wrong type with `nosniff` would stop the modules.
_TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@blueprint.get("/")
def page() -> str:
    """The page itself, in Chinese."""
    return render_template("desk.html")


@blueprint.get("/desk/<name>")
def asset(name: str) -> Response:
    """One static file; browsers ask each time whether it has changed, so that a new release shows at once."""
    mimetype = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    response = send_from_directory(f"{blueprint.root_path}/static", name, mimetype=mimetype, max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.after_request
def harden(response: Response) -> Response:
    """Say what the page may load: its own files, its own service, nothing else."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
