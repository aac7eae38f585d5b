"""The Chinese catalogue is complete, consistent and compiled, and the language of a run is chosen as promised."""

from __future__ import annotations

import ast
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from office import ROOT, Office

import ordos_targets
from ordos_targets import locale
from ordos_targets.cli.app import COMMANDS, TRANSLATED_BY_TYPER, main
from ordos_targets.domain.errors import AppError, Message

PACKAGE = Path(ordos_targets.__file__).parent
PO = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "ordos_targets.po"
MARKS = ("_", "N_")

# The words that design.md section 2 fixes, by the strings that put them on the screen.
TERMS = {
    "Target": "指标",
    "target": "指标",
    "Goal": "目标值",
    "Actual": "完成值",
    "Gap": "差距",
    "Completion": "完成率",
    "Expected": "序时进度",
    "Lead": "超/欠序时",
    "Status": "状态",
    "Commitment": "承诺类型",
    "District": "旗区",
    "district": "旗区",
    "Owner": "责任单位",
    "Latest entries": "最近的进展记录",
    "reading": "累计数",
    "increment": "新增数",
    "estimate": "快报数",
    "The figure is provisional.": "所填为快报数（预计数）。",
    "Reported every": "报送周期",
    "met": "已完成",
    "ahead": "超进度",
    "on track": "达进度",
    "lagging": "略欠进度",
    "behind": "欠进度",
    "missed": "未完成",
    "no data": "未报送",
    "not started": "未开始",
    "green": "绿",
    "yellow": "黄",
    "red": "红",
    "grey": "灰",
    "ensure": "确保",
    "strive": "力争",
    "plan": "推动",
}
# Words that would say the same as a fixed one, and so make a reader look for a difference.
OTHER_WORDS = ("您", "你", "区县", "地区", "目标任务", "达标率", "时序进度", "条目", "录入", "删除")

CHINESE = r"[\u4e00-\u9fff]"
HALF_WIDTH = (
    re.compile(rf"(?:{CHINESE}|[”）])[,;:?!] ?(?={CHINESE}|[“（{{])|}}[,;:?!] ?(?={CHINESE}|[“（])"),
    re.compile(rf"{CHINESE}[,;:?!.]$"),
    re.compile(rf"\([^()]*{CHINESE}[^()]*\)"),
    re.compile(rf'{CHINESE}"|"{CHINESE}+"'),
)
# A sentence with a piece of targets.toml in it has TOML's own quotation marks.
TOML_QUOTES = re.compile(r'"(?:[0-9]+[^" ]*|\{[a-z]+\}|…|[a-z_]+)"')


@cache
def catalogue() -> Catalog:
    """The catalogue as translators edit it."""
    with PO.open("rb") as file:
        return read_po(file, locale="zh_CN", domain=locale.DOMAIN)


@cache
def translations() -> dict[str, str]:
    """Every string and its translation, which may be empty."""
    return {str(entry.id): str(entry.string) for entry in catalogue() if entry.id}


@cache
def extracted() -> set[str]:
    """Every string of the package that is marked for translation, as babel finds it."""
    marked = extract_from_dir(PACKAGE, keywords=dict.fromkeys(MARKS))
    return {str(message) for _file, _line, message, _comments, _context in marked}


def advice(*wrong: str) -> str:
    """What a failure says: which strings it is about, and how to set it right as the head of the .po file has it."""
    listed = "".join(f"\n- {text}" for text in wrong)
    return f"{PO.relative_to(PACKAGE.parent)} is not what the code says:{listed}\n{catalogue().header_comment}"


def places(text: str) -> set[str]:
    """The `{places}` of a template."""
    return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}


def test_every_string_has_a_chinese_translation() -> None:
    """A string that is new or was changed in the code fails here by name until somebody translates it."""
    known = translations()
    missing = sorted(text for text in extracted() if not known.get(text))
    assert [] == missing, advice(*missing)


def test_no_translation_outlives_its_string() -> None:
    """What the code no longer says is not kept in the catalogue, neither live nor commented out."""
    left = sorted([*(set(translations()) - extracted()), *map(str, catalogue().obsolete)])
    assert [] == left, advice(*left)


def test_no_translation_is_a_guess() -> None:
    """Babel's fuzzy guesses, which gettext would not show, have been read by somebody."""
    fuzzy = [str(entry.id) for entry in catalogue() if entry.id and entry.fuzzy]
    assert [] == fuzzy, advice(*fuzzy)


def test_babel_sees_every_marked_string() -> None:
    """No string is marked where babel cannot read it, as inside an f-string, and so left untranslated."""
    assert set() == set(_marked()) - extracted()


