#!/bin/sh
# The linker of a final binary: first exactly the link that was asked for, with the linker that rustc would have used; then once more without
# stripping into <output>.unstripped: the twin. A failed second link loses the twin, never the build.
# Stripping debug information counts: zig takes all symbols off then. The second link also says what it put where (<output>.link/map, lld's
# and zig's --print-map), and what it was given is kept beside that: rustc deletes its own objects, in which every function and constant has
# a section and says whom it uses.
set -u
"$COLDGATE_LINKER" "$@" || exit

# The argument without the words that strip, in `kept`: alone, behind -Xlinker, or among others behind one -Wl (`-Wl,-s,--gc-sections`).
keep() {
  case $1 in
    -Wl,*)
      kept=
      words=${1#-Wl,},
      while [ -n "$words" ]; do
        case ${words%%,*} in
          -s | -S | -strip-all | --strip-all | -strip-debug | --strip-debug) ;;
          *) kept=$kept,${words%%,*} ;;
        esac
        words=${words#*,}
      done
      kept=${kept:+-Wl$kept}
      ;;
    -s | -S | -strip-all | --strip-all | -strip-debug | --strip-debug) kept= ;;
    *) kept=$1 ;;
  esac
}

output=
previous=
arguments_file=
for argument in "$@"; do
  [ "$previous" = -o ] && output=$argument
  case $argument in @*) arguments_file=${argument#@} ;; esac
  previous=$argument
done
if [ -n "$arguments_file" ]; then
  # One argument a line, with backslashes before blanks and backslashes: rustc's way where a command line is too long.
  found=$(sed -n '/^-o$/{n;s/\\\(.\)/\1/g;p;}' "$arguments_file")
  [ -n "$found" ] && output=$found
fi
[ -n "$output" ] || exit 0
rm -rf "$output.unstripped" "$output.unstripped.log" "$output.link"

# What rustc (which waits for this script) took for the binary, LTO included, in ticks of processor time: fields 14 and 15 of its stat, the
# 12th and 13th behind its name. By it a matrix's shards are made even; where there is no /proc, they are so by count.
if { IFS= read -r stat <"/proc/$PPID/stat"; } 2>/dev/null; then
  # shellcheck disable=SC2086
  (set -- ${stat##*) } && echo $((${12} + ${13})) >"$output.ticks") 2>/dev/null
fi

# Temporary names first, so that a killed or parallel link never leaves half a twin.
twin=$output.unstripped.$$
link=$output.link.$$
mkdir -p "$link"
# A second name for a file costs nothing, and what is linked is never written to again: compilers replace it. Else a copy.
hold() {
  [ $# -eq 0 ] || ln -- "$@" "$link/" 2>/dev/null || cp -- "$@" "$link/" 2>/dev/null
}
# Of the objects and archives those in the target directory, where they come and go. \n and \ are the only escapes of rustc's file.
if [ -n "$arguments_file" ]; then
  sed -n '/^-/!{/\.\(o\|rlib\|a\)$/{s/\\\(.\)/\1/g;p;};}' "$arguments_file" | while IFS= read -r file; do
    case $file in "${output%/*}"/*) printf '%s\0' "$file" ;; esac
  done | xargs -0 sh -c '[ $# -eq 0 ] || ln -- "$@" "$0/" 2>/dev/null || cp -- "$@" "$0/"' "$link" 2>/dev/null
else
  (
    for argument in "$@"; do
      shift
      case $argument in "${output%/*}"/*.o | "${output%/*}"/*.rlib | "${output%/*}"/*.a) set -- "$@" "$argument" ;; esac
    done
    hold "$@"
  )
fi
# Where the standard library is that is linked.
{
  printf '%s\n' "$@"
  [ -z "$arguments_file" ] || cat "$arguments_file"
} | sed -n 's|^\(/.*/lib/rustlib/[^/]*/lib\)\(/.*\)\{0,1\}$|\1|p' | head -n 1 >"$link/std"
# Not named `linker-arguments`: cargo-zigbuild's linker rewrites a file of that name in place, which it has done for the first link.
if [ -n "$arguments_file" ]; then
  awk -v suffix=".unstripped.$$" '
    function strips(word) { return word ~ /^(-s|-S|--?strip-(all|debug))$/ }
    /^-Wl,/ {
      kept = ""
      words = split(substr($0, 5), word, ",")
      for (i = 1; i <= words; i++) if (!strips(word[i])) kept = kept "," word[i]
      if (kept == "") next
      $0 = "-Wl" kept
    }
    # Held until what it passes on is known.
    $0 == "-Xlinker" && !held { held = 1; next }
    strips($0) { held = 0; next }
    held { print "-Xlinker"; held = 0 }
    previous == "-o" { previous = $0; print $0 suffix; next }
    { previous = $0; print }' "$arguments_file" >"$twin.arguments"
fi
previous=
held=
for argument in "$@"; do
  shift
  if [ "$argument" = -Xlinker ] && [ -z "$held" ]; then
    held=yes
    continue
  fi
  keep "$argument"
  if [ -z "$kept" ] && [ -n "$argument" ]; then
    held=
    continue
  fi
  [ -n "$held" ] && set -- "$@" -Xlinker
  held=
  case $argument in @*) [ -n "$arguments_file" ] && kept=@$twin.arguments ;; esac
  [ "$previous" = -o ] && [ "$argument" = "$output" ] && kept=$twin
  previous=$argument
  set -- "$@" "$kept"
done
if "$COLDGATE_LINKER" "$@" -Wl,--print-map >"$link/map" 2>"$output.unstripped.log"; then
  mv -f "$link" "$output.link"
elif "$COLDGATE_LINKER" "$@" >"$output.unstripped.log" 2>&1; then
  rm -rf "$link"
else
  rm -f "$twin"
fi
if [ -e "$twin" ]; then
  mv -f "$twin" "$output.unstripped"
  rm -f "$output.unstripped.log"
fi
rm -rf "$twin.arguments" "$link"
exit 0
