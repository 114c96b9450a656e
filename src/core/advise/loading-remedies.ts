import type { Arch } from '../snapshot/snapshot.ts';
import type { Remedy, TomlEdit } from './remedy.ts';

/** What cargo lambda reads of how to build. */
export type BuildKey = 'target' | 'compiler' | 'config';

/** What is known of how head is linked. */
export interface Linking {
  readonly arch: Arch;
  /** The files, and where in them, in which cargo lambda reads or would read each for this function. */
  readonly places: Readonly<Record<BuildKey, Pick<TomlEdit, 'file' | 'path'>>>;
  /** As head's binary shows. */
  readonly dynamic: boolean;
  readonly fixed: boolean;
  readonly needed: readonly string[];
  /** The functions that it calls of `libm.so.6`. */
  readonly math: readonly string[];
  /** The glibc of the image that is deployed to, as `2.34`. */
  readonly glibc: string;
}

const TRIPLES: Readonly<Record<Arch, string>> = { x86_64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' };

/** Empty since glibc 2.34, and loaded all the same by what was linked for an older one. */
const EMPTIED = ['libpthread.so.0', 'libdl.so.2', 'librt.so.1', 'libutil.so.1'];

/** zig links against any glibc's stubs, another linker against what is there. */
const LINKER =
  "cargo links with the linker and the glibc of the machine that builds, in place of zig's: on a newer machine it may need a newer glibc than Lambda has";

/** As many functions as somebody would write in place of a library. */
const MOST_MATH = 3;

/** Why instructions are saved: what the loader does before `main` is most of a small function's start. */
const FIXED_ADDRESS = 'the binary is no longer position-independent: it is mapped at a fixed address (no ASLR for its own code)';
const STATIC =
  "libc is linked in, of that machine: its fixes come with a new build alone; name lookups read /etc/nsswitch.conf and may load that machine's modules";

/**
 * How the same code can be linked so that less is done before `main`. All are written where only cargo lambda reads them: `cargo test` and
 * `cargo run` stay as they are. zig ignores `+crt-static` without a word and refuses link orders, hence the shapes.
 */
export function loadingRemedies(head: Linking): readonly Remedy[] {
  const found: Remedy[] = [];
  const gnu = head.glibc === '2.34' ? EMPTIED.filter((name) => head.needed.includes(name)) : [];
  const build = (key: BuildKey, change: TomlEdit['change']): TomlEdit => ({ ...head.places[key], change });
  const flags = (...added: readonly string[]): TomlEdit => build('config', (before) => withFlags(before, added));
  const shared = { sort: 'loading', update: null, refused: null } as const;
  if (!head.dynamic) return [];
  if (gnu.length > 0)
    found.push({
      ...shared,
      ...{ id: 'glibc=2.34', title: `target = …-gnu.${head.glibc}`, slots: ['target'] },
      edits: [build('target', () => [`${TRIPLES[head.arch]}.${head.glibc}`])],
      behaviour: `it needs the image's own glibc ${head.glibc}: provided.al2 does not start it`,
      shape: { dynamic: true, without: gnu },
      promise: 30_000,
    });
  if (!head.fixed)
    found.push({
      ...shared,
      ...{ id: 'relocation-model=static', title: 'relocation-model = static', slots: ['relocation-model'] },
      edits: [flags('-C', 'relocation-model=static')],
      behaviour: FIXED_ADDRESS,
      shape: { dynamic: true, fixed: true },
      promise: 31_000,
    });
  found.push(
    {
      ...shared,
      ...{ id: 'compiler=cargo', title: 'compiler = cargo (its own linker)', slots: ['compiler', 'target'] },
      edits: [build('compiler', () => ({ type: 'cargo' }))],
      behaviour: LINKER,
      shape: { dynamic: true },
      promise: 15_000,
    },
    {
      ...shared,
      ...{ id: 'crt-static', title: '+crt-static, non-PIE', slots: ['target', 'relocation-model', 'compiler'] },
      edits: [build('compiler', () => ({ type: 'cargo' })), flags('-C', 'relocation-model=static', '-C', 'target-feature=+crt-static')],
      behaviour: `${LINKER}; ${STATIC}; ${FIXED_ADDRESS}`,
      shape: { dynamic: false, fixed: true },
      promise: 20_000,
    },
    unbuilt(
      'relr',
      '-z pack-relative-relocs',
      `it needs glibc 2.36, and the image has ${head.glibc}; zig's linker does not take it either`,
    ),
    unbuilt(
      'link-order',
      'link order by first call',
      "zig's linker takes no --symbol-ordering-file, and such a list of mangled names is another with each compiler; of a static health it was 67 page faults in place of 76",
    ),
  );
  if (head.math.length > 0 && head.math.length <= MOST_MATH)
    found.push(
      unbuilt(
        'libm',
        `no libm.so.6 (loaded for ${head.math.join(', ')} alone)`,
        'a function of that name in your own code is no setting; of a health it was 40 k of 382 k instructions for `pow`, which Tokio asks for',
      ),
    );
  return found;
}

/** A row that says why it is none. */
function unbuilt(id: string, title: string, refused: string): Remedy {
  return { ...{ id, title, sort: 'loading', slots: [id], edits: [], update: null, behaviour: null, shape: null, promise: 0 }, refused };
}

/** The list that cargo lambda hands on as `--config`, with one more entry: cargo joins `build.rustflags` with what it reads elsewhere. */
function withFlags(before: unknown, added: readonly string[]): readonly string[] {
  const kept = Array.isArray(before) ? before.filter((item) => typeof item === 'string') : [];
  const text = `build.rustflags=[${added.map((flag) => JSON.stringify(flag)).join(',')}]`;
  return kept.includes(text) ? kept : [...kept, text];
}
