"""Settings: defaults, then a file, then the environment; everything that is wrong is named at once."""

from datetime import date

import pytest

from supply.settings import ROOT, Settings, SettingsMissing, figures_are_shared, read_settings

SECRET = "s" * 32
GOOD = {"FORSYN_SECRET_KEY": SECRET}


def what_is_wrong(**environ: str) -> list[str]:
    with pytest.raises(SettingsMissing) as refused:
        read_settings(environ)
    return str(refused.value).splitlines()


def test_the_defaults_need_nothing_but_a_secret():
    settings = read_settings(GOOD)

    assert settings.environment == "development"
    assert settings.database_url == f"sqlite:///{ROOT}/var/forsyn.sqlite"
    assert settings.ledger_opens_on == date(2014, 1, 1)
    assert settings.trusted_hosts == ()
    assert not settings.in_production


def test_the_environment_stands_above_the_file_and_the_file_above_the_defaults(tmp_path):
    file = tmp_path / "forsyn.toml"
    file.write_text('session_hours = 3\ndefault_language = "nn"\nledger_opens_on = 2018-01-01\ntrusted_hosts = ["a.example"]\n')

    settings = read_settings(GOOD | {"FORSYN_SETTINGS": str(file), "FORSYN_SESSION_HOURS": "5", "FORSYN_TRUSTED_HOSTS": "b.example, c.example,"})

    assert (settings.session_hours, settings.default_language, settings.ledger_opens_on) == (5, "nn", date(2018, 1, 1))
    assert settings.trusted_hosts == ("b.example", "c.example")


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")

    assert read_settings({"FORSYN_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == SECRET


def test_everything_that_is_wrong_is_named_at_once_and_no_value_is_shown(tmp_path):
    lines = what_is_wrong(
        FORSYN_ENVIRONMENT="staging",
        FORSYN_SECRET_KEY="weak",
        FORSYN_BUSY_SECONDS="soon",
        FORSYN_LEDGER_OPENS_ON="2014-13-01",
        FORSYN_DATABASE_URL_FILE=str(tmp_path / "nowhere"),
        FORSYN_SETTINGS=str(tmp_path / "none.toml"),
    )

    assert [line.partition(":")[0] for line in lines] == ["FORSYN_SETTINGS", "busy_seconds", "database_url", "environment", "ledger_opens_on", "secret_key"]
    assert not any("weak;" not in line and "soon" in line for line in lines)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("colour = 1", "colour: no such setting"),
        ('session_hours = "12"', "session_hours: give it as a whole number"),
        ("session_hours = true", "session_hours: give it as a whole number"),
        ("session_hours = 1.5", "session_hours: give it as a whole number"),
        ("database_url = 1", "database_url: give it as text"),
        ('trusted_hosts = "a.example"', "trusted_hosts: give it as a list of texts"),
        ('ledger_opens_on = "2014-01-01"', "ledger_opens_on: give it as a day, as year-month-day"),
        ("not toml", "FORSYN_SETTINGS: the file cannot be read (TOMLDecodeError)"),
        ("session_hours = 1\nsession_hours = 2", "FORSYN_SETTINGS: the file cannot be read (TOMLDecodeError)"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path, content, said):
    file = tmp_path / "forsyn.toml"
    file.write_text(content)

    assert what_is_wrong(FORSYN_SETTINGS=str(file), **GOOD) == [said]


@pytest.mark.parametrize("secret", ["", "short", "s" * 31])
def test_a_weak_secret_is_refused_and_not_shown(secret):
    (line,) = what_is_wrong(FORSYN_SECRET_KEY=secret)

    assert line.startswith("secret_key: missing or weak")
    assert not secret or secret not in line


def test_a_secret_is_measured_in_bytes():
    assert read_settings({"FORSYN_SECRET_KEY": "ø" * 16}).secret_key == "ø" * 16


def test_production_names_its_hosts():
    assert what_is_wrong(FORSYN_ENVIRONMENT="production", **GOOD) == ["trusted_hosts: name the hosts the service answers to in production"]
    assert read_settings(GOOD | {"FORSYN_ENVIRONMENT": "production", "FORSYN_TRUSTED_HOSTS": "forsyn.example"}).in_production


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("sqlite:///var/x.sqlite", f"sqlite:///{ROOT}/var/x.sqlite"),
        ("sqlite:////srv/x.sqlite", "sqlite:////srv/x.sqlite"),
        ("sqlite:///", "sqlite:///"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_a_relative_database_lies_under_the_project_wherever_one_stands(url, read):
    assert read_settings(GOOD | {"FORSYN_DATABASE_URL": url}).database_url == read


def test_settings_cannot_be_changed_once_read():
    with pytest.raises(AttributeError):
        read_settings(GOOD).session_hours = 1  # type: ignore[misc]


def test_every_default_is_a_setting():
    assert set(Settings.__dataclass_fields__) >= {"environment", "database_url", "secret_key"}
    assert figures_are_shared({"PROMETHEUS_MULTIPROC_DIR": "x"})
    assert not figures_are_shared({})


MAIL = GOOD | {"FORSYN_SMTP_HOST": "smtp.example.no", "FORSYN_MAIL_FROM": "Forsyn <forsyn@example.no>"}
IN_PRODUCTION = {"FORSYN_ENVIRONMENT": "production", "FORSYN_TRUSTED_HOSTS": "forsyn.example", "FORSYN_BASE_URL": "https://forsyn.example"}


def test_without_a_mail_server_nothing_about_mail_is_asked():
    assert read_settings(GOOD | IN_PRODUCTION | {"FORSYN_BASE_URL": "nonsense"}).smtp_host == ""


def test_a_mail_server_is_read_with_its_password_from_a_file(tmp_path):
    (tmp_path / "password").write_text("hemmelig\n")

    settings = read_settings(MAIL | IN_PRODUCTION | {"FORSYN_SMTP_PORT": "587", "FORSYN_SMTP_USER": "u", "FORSYN_SMTP_PASSWORD_FILE": str(tmp_path / "password"), "FORSYN_SMTP_STARTTLS": "true"})

    assert (settings.smtp_port, settings.smtp_password, settings.smtp_starttls) == (587, "hemmelig", True)


@pytest.mark.parametrize(
    ("said", "tls"),
    [({}, "none"), ({"FORSYN_SMTP_STARTTLS": "true"}, "starttls"), ({"FORSYN_SMTP_TLS": "starttls"}, "starttls"), ({"FORSYN_SMTP_TLS": "implicit"}, "implicit"), ({"FORSYN_SMTP_TLS": "none"}, "none")],
)
def test_how_mail_is_kept_secret_is_said_in_one_setting_and_the_older_one_still_holds(said, tls):
    assert read_settings(MAIL | said).mail_tls == tls


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"FORSYN_MAIL_FROM": ""}, "mail_from"),
        ({"FORSYN_MAIL_FROM": "a@example.no, b@example.no, c"}, "mail_from"),
        ({"FORSYN_BASE_URL": "http://forsyn.example"}, "base_url"),
        ({"FORSYN_BASE_URL": "forsyn.example"}, "base_url"),
        ({"FORSYN_SMTP_PORT": "0"}, "smtp_port"),
        ({"FORSYN_SMTP_PORT": "many"}, "smtp_port"),
        ({"FORSYN_SMTP_USER": "u"}, "smtp_password"),
        ({"FORSYN_SMTP_USER": "u", "FORSYN_SMTP_PASSWORD": "p"}, "smtp_tls"),
        ({"FORSYN_SMTP_USER": "u", "FORSYN_SMTP_PASSWORD": "p", "FORSYN_SMTP_TLS": "none"}, "smtp_tls"),
        ({"FORSYN_SMTP_TLS": "perhaps"}, "smtp_tls"),
        ({"FORSYN_SMTP_TLS": "implicit", "FORSYN_SMTP_STARTTLS": "true"}, "smtp_tls"),
        ({"FORSYN_SMTP_STARTTLS": "perhaps"}, "smtp_starttls"),
    ],
)
def test_mail_that_could_not_be_sent_is_refused_at_the_start(changes, named):
    (line,) = what_is_wrong(**(MAIL | IN_PRODUCTION | changes))

    assert line.startswith(f"{named}: ")
