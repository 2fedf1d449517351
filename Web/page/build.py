"""Puts the page's parts together, the policy with the hashes of style and script, and writes all of it, with the interpreter, into
WebRuntime.swift.

Usage: build.py FOLDER-OF-graft.wasm SWIFT-FILE...
"""

import base64
import hashlib
import json
import os
import sys


here = os.path.dirname(os.path.abspath(__file__))
out = sys.argv[1]
read = lambda name: open(os.path.join(here, name), encoding="utf-8").read()

def write(name, text):
    with open(os.path.join(out, name), "w", encoding="utf-8", newline="\n") as file:
        file.write(text)

def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"

style = read("page.css")
# JSON is JavaScript; no part of it may end the script element.
worker = json.dumps(read("engine.js") + read("worker.js"), ensure_ascii=False).replace("</", "<\\/")
script = read("page.js").replace("@WORKER@", worker)
# What the page may load is said when it is filled: nothing, or in its folder form the model beside it.
policy = (f"default-src 'none'; script-src {digest(script)} 'wasm-unsafe-eval'; style-src {digest(style)}; "
          f"img-src blob: data:; worker-src blob:; connect-src @CONNECT@; base-uri 'none'; form-action 'none'")
page = read("page.html")
for mark, text in [("@POLICY@", policy), ("@STYLE@", style), ("@SCRIPT@", script)]:
    page = page.replace(mark, text)
write("template.html", page)
write("graft.js", read("engine.js") + read("module.js"))
write("graft.d.ts", read("graft.d.ts"))

# What the sources are: a test tells where they were changed and this was not made anew.
here = os.path.dirname(os.path.abspath(__file__))
sources = sorted(sys.argv[2:]) + sorted("page/" + name for name in os.listdir(here) if not name.startswith("__"))
whole = hashlib.sha256()
for name in sources:
    content = open(os.path.join(here, "..", name), "rb").read()
    whole.update(f"{os.path.basename(name)} {len(content)}\n".encode() + content)

lines = [
    "// Made by Web/build.sh. Change what is in Web/, and run it again.", "",
    "/// The page for browsers and its interpreter, in base64.", "enum WebRuntime {",
    "    /// The SHA-256 of the sources that this was made of.", f'    static let sources = "{whole.hexdigest()}"',
]
for constant, comment, name in [
    ("page", "The template of the page.", "template.html"),
    ("module", "The module for JavaScript.", "graft.js"), ("types", "Its types for TypeScript.", "graft.d.ts"),
    ("wasm", "The interpreter.", "graft.wasm"),
]:
    text = base64.b64encode(open(os.path.join(out, name), "rb").read()).decode()
    lines += [f"    /// {comment}", f'    static let {constant} = """']
    lines += ["        " + text[at:at + 100] for at in range(0, len(text), 100)]
    lines += ['        """']
lines += ["}", ""]
open(os.path.join(here, "../../Sources/Exports/Web/WebRuntime.swift"), "w", encoding="utf-8", newline="\n").write("\n".join(lines))
