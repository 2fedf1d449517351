#!/usr/bin/env python3
"""Writes the manual page of graft, in roff, from what the command says of itself.

usage: graft --experimental-dump-help | scripts/man_page.py VERSION >graft.1
"""
import json
import re
import sys

EVERYWHERE = {"--json", "--version", "--help"}
ENVIRONMENT = [
    ("GRAFT_HOME", "Where weights, cached features and calibrations are kept. Default: $XDG_CACHE_HOME/graft, "
                   "else ~/.cache/graft."),
    ("GRAFT_CACHE_LIMIT", "How much disk cached features may take: 500MB, 20GB. Default: 10GB."),
    ("GRAFT_MIRROR", "A folder or an address that is asked for weights instead of their publishers."),
    ("GRAFT_OFFLINE", "With 1, nothing is connected to."),
    ("https_proxy", "The proxy for downloads, as for other programs."),
]
EXIT = [("0", "Done."),
        ("1", "Failed. For predict also: a picture could not be used. For doctor: the data cannot be trained on."),
        ("64", "Wrong usage."),
        ("130", "Interrupted. What was computed is kept: run the same command again, or train with --resume.")]
EXAMPLES = [("Train on a folder that holds one folder of pictures per class:", "graft train photos"),
            ("Name what is on a picture:", "graft predict photos.graft picture.jpg"),
            ("Measure how good the model is:", "graft evaluate photos.graft photos"),
            ("See what training would do, and how long it would take:", "graft plan photos --unfreeze 0.3")]


def escaped(text):
    """Text as roff takes it: hyphens that can be copied, and no line that roff would read as a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", text)
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def paragraphs(text):
    """Paragraphs as they are in the help; indented lines stay lines."""
    for paragraph in text.strip().split("\n\n"):
        lines = paragraph.split("\n")
        if not any(line.startswith("  ") for line in lines):
            yield ".PP\n" + escaped(" ".join(lines))
            continue
        yield ".PP"
        for line in lines:
            yield ".nf\n" + escaped(line) + "\n.fi" if line.startswith("  ") else escaped(line)


def names(argument):
    """All the names of an option: -o, --output."""
    dashes = {"short": "-", "long": "--", "longWithSingleDash": "-"}
    return [dashes[name["kind"]] + name["name"] for name in argument.get("names", [])]


def described(argument):
    """A positional argument or an option, with what it means, its default and its values."""
    value = escaped(argument["valueName"])
    if argument["kind"] == "positional":
        head = f"\\fI{value.upper()}\\fR"  # as the texts say it
    else:
        head = ", ".join(f"\\fB{escaped(name)}\\fR" for name in names(argument))
        if argument["kind"] == "option":
            head += f" \\fI{value}\\fR"
    text = argument.get("abstract", "")
    facts = []
    if argument.get("allValues"):
        facts.append("values: " + ", ".join(argument["allValues"]))
    if argument.get("defaultValue") is not None:
        facts.append("default: " + argument["defaultValue"])
    if facts:
        text += f" ({'; '.join(facts)})"
    return f".TP\n{head}\n{escaped(text)}"


def shown(command):
    """The arguments of a command that its help shows."""
    return [argument for argument in command.get("arguments", []) if argument["shouldDisplay"]]


def merged(arguments):
    """Arguments, with a flag and its opposite (--include-top, --no-top) as one."""
    result = []
    for argument in arguments:
        last = result[-1] if result else None
        if last and last["kind"] == argument["kind"] == "flag" and last.get("abstract") == argument.get("abstract"):
            result[-1] = {**last, "names": last["names"] + argument["names"]}
        else:
            result.append(argument)
    return result


def synopsis(path, command):
    """`graft train [options] DATA`"""
    words = [f"\\fB{escaped(path)}\\fR"]
    if any(argument["kind"] != "positional" for argument in shown(command)):
        words.append("[\\fIoptions\\fR]")
    for argument in shown(command):
        if argument["kind"] == "positional":
            word = f"\\fI{escaped(argument['valueName'].upper())}\\fR" + ("..." if argument["isRepeating"] else "")
            words.append(f"[{word}]" if argument["isOptional"] else word)
    return " ".join(words)


def section(path, command, known):
    """One command: what it is for, how it is called, its arguments. Many options of `train` are told only once."""
    yield f'.SS "{escaped(path)}"'
    yield synopsis(path, command)
    yield ".PP\n" + escaped(command.get("abstract", ""))
    yield from paragraphs(command["discussion"]) if command.get("discussion") else ()
    listed = [argument for argument in merged(shown(command)) if not EVERYWHERE.intersection(names(argument))]
    shared = [argument for argument in listed if names(argument) and known.get(names(argument)[-1]) == argument]
    if len(shared) < 8:
        shared = []
    yield from (described(argument) for argument in listed if argument not in shared)
    if shared:
        yield ".PP\nAs for \\fBgraft train\\fR: " \
            + ", ".join(f"\\fB{escaped(names(argument)[-1])}\\fR" for argument in shared) + "."


def page(root, version):
    """The whole page."""
    train = next(command for command in root["subcommands"] if command["commandName"] == "train")
    known = {names(argument)[-1]: argument for argument in shown(train) if names(argument)}
    yield f'.TH GRAFT 1 "" "graft {version}" "User Commands"'
    yield ".ad l\n.nh"  # no stretched lines, no broken words
    yield ".SH NAME\ngraft \\- " + escaped(root["abstract"][:1].lower() + root["abstract"][1:].rstrip("."))
    yield ".SH SYNOPSIS\n\\fBgraft\\fR \\fIcommand\\fR [\\fIoptions\\fR] ..."
    yield ".SH DESCRIPTION"
    yield from paragraphs(root["discussion"])
    yield ".PP\nEvery command takes \\fB\\-\\-help\\fR and \\fB\\-\\-version\\fR. With \\fB\\-\\-json\\fR standard output has"
    yield "lines of JSON only, and messages for people go to standard error."
    yield ".SH COMMANDS"
    for command in root["subcommands"]:
        if command["commandName"] == "help":
            continue
        path = "graft " + command["commandName"]
        if command.get("subcommands"):
            yield f'.SS "{escaped(path)}"\n' + escaped(command["abstract"])
            yield from paragraphs(command["discussion"]) if command.get("discussion") else ()
            for inner in command["subcommands"]:
                yield from section(f"{path} {inner['commandName']}", inner, {})
        else:
            yield from section(path, command, {} if command is train else known)
    for title, rows in (("ENVIRONMENT", ENVIRONMENT), ("EXIT STATUS", EXIT)):
        yield f".SH {title}" if " " not in title else f'.SH "{title}"'
        for name, text in rows:
            yield f".TP\n.B {name}\n{escaped(text)}"
    yield ".SH EXAMPLES"
    for text, command in EXAMPLES:
        yield f".PP\n{escaped(text)}\n.PP\n.RS\n.B {escaped(command)}\n.RE"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("\n".join(page(json.load(sys.stdin)["command"], sys.argv[1])))
