"""The options with which each Kafka client finds the broker and names itself there."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

from schemas.errors import GuardstreamError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from streams.settings import Settings


def confluent_options(settings: Settings) -> dict[str, Any]:
    """Return the connection's part of a confluent-kafka configuration; unset settings are left out."""
    options: dict[str, Any] = {
        "bootstrap.servers": settings.bootstrap_servers,
        "security.protocol": settings.security_protocol,
        "sasl.mechanism": settings.sasl_mechanism,
        "sasl.username": settings.sasl_username,
        "sasl.password": _plain(settings.sasl_password),
        "ssl.ca.location": _text(settings.ssl_cafile),
        "ssl.certificate.location": _text(settings.ssl_certfile),
        "ssl.key.location": _text(settings.ssl_keyfile or settings.ssl_certfile),
        "ssl.key.password": _plain(settings.ssl_key_password),
    }
    return {name: value for name, value in options.items() if value is not None}


def kafka_python_options(settings: Settings) -> dict[str, Any]:
    """Return the connection's part of the keyword arguments of kafka-python's clients; unset settings are left out."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers.split(","),
        "security_protocol": settings.security_protocol,
        "sasl_mechanism": settings.sasl_mechanism,
        "sasl_plain_username": settings.sasl_username,
        "sasl_plain_password": _plain(settings.sasl_password),
        "ssl_context": ssl_context(settings),
    }
    return {name: value for name, value in options.items() if value is not None}


def ssl_context(settings: Settings) -> ssl.SSLContext | None:
    """Return the TLS context for a client, which checks the broker's certificate and name; None without TLS.

    Without a CA file the system's are trusted. Raises GuardstreamError for a file that holds no such thing, or a key
    that the password does not open.
    """
    if not settings.uses_tls:
        return None
    try:
        context = ssl.create_default_context(cafile=_text(settings.ssl_cafile))
        if settings.ssl_certfile is not None:
            # A password is always given, since OpenSSL otherwise asks for one on the terminal, and the worker hangs.
            context.load_cert_chain(
                settings.ssl_certfile, settings.ssl_keyfile, password=_plain(settings.ssl_key_password) or ""
            )
    except (ssl.SSLError, OSError) as error:
        message = (
            f"Kafka's TLS files can't be used ({error.strerror or error}): check GUARDSTREAM_SSL_CAFILE "
            f"({settings.ssl_cafile}), _SSL_CERTFILE ({settings.ssl_certfile}), _SSL_KEYFILE ({settings.ssl_keyfile}) "
            "and _SSL_KEY_PASSWORD; the files must be PEM"
        )
        raise GuardstreamError(message) from error
    return context


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _text(path: object) -> str | None:
    return None if path is None else str(path)
