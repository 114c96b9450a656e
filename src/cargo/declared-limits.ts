import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { UsageError } from '../core/failures.ts';
import type { DeclaredLimit } from '../core/snapshot/snapshot.ts';
import { type CargoMetadata, workspaceMembers } from './metadata.ts';

/** What a table of coldgate's may hold. */
const KEYS: readonly string[] = ['limits', 'init-event'];

/**
 * The limits that stand in `[workspace.metadata.coldgate]` and `[package.metadata.coldgate]`, as text, with the file and line of each.
 * Read through `cargo metadata`; throws a UsageError for a `limits` that is not a list of strings, and for keys that coldgate does not know. Of base
 * (`lenient`) what is text in a list counts: its mistake is not that of the change, which may mend it.
 */
export async function readDeclaredLimits(
  cargo: CargoMetadata,
  checkout: string,
  { lenient = false }: { readonly lenient?: boolean } = {},
): Promise<readonly DeclaredLimit[]> {
  const declared: DeclaredLimit[] = [];
  const root = join(cargo.workspace_root, 'Cargo.toml');
  declared.push(...(await located(cargo.metadata, { owner: null, manifest: root, checkout, lenient })));
  for (const member of workspaceMembers(cargo)) {
    declared.push(...(await located(member.metadata, { owner: member.name, manifest: member.manifest_path, checkout, lenient })));
  }
  return declared;
}

async function located(
  metadata: Readonly<Record<string, unknown>> | null,
  { owner, manifest, checkout, lenient }: Place,
): Promise<readonly DeclaredLimit[]> {
  const own = metadata?.coldgate;
  if (own === undefined) return [];
  const file = relative(checkout, manifest);
  const limits = lenient ? textsIn(own) : limitsIn(own, file, owner);
  return locateLimits(limits, owner, { file, text: await readFile(manifest, 'utf8').catch(() => '') });
}

interface Place {
  /** The package; `null`: the workspace. */
  readonly owner: string | null;
  readonly manifest: string;
  readonly checkout: string;
  readonly lenient: boolean;
}

function textsIn(own: unknown): readonly string[] {
  const limits = typeof own === 'object' && own !== null && 'limits' in own ? own.limits : [];
  return Array.isArray(limits) ? limits.filter((item) => typeof item === 'string') : [];
}

function limitsIn(own: unknown, file: string, owner: string | null): readonly string[] {
  const where = `${file}: [${owner === null ? 'workspace' : 'package'}.metadata.coldgate]`;
  if (typeof own !== 'object' || own === null || Array.isArray(own))
    throw new UsageError(`${where} is not a table; write limits = ["zip: 5 MB"] below it`);
  const unknown = Object.keys(own).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) throw new UsageError(`${where} has the unknown key ${JSON.stringify(unknown[0])}; known: ${KEYS.join(', ')}`);
  const limits = 'limits' in own ? own.limits : [];
  if (!Array.isArray(limits) || !limits.every((item) => typeof item === 'string')) {
    throw new UsageError(`${where}: limits is not a list of strings; write limits = ["zip: 5 MB", "binary: +2%"]`);
  }
  return limits;
}

/** Limits of a manifest with the line that each stands on; `null` where it is written in a way that is not looked for. `owner`: the package; `null`: the workspace. */
export function locateLimits(
  limits: readonly string[],
  owner: string | null,
  manifest: { readonly file: string; readonly text: string },
): readonly DeclaredLimit[] {
  const lines = manifest.text.split('\n').map(withoutComment);
  const table = owner === null ? 'workspace' : 'package';
  // The other table may hold the same limit; where the table is written another way (`coldgate = { … }`), the search begins at the top.
  const header = new RegExp(String.raw`^\s*\[\s*${table}\s*\.\s*metadata\s*(\.\s*coldgate\s*)?\]`);
  const begin = Math.max(
    0,
    lines.findIndex((line) => header.test(line)),
  );
  return limits.map((text) => {
    const at = lines.findIndex((line, index) => index >= begin && (line.includes(`"${text}"`) || line.includes(`'${text}'`)));
    return { text, package: owner, file: manifest.file, line: at < 0 ? null : at + 1 };
  });
}

/** A line of TOML as far as it counts: a `#` in a string is none of a comment. */
function withoutComment(line: string): string {
  return line.replace(/("(?:[^"\\]|\\.)*"|'[^']*')|#.*$/g, (_, string: string | undefined) => string ?? '');
}
