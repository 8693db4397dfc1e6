"""The table of settings."""

from __future__ import annotations

import dataclasses

import pytest

from service.settings import SETTINGS, Settings, SettingsError, load


def test_the_table_and_the_fields_are_one() -> None:
    """Every row of the table is a field, in the same order, and has a default of its type and a help text."""
    assert [f.name for f in dataclasses.fields(Settings)] == [s.name for s in SETTINGS]
    assert all(s.help for s in SETTINGS)
    assert load({}, {}) == load({s.name: s.default for s in SETTINGS}, {})


def test_what_is_passed_beats_the_environment_which_beats_the_default() -> None:
    """Default < environment < passed; None passed means not passed."""
    environ = {"ZHAIBIAN_PORT": "9001", "ZHAIBIAN_HOST": "0.0.0.0", "PATH": "/bin"}

    found = load({"port": 9002, "workers": None}, environ)

    assert (found.host, found.port, found.workers, found.threads) == ("0.0.0.0", 9002, 0, 4)


def test_a_version_stays_a_string() -> None:
    """`2026.10` is a version, not the number 2026.1."""
    assert load({}, {"ZHAIBIAN_BUNDLE": "2026.10"}).bundle == "2026.10"


def test_lists_and_flags_are_read_from_text() -> None:
    """Tokens are separated by commas, flags are words."""
    found = load({}, {"ZHAIBIAN_TOKENS": " a , b,,", "ZHAIBIAN_ACCESS_LOG": "off"})

    assert found.tokens == ("a", "b")
    assert found.access_log is False


@pytest.mark.parametrize(
    ("given", "environ", "told"),
    [
        ({}, {"ZHAIBIAN_PROT": "1"}, "ZHAIBIAN_PROT"),
        ({}, {"ZHAIBIAN_port": "1"}, "ZHAIBIAN_port"),
        ({}, {"ZHAIBIAN_PORT": "many"}, "整数"),
        ({}, {"ZHAIBIAN_ACCESS_LOG": "perhaps"}, "1 或 0"),
        ({}, {"ZHAIBIAN_WORKERS": "-1"}, "不能小于 0"),
        ({"prot": 1}, {}, "prot"),
        ({"port": "8000"}, {}, "整数"),
        ({"port": True}, {}, "整数"),
        ({}, {"ZHAIBIAN_THREADS": "0"}, "不能小于 1"),
        ({}, {"ZHAIBIAN_TOKENS": ","}, "ZHAIBIAN_TOKENS"),
        ({"tokens": ("甲",)}, {}, "令牌"),
        ({"tokens": ("a b",)}, {}, "令牌"),
    ],
)
def test_a_wrong_setting_is_an_error_at_once(given: dict[str, object], environ: dict[str, str], told: str) -> None:
    """Unknown names and wrong values are refused, and the message names them."""
    with pytest.raises(SettingsError, match=told):
        load(given, environ)


def test_a_variable_set_to_nothing_is_not_set() -> None:
    """`ZHAIBIAN_HOST=` (compose files pass such on) must not mean every address of the machine."""
    found = load({}, {"ZHAIBIAN_HOST": "", "ZHAIBIAN_PORT": " ", "ZHAIBIAN_TOKENS": ""})

    assert (found.host, found.port, found.tokens) == ("127.0.0.1", 8000, ())
