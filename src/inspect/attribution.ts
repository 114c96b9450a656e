import { ToolError } from '../core/failures.ts';
import type { Attribution, Note } from '../core/snapshot/snapshot.ts';
import { runGuarded } from '../exec/group.ts';
import { type Elf, parseElf, sectionBytes } from '../formats/elf/elf.ts';
import { openReader, type Reader } from '../formats/elf/reader.ts';
import { attribute, attributedOf, type BloatAnswer, type BloatRow, type BloatRun, parseBloat } from './bloat.ts';

export interface AttributionRun extends BloatRun {
  readonly features: readonly string[];
  /** Target directory of the fallback's own build. */
  readonly rebuildTarget: string;
}

interface BloatSubject {
  /** The function's name, for messages. */
  readonly name: string;
  /** The binary's own, as cargo has it. */
  readonly binary: string;
  readonly crate: string;
  /** The binary as shipped, out of the package. */
  readonly file: string;
  readonly elf: Elf;
  /** Where the second link left the unstripped one. */
  readonly twin: string | null;
}

interface AttributionResult {
  readonly attribution: Attribution;
  /** The twin, where it was proven to be the shipped binary's. */
  readonly twin: string | null;
  /** cargo bloat's answer on the code that ships; `null` where there is none. */
  readonly rows: readonly BloatRow[] | null;
  readonly notes: readonly Note[];
}

/**
 * Attributes the code that ships: through its own symbols, else through its twin, once the twin's `.text` is byte for byte the shipped one's;
 * else through a separate cargo bloat build, which is said. Attribution that fails is said too and loses no other figure.
 */
export async function attributionOf(bloat: AttributionRun, subject: BloatSubject): Promise<AttributionResult> {
  const notes: Note[] = [];
  if (subject.elf.symbols !== 'none') {
    return { ...(await tryAttribute('binary', () => attribute(bloat, subject, subject.file))), twin: null, notes };
  }
  const why = subject.twin === null ? 'the second link left no unstripped twin' : sameCode(subject.file, subject.elf, subject.twin);
  if (subject.twin !== null && why === null) {
    const { twin } = subject;
    return { ...(await tryAttribute('twin', () => attribute(bloat, subject, twin))), twin, notes };
  }
  const { attribution } = await tryAttribute('rebuild', () => rebuild(bloat, subject));
  const instead =
    attribution.kind === 'attributed'
      ? 'its crates come from a separate cargo bloat build, which is not exactly the binary that ships'
      : 'a separate cargo bloat build failed too, so its crates are not known';
  notes.push({ code: 'no-twin', text: `${subject.name}: ${why}: ${instead}` });
  return { attribution, twin: null, rows: null, notes };
}

async function tryAttribute(
  of: 'twin' | 'binary' | 'rebuild',
  work: () => Promise<BloatAnswer>,
): Promise<Pick<AttributionResult, 'attribution' | 'rows'>> {
  try {
    const answer = await work();
    const { text, crates, symbols, unattributed } = attributedOf(answer);
    return { attribution: { kind: 'attributed', of, text, crates: [...crates], symbols: [...symbols], unattributed }, rows: answer.rows };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const last = error.process?.lastLines.at(-1);
    const reason = `${error.message}${last === undefined ? '' : `: ${last}`}`.slice(0, 1_000);
    return { attribution: { kind: 'none', reason }, rows: null };
  }
}

/** `null` where both files' `.text` is the same; otherwise why the twin cannot speak for the shipped binary. */
function sameCode(shipped: string, elf: Elf, twin: string): string | null {
  using ours = openReader(shipped);
  using theirs = openReader(twin);
  try {
    const twinElf = parseElf(theirs, twin);
    const same = equalSections(ours, elf, theirs, twinElf);
    return same ? null : 'the unstripped twin has other code than the binary in the package';
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return `the unstripped twin cannot be read (${error.message})`;
  }
}

function equalSections(a: Reader, elfA: Elf, b: Reader, elfB: Elf): boolean {
  const [left, right] = [sectionBytes(a, elfA, '.text'), sectionBytes(b, elfB, '.text')];
  return left !== null && right !== null && left.equals(right);
}

/** The ordinary cargo bloat: it builds for itself, without stripping, in a target directory of its own. */
async function rebuild(bloat: AttributionRun, subject: BloatSubject): Promise<BloatAnswer> {
  const profile = bloat.profile === 'release' ? ['--release'] : ['--profile', bloat.profile];
  const variable = bloat.profile.toUpperCase().replaceAll('-', '_');
  const env = {
    ...bloat.env,
    CARGO_TARGET_DIR: bloat.rebuildTarget,
    [`CARGO_PROFILE_${variable}_STRIP`]: 'none',
    RUSTC_WRAPPER: bloat.env.COLDGATE_CHAINED_WRAPPER ?? '',
  };
  const args = ['bloat', ...profile, '--target', bloat.triple, ...bloat.features, '--package', subject.crate, '--bin', subject.binary];
  const { stdout } = await runGuarded(bloat.program, [...args, '--full-fn', '-n', '0', '--message-format', 'json'], {
    cwd: bloat.folder,
    env,
    guard: bloat.guard,
  });
  return parseBloat(stdout, `cargo bloat of ${subject.name}`);
}
