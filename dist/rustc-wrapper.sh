#!/bin/sh
# RUSTC_WRAPPER: $1 is rustc, the rest its arguments. It runs hundreds of times a build, so it is POSIX sh (1 ms) and starts nothing else.
# Every call goes on unchanged, but for the final binaries of the workspace: their linker becomes linker.sh, which links as asked and then
# once more without stripping (the twin). CARGO_BIN_NAME alone would also match a dependency's binary; build scripts have neither.
# Of those it writes down that they have begun, and with which LTO: for who waits.
set -u
wrapper=${COLDGATE_CHAINED_WRAPPER:-}
if [ -n "${CARGO_BIN_NAME:-}" ] && [ -n "${CARGO_PRIMARY_PACKAGE:-}" ]; then
  # rustc takes the last linker it is given; without one, cc. The arguments may stand in a file, one a line, where they are too long.
  linker=cc
  lto=
  previous=
  take() {
    case $1 in
      -Clinker=* | --codegen=linker=*) linker=${1#*linker=} ;;
      -Clto | --codegen=lto) lto=fat ;;
      -Clto=* | --codegen=lto=*) lto=${1#*lto=} ;;
      linker=*) case $previous in -C | --codegen) linker=${1#linker=} ;; esac ;;
      lto) case $previous in -C | --codegen) lto=fat ;; esac ;;
      lto=*) case $previous in -C | --codegen) lto=${1#lto=} ;; esac ;;
    esac
    previous=$1
  }
  for argument in "$@"; do
    case $argument in @*) while IFS= read -r line || [ -n "$line" ]; do take "$line"; done <"${argument#@}" ;; esac
    take "$argument"
  done
  { printf '%s %s\n' "$CARGO_BIN_NAME" "$lto" >>"$COLDGATE_LINKERS.begun"; } 2>/dev/null
  # rustc infers the linker's flavour from its file name: the link keeps it.
  link=$COLDGATE_LINKERS/${linker##*/}
  if [ -e "$link" ] || ln -s "$COLDGATE_LINK_SCRIPT" "$link" 2>/dev/null || [ -e "$link" ]; then
    export COLDGATE_LINKER="$linker"
    set -- "$@" -C "linker=$link"
  fi
fi
if [ -n "$wrapper" ]; then exec "$wrapper" "$@"; fi
exec "$@"
