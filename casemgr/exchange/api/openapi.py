"""The published description of the interface (OpenAPI 3.1), made from the doors themselves."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app
from flask_smorest import Api

from casemgr.access.desk import Desk
from casemgr.exchange.api.door import Answer, ApiRoom
from casemgr.exchange.api.schemas import DescriptionSchema, ProblemSchema
from casemgr.intake.schemas import PLACE_OF_INCIDENT
from casemgr.web.room import PUBLIC

TITLE, VERSION, OPENAPI = "casemgr", "1.0", "3.1.0"
_PLACE = "casemgr-api"  # where the application keeps the description
_ABOUT = """Interface for machines: a hotline sends referrals and follows them, a statistics system reads numbers.

Every request but the public ones is signed with HTTP Message Signatures (RFC 9421): label `sig1`; covered components
`"@method" "@path"`, `"@query"` when there is a query, `"content-digest" "content-type"` when there is a body; parameters
`created`, `nonce` (used once), `keyid` (the client's name), `alg` (`hmac-sha256` or `ed25519`). `Content-Digest` is
sha-256 (RFC 9530). A signature holds for 300 seconds before and after its time.
"""
_SIGNATURE = {
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature",
        "description": "RFC 9421, label sig1.",
    },
    "signatureInput": {
        "type": "apiKey",
        "in": "header",
        "name": "Signature-Input",
        "description": "RFC 9421, label sig1.",
    },
}


class Description(Api):  # type: ignore[misc]
    """Gathers the description; the errors of the interface and its commands are our own."""

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave every error to the house."""


room = ApiRoom("description", __name__, url_prefix="/api/v1", description="The description of the interface.")


@room.get("/openapi.json", needs=PUBLIC, gives={200: DescriptionSchema})
def openapi(desk: Desk) -> Answer:
    """This description."""
    return Answer(current_app.extensions[_PLACE])


def describe(app: Flask, rooms: Sequence[ApiRoom]) -> None:
    """Put the rooms into the application, and keep their description."""
    about = {"title": TITLE, "version": VERSION, "openapi_version": OPENAPI, "info": {"description": _ABOUT}}
    api = Description(app, spec_kwargs={**about, "servers": [{"url": "/"}]})
    app.cli.commands.pop("openapi", None)
    for name, scheme in _SIGNATURE.items():
        api.spec.components.security_scheme(name, scheme)
    for each in (*rooms, room):
        api.register_blueprint(each)
    found: dict[str, Any] = api.spec.to_dict()
    told = [{"required": [name], "properties": {name: {"type": "string"}}} for name in PLACE_OF_INCIDENT]
    found["components"]["schemas"]["Incident"]["anyOf"] = told
    app.extensions[_PLACE] = found
