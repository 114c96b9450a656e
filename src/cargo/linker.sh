#!/bin/sh
# The linker of a final binary: first exactly the link that was asked for, with the linker that rustc would have used; then, where that link
# strips, once more without stripping into <output>.unstripped: the twin. A failed second link loses the twin, never the build.
# Stripping debug information counts: zig takes all symbols off then.
set -u
"$COLDGATE_LINKER" "$@" || exit

strip_flags='-Wl,--strip-all|--strip-all|-s|-Wl,-s|-Wl,--strip-debug|--strip-debug|-Wl,-S'
output=
previous=
strips=
arguments_file=
for argument in "$@"; do
  [ "$previous" = -o ] && output=$argument
  case $argument in
    -Wl,--strip-all | --strip-all | -s | -Wl,-s | -Wl,--strip-debug | --strip-debug | -Wl,-S) strips=yes ;;
    @*) arguments_file=${argument#@} ;;
  esac
  previous=$argument
done
if [ -n "$arguments_file" ]; then
  # One argument a line, with backslashes before blanks and backslashes: rustc's way where a command line is too long.
  grep -qxE -e "$strip_flags" "$arguments_file" && strips=yes
  found=$(sed -n '/^-o$/{n;s/\\\(.\)/\1/g;p;}' "$arguments_file")
  [ -n "$found" ] && output=$found
fi
[ -n "$output" ] || exit 0
rm -f "$output.unstripped" "$output.unstripped.log"
[ -n "$strips" ] || exit 0

# A temporary name first, so that a killed or parallel link never leaves half a twin.
twin=$output.unstripped.$$
# Not named `linker-arguments`: cargo-zigbuild's linker rewrites a file of that name in place, which it has done for the first link.
if [ -n "$arguments_file" ]; then
  awk -v suffix=".unstripped.$$" -v strip_flags="^($strip_flags)\$" '
    $0 ~ strip_flags { next }
    previous == "-o" { previous = $0; print $0 suffix; next }
    { previous = $0; print }' "$arguments_file" >"$twin.arguments"
fi
previous=
for argument in "$@"; do
  shift
  case $argument in
    -Wl,--strip-all | --strip-all | -s | -Wl,-s | -Wl,--strip-debug | --strip-debug | -Wl,-S) continue ;;
    @*) [ -n "$arguments_file" ] && argument=@$twin.arguments ;;
  esac
  [ "$previous" = -o ] && [ "$argument" = "$output" ] && argument=$twin
  previous=$argument
  set -- "$@" "$argument"
done
if "$COLDGATE_LINKER" "$@" >"$output.unstripped.log" 2>&1; then
  mv -f "$twin" "$output.unstripped"
  rm -f "$output.unstripped.log"
else
  rm -f "$twin"
fi
rm -f "$twin.arguments"
exit 0
