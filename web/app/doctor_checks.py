"""What `planlop doctor` asks of the providers that people sign in with: do they answer as the settings say."""

from __future__ import annotations

from workflow.identity_providers import Provider
from workflow.settings import Settings


def providers(settings: Settings) -> tuple[str, bool, str]:
    """Whether each provider describes itself as the settings say; who is away says why."""
    told = {name: _trouble(one, settings) for name, one in settings.oidc.items()}
    words = ", ".join(f"{name} {why or 'answers'}" for name, why in told.items())
    return "sign-in providers", not any(told.values()), words or "none named"


def _trouble(provider: Provider, settings: Settings) -> str:
    # Authlib comes in only where there is a provider to be asked.
    from web.auth.oidc_client import OidcClient, ProviderAway

    try:
        OidcClient(provider, "", settings.oidc_timeout, settings.production).describe()
    except ProviderAway as problem:
        return f"is away or is another: {problem}"
    return ""
