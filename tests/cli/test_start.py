"""Another organisation starts: from an empty folder to the status of a target of its own."""

from __future__ import annotations

from office import Office


def test_a_new_organisation_has_a_status_after_four_commands(office: Office) -> None:
    """init, the first target made its own by editing five values of the template, check, record, status."""
    begun = office.run("init", "--blank", "--title", "某县2026年重点工作", "--year", "2026")
    assert (0, True) == (begun.code, "Edit it, run `ordos-targets check`, then `ordos-targets`." in begun.out)
    text = (office.folder / "targets.toml").read_text(encoding="utf-8")
    own = {
        'id = "first-target"': 'id = "kindergartens"',
        'name = "第一项指标"': 'name = "新建幼儿园"',
        'name_en = "First target"': 'name_en = "New kindergartens"',
        "goal = 10": "goal = 6",
        'unit = "项"': 'unit = "所"',
    }
    for template, ours in own.items():
        assert (template, 1) == (template, text.count(f"\n{template}\n"))
        text = text.replace(f"\n{template}\n", f"\n{ours}\n")
    office.write(text)
    assert 0 == office.run("check").code
    assert 0 == office.run("record", "幼儿园", "2所", "--date", "2026-01-15").code
    ran = office.run("--lang", "zh", "status")
    [line] = [line for line in ran.out.splitlines() if "新建幼儿园" in line]
    assert (0, ["33.3%", "4所", "≥6所"]) == (ran.code, [one for one in ("33.3%", "4所", "≥6所") if one in line])


def test_what_init_wrote_is_a_status_at_once(office: Office) -> None:
    """Unedited the template is valid, and the first status says how to go on."""
    office.run("init", "--blank", "--title", "T", "--year", "2026")
    ran = office.run()
    assert (0, "") == (ran.code, ran.err)
    assert "begin with `ordos-targets record TARGET VALUE`" in ran.out
