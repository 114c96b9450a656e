#!/bin/sh
# The linker of a final binary: first exactly the link that was asked for, with the linker that rustc would have used; then, where that link
# strips, once more without stripping into <output>.unstripped: the twin. A failed second link loses the twin, never the build.
# Stripping debug information counts: zig takes all symbols off then.
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
strips=
arguments_file=
for argument in "$@"; do
  [ "$previous" = -o ] && output=$argument
  keep "$argument"
  [ "$kept" = "$argument" ] || strips=yes
  case $argument in @*) arguments_file=${argument#@} ;; esac
  previous=$argument
done
if [ -n "$arguments_file" ]; then
  # One argument a line, with backslashes before blanks and backslashes: rustc's way where a command line is too long.
  grep -qE -e '^(-Wl,(.*,)?)?(-s|-S|--?strip-(all|debug))(,|$)' "$arguments_file" && strips=yes
  found=$(sed -n '/^-o$/{n;s/\\\(.\)/\1/g;p;}' "$arguments_file")
  [ -n "$found" ] && output=$found
fi
[ -n "$output" ] || exit 0
rm -f "$output.unstripped" "$output.unstripped.log"

# What rustc (which waits for this script) took for the binary, LTO included, in ticks of processor time: fields 14 and 15 of its stat, the
# 12th and 13th behind its name. By it a matrix's shards are made even; where there is no /proc, they are so by count.
if { IFS= read -r stat <"/proc/$PPID/stat"; } 2>/dev/null; then
  # shellcheck disable=SC2086
  (set -- ${stat##*) } && echo $((${12} + ${13})) >"$output.ticks") 2>/dev/null
fi
[ -n "$strips" ] || exit 0

# A temporary name first, so that a killed or parallel link never leaves half a twin.
twin=$output.unstripped.$$
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
if "$COLDGATE_LINKER" "$@" >"$output.unstripped.log" 2>&1; then
  mv -f "$twin" "$output.unstripped"
  rm -f "$output.unstripped.log"
else
  rm -f "$twin"
fi
rm -f "$twin.arguments"
exit 0
