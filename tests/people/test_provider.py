"""認証基盤の設定: what is wrong is said in Japanese with the name of the setting, before anything starts."""

import pytest

from ai_gov import settings
from ai_gov.errors import ConfigError
from ai_gov.people.model import Role

GOOD = {
    "AI_GOV_OIDC_ISSUER": "https://id.example.lg.jp/realms/town",
    "AI_GOV_OIDC_CLIENT_ID": "ai-gov",
    "AI_GOV_OIDC_CLIENT_SECRET": "hidden-value",
    "AI_GOV_OIDC_ORGANISATION": "132012",
    "AI_GOV_PUBLIC_URL": "https://ai.example.lg.jp",
}
ENTRA = "https://login.microsoftonline.com"


def wrong(**more):
    with pytest.raises(ConfigError) as caught:
        settings.load({name: value for name, value in (GOOD | more).items() if value is not None})
    assert "hidden-value" not in str(caught.value)
    return str(caught.value)


def test_what_is_right_is_taken():
    found = settings.load(GOOD | {"AI_GOV_OIDC_REQUIRED": "hd=a.example, tid=t"}).oidc["default"]
    assert found.required == {"hd": ("a.example",), "tid": ("t",)}
    assert "hidden-value" not in repr(found)
    assert settings.load({}).oidc == {}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"AI_GOV_OIDC_ISSUER": "http://id.example.lg.jp"}, "AI_GOV_OIDC_ISSUER"),
        ({"AI_GOV_OIDC_ISSUER": None}, "AI_GOV_OIDC_ISSUER"),
        ({"AI_GOV_OIDC_CLIENT_ID": None}, "AI_GOV_OIDC_CLIENT_ID"),
        ({"AI_GOV_OIDC_ORGANISATION": None}, "AI_GOV_OIDC_ORGANISATION"),
        ({"AI_GOV_PUBLIC_URL": None}, "AI_GOV_PUBLIC_URL が必要"),
        ({"AI_GOV_PUBLIC_URL": "http://ai.example.lg.jp"}, "https://"),
        ({"AI_GOV_OIDC_ISSUER": f"{ENTRA}/common/v2.0"}, "テナント"),
        ({"AI_GOV_OIDC_ISSUER": f"{ENTRA}/organizations/v2.0"}, "テナント"),
        ({"AI_GOV_OIDC_ISSUER": "https://accounts.google.com"}, "hd=ドメイン"),
        ({"AI_GOV_OIDC_GROUPS_FILE": "g.csv"}, "AI_GOV_OIDC_GROUPS_CLAIM"),
        ({"AI_GOV_OIDC_REQUIRED": "hd"}, "AI_GOV_OIDC_REQUIRED"),
        ({"AI_GOV_OIDC_UNKNOWN": "anybody"}, "AI_GOV_OIDC_UNKNOWN）に書けるのは 'refuse', 'create'"),
        ({"AI_GOV_OIDC_LEEWAY_SECONDS": "3600"}, "AI_GOV_OIDC_LEEWAY_SECONDS"),
        ({"AI_GOV_LOCAL_SIGN_IN": "emergency"}, "AI_GOV_EMERGENCY_PERSONS"),
        ({"AI_GOV_EMERGENCY_PERSONS": "9001", "AI_GOV_LOCAL_SIGN_IN": "emergency"}, "AI_GOV_EMERGENCY_PERSONS"),
    ],
)
def test_what_is_wrong_is_said_with_its_setting(changed, said):
    assert said in wrong(**changed)


def test_passwords_can_be_shut_only_where_there_is_another_way_in():
    with pytest.raises(ConfigError, match="認証基盤"):
        settings.load({"AI_GOV_LOCAL_SIGN_IN": "emergency", "AI_GOV_EMERGENCY_PERSONS": "132012/9001"})


def test_several_providers_stand_in_the_file(tmp_path):
    (tmp_path / "settings.toml").write_text(
        """
public_url = "https://ai.example.lg.jp"
[oidc.google]
issuer = "https://accounts.google.com"
client_id = "x"
organisation = "132012"
required = { hd = ["town.example.lg.jp"] }
[oidc.keycloak]
issuer = "https://id.example.lg.jp/realms/village"
client_id = "y"
organisation = "132013"
groups_claim = "groups"
[oidc.keycloak.groups.boss]
roles = ["職員", "所属長"]
department = "110"
""",
        "utf-8",
    )
    found = settings.load({"AI_GOV_CONFIG_DIR": str(tmp_path)}).oidc
    assert found["keycloak"].groups["boss"].roles == (Role.STAFF, Role.REVIEWER)
    (tmp_path / "settings.toml").write_text('[oidc.x.groups.a]\nroles = ["課長補佐"]\n', "utf-8")
    with pytest.raises(ConfigError, match="役割は 職員・確認者"):
        settings.load({"AI_GOV_CONFIG_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"AI_GOV_SMTP_HOST": "mail.example.lg.jp"}, "AI_GOV_SMTP_FROM"),
        ({"AI_GOV_SMTP_HOST": "mail.example.lg.jp", "AI_GOV_SMTP_SECURITY": "none"}, "AI_GOV_SMTP_SECURITY=none"),
        ({"AI_GOV_SMTP_USER": "u"}, "AI_GOV_SMTP_PASSWORD"),
        ({"AI_GOV_SMTP_FROM": "a@example.lg.jp"}, "AI_GOV_SMTP_HOST"),
        ({"AI_GOV_SMTP_HOST": "m", "AI_GOV_SMTP_FROM": "名前 <a@example.lg.jp>"}, "AI_GOV_SMTP_FROM"),
    ],
)
def test_what_is_wrong_with_mail_is_said(changed, said):
    assert said in wrong(**changed)
