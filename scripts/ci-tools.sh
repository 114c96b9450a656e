#!/usr/bin/env bash
# Brings what the slow tests start beside the tools of coldgate itself: act runs workflows on this machine, actionlint and zizmor read them,
# valgrind counts instructions, strace shows connections, Chromium shows pictures and the flame graph. Does nothing where they are there.
set -euo pipefail

install() { # PACKAGE: as Debian and Ubuntu call it
  if command -v apt-get >/dev/null; then
    { apt-get install -y "$1" || { apt-get update && apt-get install -y "$1"; }; } >&2
  else
    printf '%s is missing: install it with the package manager of this machine\n' "$1" >&2
    exit 1
  fi
}

for program in valgrind strace; do
  command -v "$program" >/dev/null || install "$program"
done
# The names that test/browser.ts knows: GitHub's own runners have Google's.
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || install chromium
[ -n "$(fc-list ':lang=und-zsye' 2>/dev/null)" ] || install fonts-noto-color-emoji

zizmor=1.32.0
if [ "$(zizmor --version 2>/dev/null)" != "zizmor $zizmor" ]; then
  printf 'installing zizmor %s\n' "$zizmor" >&2
  python3 -m pip install --quiet --disable-pip-version-check "zizmor==$zizmor" >&2
fi

tools=(
  act github.com/nektos/act v0.2.89
  actionlint github.com/rhysd/actionlint/cmd/actionlint v1.7.12
)

if ! command -v go >/dev/null; then
  for ((i = 0; i < ${#tools[@]}; i += 3)); do
    command -v "${tools[i]}" >/dev/null || {
      printf '%s is missing, and so is go, which would bring it: install Go 1.25 or newer from https://go.dev/dl/\n' "${tools[i]}" >&2
      exit 1
    }
  done
  exit 0
fi

bin=$(go env GOBIN)
[ -n "$bin" ] || bin="$(go env GOPATH)/bin"
for ((i = 0; i < ${#tools[@]}; i += 3)); do
  name=${tools[i]} package=${tools[i + 1]} version=${tools[i + 2]}
  if command -v "$name" >/dev/null || [ -x "$bin/$name" ]; then continue; fi
  printf 'installing %s %s into %s\n' "$name" "$version" "$bin" >&2
  go install "$package@$version"
done
