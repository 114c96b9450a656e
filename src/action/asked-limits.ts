import {
  limitsContradiction,
  type ManifestLimits,
  ofFunctions,
  parseManifestLimits,
  rootOf,
  sharedNames,
  soleOf,
} from '../cargo/manifest-limits.ts';
import { tracesAtBase } from '../cargo/traces.ts';
import { declaredAt } from '../core/compare/declared-limits.ts';
import { UsageError } from '../core/failures.ts';
import type { Asked } from '../core/model/outcome.ts';
import type { GitApi } from '../github/git-api.ts';
import { functionsOf, type Leg } from './leg.ts';

/** Each is a request, and a token has a thousand an hour: of a larger repository the first are read. */
const MOST_MANIFESTS = 50;

/**
 * Base's limits count, also of one that could not be measured: one that is dropped or raised on the way would let a breach through. So would a
 * project that is called new and is not. A UsageError says what contradicts; `head`: what GitHub knows where files lay beside the measured commit.
 */
export async function checkLimits(api: GitApi, leg: Leg, head: string): Promise<Asked> {
  const sha = wantedBase(leg);
  if (sha === null) return { confirmed: [], claimed: [] };
  const limits = declaredAt(leg.base);
  const files = new Set(limits.map(({ file }) => file));
  const base = await readManifests(api, sha, files);
  const gone = [...files].find((file) => !base.files.includes(file));
  if (base.isListed && gone !== undefined)
    throw new UsageError(`it says that ${gone} declares limits, and base ${sha.slice(0, 12)} has no such file`);
  const isFirst = leg.base.kind === 'missing' && leg.base.why.kind === 'first-run';
  const { shared, isOpen } = isFirst
    ? await holdFirst(api, leg, { sha, ...base }, head)
    : await holdMeasured(base, leg, () => readHead(api, leg, base, head));
  const ambiguous = shared.length === 0 ? [] : [`which package's limits count: several are called ${shared.join(', ')}`];
  const others = base.isWhole ? [] : [`that none but ${base.manifests.length} manifests declare limits`];
  const unread = isFirst && (isOpen || !base.isWhole) ? ['that base has no such project'] : [];
  return {
    confirmed: ["base's limits", ...(isFirst && unread.length === 0 ? ['that base has no such project'] : [])],
    claimed: [...ambiguous, ...others, ...unread],
  };
}

function wantedBase({ base }: Leg): string | null {
  return base.kind === 'missing' ? base.why.sha : (base.insteadOf ?? base.snapshot.commit).sha;
}

interface Held {
  /** The packages' names that leave open whose limits count. */
  readonly shared: readonly string[];
  /** Whether the project may have been another one before. */
  readonly isOpen: boolean;
}

/** Holds a project that base has against the limits there. */
async function holdMeasured({ manifests }: Manifests, leg: Leg, readHead: () => Promise<Manifests>): Promise<Held> {
  const functions = functionsOf(leg);
  const limits = declaredAt(leg.base);
  const atBase = sharedNames(ofFunctions(manifests, functions));
  const contradiction = limitsContradiction(limits, manifests, functions);
  if (contradiction === null) return { shared: atBase, isOpen: false };
  // What head alone has under the name of another project's package is none of that one: each manifest is a request, so only now.
  const before = new Set(leg.base.kind === 'measured' ? functionsAt(leg.base.snapshot) : []);
  const added = functions.filter(({ crate }) => !before.has(crate));
  const atHead = sharedNames(ofFunctions((await readHead()).manifests, added));
  const known = functions.filter(({ crate }) => !atHead.includes(crate));
  const left = atHead.length === 0 ? contradiction : limitsContradiction(limits, manifests, known);
  if (left !== null) throw new UsageError(left);
  return { shared: [...new Set([...atBase, ...atHead])], isOpen: false };
}

function functionsAt({ functions, notBuilt }: Leg['head']): readonly string[] {
  return [...functions, ...notBuilt].map(({ crate }) => crate);
}

/** Whether base may have what is called new; if not, it is held to the workspaces of base that it joins. */
async function holdFirst(api: GitApi, leg: Leg, base: Manifests & { readonly sha: string }, tip: string): Promise<Held> {
  if (base.files.length === 0) return { shared: [], isOpen: false };
  const head = await readHead(api, leg, base, tip);
  const functions = functionsOf(leg);
  const [trace] = tracesAtBase(
    { base: base.files, head: head.isListed ? head.files : base.files },
    { base: base.manifests, head: head.manifests },
    functions,
    // What git calls a rename GitHub does not tell.
    () => false,
  );
  if (trace !== undefined) {
    const what = trace.because === 'gone' ? 'is gone at head' : `is of ${trace.because.package}`;
    throw new UsageError(`it says that there is no project at its base ${base.sha.slice(0, 12)}, and ${trace.file} there ${what}`);
  }
  const added = ofFunctions(head.manifests, functions).filter(({ file }) => !base.files.includes(file));
  const joined = soleOf(added).flatMap((one) => rootOf(one, head.manifests)?.file ?? []);
  const contradiction = limitsContradiction(declaredAt(leg.base), base.manifests, functions, joined);
  if (contradiction !== null) throw new UsageError(contradiction);
  return { shared: sharedNames(added), isOpen: head.isListed && base.files.some((file) => !head.files.includes(file)) };
}

function readHead(api: GitApi, leg: Leg, base: Manifests, tip: string): Promise<Manifests> {
  const { source, sha } = leg.head.commit;
  return readManifests(api, source === 'commit' ? sha : tip, new Set(base.files));
}

interface Manifests {
  /** All that GitHub lists. */
  readonly files: readonly string[];
  readonly isListed: boolean;
  readonly manifests: readonly ManifestLimits[];
  /** All there are were read. */
  readonly isWhole: boolean;
}

/** The manifests of a commit; of more than are read those of `wanted` first, then the nearest to the top. */
async function readManifests(api: GitApi, sha: string, wanted: ReadonlySet<string>): Promise<Manifests> {
  const { manifests: blobs, whole } = await api.manifestsAt(sha);
  const depth = (path: string): number => path.split('/').length;
  const chosen = blobs
    .toSorted((a, b) => Number(wanted.has(b.path)) - Number(wanted.has(a.path)) || depth(a.path) - depth(b.path))
    .slice(0, MOST_MANIFESTS);
  const manifests = [];
  for (const { path, sha: blob } of chosen) manifests.push(parseManifestLimits(path, await api.blob(blob)));
  return { files: blobs.map(({ path }) => path), isListed: whole, manifests, isWhole: whole && chosen.length === blobs.length };
}