def _marked() -> Iterator[str]:
    """The texts of all calls of `_` and `N_`, as Python itself reads them."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                yield from (str(text.value) for text in node.args if isinstance(text, ast.Constant))


def test_translations_have_the_places_of_their_strings() -> None:
    """A translation that lost, gained or misspelt a `{place}` would fail, or hide a fact, when it is said."""
    wrong = [text for text, chinese in translations().items() if chinese and places(text) != places(chinese)]
    assert [] == wrong


def test_translations_name_the_same_options() -> None:
    """An `--option` that a sentence tells to use is the same in both languages."""
    option = re.compile(r"--[a-z-]+")
    pairs = translations().items()
    assert [] == [
        text for text, chinese in pairs if chinese and set(option.findall(text)) != set(option.findall(chinese))
    ]


def test_the_compiled_catalogue_is_the_one_written() -> None:
    """The .mo that is shipped says what the .po says, to the letter."""
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    with PO.with_suffix(".mo").open("rb") as file:
        shipped = {entry.id: entry.string for entry in read_mo(file) if entry.id}
    assert {entry.id: entry.string for entry in read_mo(compiled) if entry.id} == shipped, advice()


@pytest.mark.parametrize("pattern", HALF_WIDTH, ids=["between", "at-the-end", "parentheses", "quotes"])
def test_chinese_is_punctuated_in_full_width(pattern: re.Pattern[str]) -> None:
    """No half-width comma, colon, parenthesis or quotation mark stands among Chinese characters."""
    texts = {TOML_QUOTES.sub("", chinese) for chinese in translations().values()}
    assert [] == sorted(text for text in texts if pattern.search(text))


def test_the_fixed_words_are_used() -> None:
    """What design.md section 2 names stands on the screen under that name."""
    known = translations()
    assert {text: known.get(text) for text in TERMS} == TERMS


def test_no_other_words_are_used_for_the_same() -> None:
    """One thing has one name, and the reader is not addressed as in a letter."""
    assert [] == sorted(text for text in translations().values() if any(word in text for word in OTHER_WORDS))


@cache
def errors() -> list[type[AppError]]:
    """Every error of the package that can be raised."""
    for module in pkgutil.walk_packages([str(PACKAGE)], f"{ordos_targets.__name__}."):
        import_module(module.name)
    classes: dict[type[AppError], None] = {}  # in order, each once: one with two parents is met twice
    waiting = [AppError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        classes[error] = None
    return [error for error in classes if hasattr(error, "template") and error.__module__.startswith("ordos_targets.")]


def test_every_error_is_translated() -> None:
    """The sentence of every error class is in the catalogue."""
    known = translations()
    assert [] == sorted(kind.__name__ for kind in errors() if not known.get(kind.template))


def test_every_error_has_a_code_of_its_own_or_its_parents() -> None:
    """Scripts can tell errors apart: no two classes bring the same code, and none is without."""
    own: dict[str, list[str]] = {}
    for kind in errors():
        if "code" in vars(kind):
            own.setdefault(kind.code, []).append(kind.__name__)
    without = [kind.__name__ for kind in errors() if not getattr(kind, "code", "")]
    assert ([], {}) == (without, {code: names for code, names in own.items() if len(names) > 1})


VARIABLES = ("ORDOS_TARGETS_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of(arguments: list[str], environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The language a run speaks in an environment with just these variables."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    main([*arguments, "--version"])
    return locale.language()


@pytest.mark.parametrize("rank", range(len(VARIABLES) + 1))
@pytest.mark.parametrize(("first", "others"), [("zh", "en"), ("en", "zh")])
def test_the_stronger_wish_decides(rank: int, first: str, others: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """--lang beats ORDOS_TARGETS_LANG, that LC_ALL, that LC_MESSAGES, that LANG, whatever the weaker ones say."""
    weaker = dict.fromkeys(VARIABLES[rank:], others)
    if rank == 0:
        assert first == language_of(["--lang", first], weaker, monkeypatch)
    else:
        assert first == language_of([], {**weaker, VARIABLES[rank - 1]: first}, monkeypatch)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("zh", "zh"),
        ("zh_CN.UTF-8", "zh"),
        ("zh_CN.GB18030", "zh"),
        ("zh_TW", "zh"),
        ("zh-Hans", "zh"),
        ("ZH", "zh"),
        ("en_US", "en"),
        ("en_US.UTF-8", "en"),
        ("mn_CN.UTF-8", "en"),
        ("C", "en"),
        ("C.UTF-8", "en"),
        ("POSIX", "en"),
        ("", "en"),
    ],
)
def test_what_a_locale_name_means(named: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Chinese locale means Chinese; any other, and none at all, means English."""
    assert expected == language_of([], {"LANG": named}, monkeypatch)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"ORDOS_TARGETS_LANG": "", "LC_MESSAGES": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
    ],
)
def test_empty_variables_are_no_wish(
    environment: Mapping[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that is set but empty is passed over, as gettext does; LC_ALL=C is not."""
    assert expected == language_of([], environment, monkeypatch)


@pytest.mark.parametrize("arguments", [["--lang=zh"], ["--lang", "en", "--lang", "zh"], ["status", "--lang", "zh"]])
def test_the_language_is_known_before_the_command_line_is_read(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever --lang is written it decides, even where the rest of the line is wrong; the last one wins."""
    assert "zh" == language_of([*arguments, "--no-such-option"], {"LANG": "en_US.UTF-8"}, monkeypatch)


USAGE = [
    (["statuz"], "没有“statuz”这个命令。是不是想写 status？现有：" + "、".join(COMMANDS) + "。"),
    (["status", "--frmat", "json"], "没有 --frmat 这个选项。是不是想写 --format？"),
    (["check", "--frobnicate"], "没有 --frobnicate 这个选项。"),
    (["status", "--as-of"], "选项 --as-of 后面缺少值。"),
    (["show", "x", "--explain=1"], "选项 --explain 后面不能带值。"),
    (["record"], "缺少参数 TARGET。"),
    (["record", "x"], "缺少参数 VALUE。"),
    (
        ["status", "--format", "xml"],
        "--format 只能是以下之一：table、json、jsonl、csv、tsv、html、markdown、xlsx、prometheus。",
    ),
    (["status", "--by", "colour"], "--by 只能是以下之一：district、section、owner、commitment。"),
    (["log", "-n", "0"], "-n 应为不小于1的整数。"),
    (["init", "--year", "今年"], "--year 应为整数。"),
    (["record", "x", "2", "3"], "多出了参数：3。含空格的文字请加引号。"),
    (["amend", "--why", "x"], "没有说明是哪条记录。请写序号（用 ordos-targets log 查看），或只写 --last。"),
    (
        ["status", "--only", "late"],
        "没有“late”这种状态；可用：已完成、超进度、达进度、略欠进度、欠进度、未完成、未报送、未开始。",
    ),
]


@pytest.mark.parametrize(("arguments", "sentence"), USAGE)
def test_usage_errors_are_chinese(arguments: list[str], sentence: str, office: Office) -> None:
    """What is wrong with a command line is said in Chinese, whoever found it, and exits with 2."""
    office.write('title = "T"\nyear = 2025\n')
    ran = office.run("--lang", "zh", *arguments)
    assert (2, "", f"ordos-targets: 错误：{sentence}") == (ran.code, ran.out, ran.err.splitlines()[0])


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese(command: str) -> None:
    """Of Typer's own words and ours no English sentence is left in the help of any command."""
    run = subprocess.run(
        [sys.executable, "-m", "ordos_targets", "--lang", "zh", *([command] if command else []), "--help"],
        capture_output=True, check=True, encoding="utf-8", cwd=ROOT, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    english = [word.partition(":")[0] for word in (*TRANSLATED_BY_TYPER, "[OPTIONS]", "COMMAND [ARGS]...", "Usage:")]
    assert [] == [word for word in english if re.search(rf"(?<!-){re.escape(word)}(?![\w-])", run.stdout)]
    sentences = [line for line in run.stdout.splitlines() if re.search(r"[A-Za-z]+ [a-z]+ [a-z]+", line)]
    assert [] == sentences


@pytest.mark.parametrize(
    ("param", "english", "chinese"),
    [
        (["a", "b"], "a, b", "a、b"),
        ([Message("target"), Message("district")], "target, district", "指标、旗区"),
        ([Message("No entries."), Message("No entries.")], "No entries. No entries.", "没有进展记录。没有进展记录。"),
        ("Permission denied", "Permission denied", "没有权限"),
        ("progress.db", "progress.db", "progress.db"),
    ],
)
def test_parameters_are_written_as_the_language_writes_them(param: object, english: str, chinese: str) -> None:
    """Lists are joined as words or as sentences, messages inside messages and the system's reasons are translated."""
    sentences = []
    for language in ("en", "zh"):
        locale.activate(language)
        sentences.append(locale.translate(Message("{param}", {"param": param})))
    assert [english, chinese] == sentences
