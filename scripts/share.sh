#!/usr/bin/env bash
# What is installed in PREFIX/share: the manual page and the completions for bash, zsh and fish, made by the command itself.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: scripts/share.sh GRAFT FOLDER" >&2; exit 2; }
graft=$1 folder=$2
scripts=$(dirname "${BASH_SOURCE[0]}")

completions() { # SHELL FILE
    mkdir -p "$(dirname "$folder/$2")"
    "$graft" --generate-completion-script "$1" >"$folder/$2"
}
completions bash bash-completion/completions/graft
completions zsh zsh/site-functions/_graft
completions fish fish/vendor_completions.d/graft.fish

mkdir -p "$folder/man/man1"
version=$("$graft" --version)
"$graft" --experimental-dump-help | "$scripts/man_page.py" "$version" >"$folder/graft.1.new"
mv "$folder/graft.1.new" "$folder/man/man1/graft.1" # the last file, and whole: make goes by its date
