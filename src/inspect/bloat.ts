import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ToolError } from '../core/failures.ts';
import { foldName, NO_CRATE } from '../core/rust-names.ts';
import { problemOf } from '../core/shape.ts';
import type { Sized, SymbolSize } from '../core/snapshot/snapshot.ts';
import { quoted, shortened } from '../core/text.ts';
import { type Bytes, bytes } from '../core/units.ts';
import { type Guard, runGuarded } from '../exec/group.ts';
import type { Environment } from '../exec/run.ts';

/** What cargo bloat says of one file with symbols: crates and functions, added up. */
interface Attributed {
  readonly text: Bytes;
  readonly crates: readonly Sized[];
  readonly symbols: readonly SymbolSize[];
  /** `.text` that no symbol covers; negative where symbols overlap. */
  readonly unattributed: Bytes;
}

/** One function of cargo bloat's answer. No crate: it is `[Unknown]`'s; one that ends with `?` is a guess. */
export interface BloatRow {
  readonly crate?: string | null | undefined;
  /** Demangled, with its hash or disambiguators. */
  readonly name: string;
  readonly size: number;
}

/** cargo bloat's answer as it stands: the largest function first. Its names can take 200 MB: let go of it once it is added up. */
export interface BloatAnswer {
  readonly text: Bytes;
  readonly rows: readonly BloatRow[];
}

interface ArtifactMessage {
  readonly line: string;
  readonly executable: string | null;
  /** The cargo package, and the target in it. */
  readonly package: string;
  readonly crate: string;
}

export interface BloatRun {
  /** The cargo bloat program. */
  readonly program: string;
  /** The real cargo, for everything but `build`. */
  readonly cargo: string;
  readonly folder: string;
  readonly env: Environment;
  /** A folder of this run's own. */
  readonly scratch: string;
  readonly guard: Guard;
  readonly profile: string;
  readonly triple: string;
  /** cargo's artifact messages of the build being attributed. */
  readonly messages: readonly ArtifactMessage[];
}

/** A binary, and the cargo package that it belongs to. */
export interface BloatBinary {
  readonly binary: string;
  readonly crate: string;
}

/** Answers cargo bloat's `cargo build` with the messages of the build that was measured; everything else goes to the real cargo. */
const CARGO = `#!/bin/sh
if [ "\${1:-}" = build ]; then
  case " $* " in *" --message-format=json "*) cat "$COLDGATE_MESSAGES" ;; esac
  exit 0
fi
exec "$COLDGATE_CARGO" "$@"
`;

/**
 * Attributes the code of `file` (the twin, or a binary that has symbols) with the real cargo bloat, without building anything:
 * cargo bloat analyses the last executable that cargo names, so that is `file`, and learns the crates' symbols from the other messages.
 */
export async function attribute(bloat: BloatRun, binary: BloatBinary, file: string): Promise<BloatAnswer> {
  const bin = join(bloat.scratch, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'cargo'), CARGO, { mode: 0o755 });
  const messages = join(bloat.scratch, 'messages');
  await writeFile(messages, `${renderMessages(bloat.messages, binary, file).join('\n')}\n`);
  const profile = bloat.profile === 'release' ? ['--release'] : ['--profile', bloat.profile];
  const args = ['bloat', ...profile, '--target', bloat.triple, '--full-fn', '-n', '0', '--message-format', 'json'];
  const env = { ...bloat.env, PATH: `${bin}:${bloat.env.PATH ?? ''}`, COLDGATE_MESSAGES: messages, COLDGATE_CARGO: bloat.cargo };
  const { stdout } = await runGuarded(bloat.program, args, { cwd: bloat.folder, env, guard: bloat.guard, remains: 'end' });
  return parseBloat(stdout, `cargo bloat of ${binary.binary}`);
}

function renderMessages(messages: BloatRun['messages'], { binary, crate: owner }: BloatBinary, file: string): readonly string[] {
  const libraries = messages.filter(({ executable }) => executable === null).map(({ line }) => line);
  const own = messages.findLast((one) => one.executable !== null && one.crate === binary && one.package === owner);
  if (own === undefined) throw new ToolError(`cargo named no executable for ${binary}`);
  return [...libraries, JSON.stringify({ ...JSON.parse(own.line), executable: file, filenames: [file] })];
}

/** Of a name; names of generated code have several thousand characters. */
const LONGEST = 1_000;

const size = z.int().min(0);
const answer = z.object({
  'text-section-size': size,
  functions: z.array(z.object({ crate: z.string().nullish(), name: z.string(), size })),
});

/**
 * Reads `cargo bloat --message-format json -n 0 --full-fn`: `{"file-size", "text-section-size", "functions": [{"crate"?, "name", "size"}]}`.
 * Throws a ToolError that names what is missing.
 */
export function parseBloat(json: string, where: string): BloatAnswer {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ToolError(`${where}: its answer is not JSON (it begins ${quoted(json.slice(0, 60))}): is this cargo-bloat 0.12?`, { cause });
  }
  const read = answer.safeParse(value);
  if (!read.success)
    throw new ToolError(`${where}: ${problemOf(read.error, 'its answer')}: is this cargo-bloat 0.12?`, { cause: read.error });
  return { text: bytes(read.data['text-section-size']), rows: read.data.functions };
}

/** Adds up an answer by crate and by function. Instantiations of one function are folded; a function without a crate is `[Unknown]`'s. */
export function attributedOf({ text, rows }: BloatAnswer): Attributed {
  const symbols = new Map<string, { crate: string; name: string; size: number; count: number }>();
  const crates = new Map<string, number>();
  let covered = 0;
  for (const { size, ...item } of rows) {
    const { crate, name } = symbolOf(item);
    const key = `${crate}\0${name}`;
    const row = symbols.get(key) ?? { crate, name, size: 0, count: 0 };
    symbols.set(key, { ...row, size: row.size + size, count: row.count + 1 });
    const owner = crateOfRow(item);
    crates.set(owner, (crates.get(owner) ?? 0) + size);
    covered += size;
  }
  return {
    text,
    crates: [...crates].map(([name, size]) => ({ name, size: bytes(size) })).sort(bySize),
    symbols: [...symbols.values()].map((row) => ({ ...row, size: bytes(row.size), owned: null })).sort(bySize),
    unattributed: bytes(text - covered),
  };
}

/** The symbol that a function is an instance of. */
export function symbolOf({ crate, name }: Pick<BloatRow, 'crate' | 'name'>): { readonly crate: string; readonly name: string } {
  return { crate: shortened(crate || NO_CRATE, LONGEST), name: shortened(foldName(name), LONGEST) || '[unnamed]' };
}

/** As `cargo bloat --crates` counts it: a guessed crate is the crate it is guessed to be. */
export function crateOfRow({ crate }: Pick<BloatRow, 'crate'>): string {
  return shortened(crate || NO_CRATE, LONGEST).replace(/\?$/, '');
}

export function bySize(a: { readonly name: string; readonly size: number }, b: { readonly name: string; readonly size: number }): number {
  return b.size - a.size || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}
