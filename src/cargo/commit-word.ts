/** A diagnostic of rustc's, and where the next begins or cargo goes on. */
const ERROR = /^error(?:\[(E\d{4})\])?: (.*)$/;
const NEXT = /^(?:(?:error|warning)(?:\[\w+\])?: |\s+(?:Compiling|Checking|Building|Fresh|Dirty|Finished|Running|Downloaded) )/;
/** Where in the sources it is. What rustc says of the machine (a linker, a disk, a target that is not installed) has no such line. */
const PLACE = /^\s*--> .+:\d+:\d+$/;
/** Crates that cannot be found or are of another compiler: of the target folder or the toolchain, although with a place. */
const OF_MACHINE: readonly string[] = ['E0460', 'E0461', 'E0462', 'E0463', 'E0464', 'E0514', 'E0519', 'E0786'];
/** A file that could not be read is the commit's where it is not there (2: ENOENT), else the disk's. */
const SYSTEM = /\(os error (?!2\))\d+\)/;

/** What cargo says of manifests that it has read whole. Whom it could not ask (a registry, git) it names otherwise. */
const MANIFEST = [
  /^error: failed to parse (?:manifest|lock file) at/,
  /^error: .*(?:does not contain|contains?) (?:this|these) features?\b/,
  /^error: profile `[^`]*` is not defined/,
  /^error: package ID specification `[^`]*` did not match any packages/,
];

/**
 * Whether what cargo printed on standard error, without colours, is its or the compiler's word about the commit itself: an error of rustc's at
 * a place in the sources, or a manifest that cannot be right. Everything else (a download, a linker, a build script, a kill, a full disk) may be
 * otherwise at the next run, and says nothing of the commit.
 */
export function isWordOnCommit(lines: readonly string[]): boolean {
  return lines.some((line, index) => MANIFEST.some((one) => one.test(line)) || isRefusal(lines, index));
}

/** cargo's exit code for what it could not do itself; cargo lambda hands it on, and has others for its own troubles. */
export const CARGO_FAILED = 101;

/** Others could not be asked. */
const NETWORK =
  /failed to (?:download|fetch)|download of .+ failed|unable to update (?:registry|crates\.io|[a-z+]+:\/\/)|network failure|spurious network|could not resolve|connection (?:refused|reset|timed out)|timed out/i;
/** A program that was killed (for its memory, most often), is not there, or got nothing from the system. */
const SYSTEM_TROUBLE =
  /\(signal: \d+|terminated with signal|\(never executed\)|linker `.*` not found|external filter failed|out of memory|cannot allocate memory/i;

/**
 * Whether what cargo printed is plainly of the machine or of the way to others, so that the next run may have it otherwise. Between this and a word
 * on the commit there is what may be either: a linker, a build script.
 */
export function isWordOnMachine(lines: readonly string[]): boolean {
  return lines.some(
    (line) => [NETWORK, SYSTEM_TROUBLE, SYSTEM].some((one) => one.test(line)) || OF_MACHINE.includes(ERROR.exec(line)?.[1] ?? ''),
  );
}

function isRefusal(lines: readonly string[], start: number): boolean {
  const [, code = '', said] = ERROR.exec(lines[start] ?? '') ?? [];
  if (said === undefined || OF_MACHINE.includes(code) || SYSTEM.test(said)) return false;
  const length = lines.slice(start + 1).findIndex((line) => NEXT.test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).some((line) => PLACE.test(line));
}
