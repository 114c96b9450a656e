import {
  featureRemedies,
  type Requirement,
  steps,
  unifyRemedy,
  upgradeRemedy,
  type WantedPackage,
  wantedPackages,
} from '../core/advise/dependency-remedies.ts';
import { duplicatesIn, type LinkedPackages, linkedChange, promiseOf } from '../core/advise/linked.ts';
import type { Remedy } from '../core/advise/remedy.ts';
import { normalizeCrate } from '../core/crates.ts';
import { zipOf } from '../core/snapshot/owners.ts';
import type { FunctionMeasurement } from '../core/snapshot/snapshot.ts';
import { type Millis, renderInteger } from '../core/units.ts';
import { compareVersions } from '../core/versions.ts';
import { runGuarded } from '../exec/group.ts';
import { linkedNow, type TrialPlace, trying } from './trial.ts';

/** A remedy worth a build, and the one without which it is not: tried only where that one failed. */
export interface Candidate {
  readonly remedy: Remedy;
  readonly insteadOf: string | null;
}

/**
 * What of a project's dependencies is worth a build, by what it would link: cargo resolves each edit, nothing is compiled. Those that are left after
 * `longest` are counted in the log: a manifest may name any number of features.
 */
export async function dependencyCandidates(
  place: TrialPlace,
  requirements: readonly Requirement[],
  fn: FunctionMeasurement,
  longest: Millis,
): Promise<readonly Candidate[]> {
  const until = performance.now() + longest;
  let left = 0;
  const isLate = (): boolean => performance.now() > until;
  const before = await linkedNow(place, { online: true });
  const owned = new Map(fn.owners.kind === 'owned' ? fn.owners.crates.map((one) => [normalizeCrate(one.name), zipOf(one)]) : []);
  const promised = async (
    remedies: readonly Remedy[],
    online: boolean,
  ): Promise<{ gone: readonly string[]; promise: number; after: LinkedPackages; same: boolean; grows: boolean } | null> => {
    if (isLate()) left += 1;
    const after = isLate() ? null : await trying(place, remedies, () => linkedNow(place, { online }));
    if (after === null) return null;
    const change = linkedChange(before, after);
    const same = change.gone.length + change.altered.length + change.added.length === 0;
    return { gone: change.gone, promise: promiseOf(change, after, owned), after, same, grows: change.added.length > 0 };
  };
  const wanted = wantedPackages(requirements);
  const found: Candidate[] = [];
  const alone = new Set<string>();
  const idle: Remedy[] = [];
  for (const { remedy, insteadOf, brings, nothingNew } of wanted.flatMap(featureRemedies)) {
    const screened = await promised([remedy], brings);
    if (screened === null || (nothingNew === true && screened.grows)) continue;
    for (const one of screened.gone) alone.add(one);
    // What leaves every package there saves by itself only what the feature compiles in its own crate.
    if (screened.gone.length === 0 && insteadOf === null) idle.push(remedy);
    // A crate that goes may have tables that stand under no crate's name: such a one comes last.
    if (screened.same || (screened.gone.length === 0 && screened.promise === 0 && remedy.promise === 0)) continue;
    found.push({ remedy: withGone({ ...remedy, promise: Math.max(remedy.promise, screened.promise) }, screened.gone), insteadOf });
  }
  found.push(...(await onlyTogether(idle, alone, promised)));
  for (const remedy of await versionRemedies(place, isLate() ? [] : wanted, before, isLate)) {
    const screened = await promised([remedy], true);
    if (screened === null) continue;
    const [had, has] = [before, screened.after].map((linked) => duplicatesIn(linked));
    if (has === undefined || had === undefined || has.size >= had.size) continue;
    const left = [...had.keys()].filter((name) => !has.has(name));
    found.push({
      remedy: { ...remedy, promise: screened.promise, title: `${remedy.title} (one ${left.slice(0, 3).join(', ')})` },
      insteadOf: null,
    });
  }
  if (left > 0)
    place.context.host.progress.step(
      `${renderInteger(left)} edits of dependencies were not looked at: half the budget went by with the others`,
    );
  return found;
}

/** Crates without which something that callers count on does not work at run time, although it builds and starts. */
const LOST: readonly { readonly what: string; readonly crates: readonly string[] }[] = [
  { what: 'TLS (https)', crates: ['rustls', 'native-tls', 'openssl'] },
  { what: 'HTTP/2', crates: ['h2'] },
  { what: "the system's certificate roots", crates: ['rustls-native-certs', 'rustls-platform-verifier'] },
  { what: 'compiled-in certificate roots', crates: ['webpki-roots'] },
  { what: 'decompression', crates: ['flate2', 'async-compression', 'brotli'] },
];

/** What an edit no longer links, in its behaviour: that is how a lost feature is known. */
function withGone(remedy: Remedy, gone: readonly string[]): Remedy {
  if (gone.length === 0) return remedy;
  const names = [...new Set(gone.map((one) => one.split(' ')[0] ?? ''))];
  const lost = LOST.filter(({ crates }) => crates.some((crate) => names.includes(crate))).map(({ what }) => what);
  const first = lost.length === 0 ? '' : `GONE: ${lost.join(', ')}; `;
  const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
  return { ...remedy, behaviour: `${first}${remedy.behaviour ?? 'it'}; no longer linked: ${shown}` };
}

/**
 * Remedies that leave everything there by themselves and take a package out together: two dependencies that both ask for it. From all of them
 * one after the other is left out again as long as something still goes.
 */
async function onlyTogether(
  idle: readonly Remedy[],
  alone: ReadonlySet<string>,
  promised: (remedies: readonly Remedy[], online: boolean) => Promise<{ gone: readonly string[]; promise: number } | null>,
): Promise<readonly Candidate[]> {
  if (idle.length < 2) return [];
  const gain = async (remedies: readonly Remedy[]): Promise<{ gone: readonly string[]; promise: number } | null> => {
    const screened = await promised(remedies, false);
    const gone = screened?.gone.filter((one) => !alone.has(one)) ?? [];
    return screened === null || gone.length === 0 ? null : { gone, promise: screened.promise };
  };
  let kept = [...idle];
  let best = await gain(kept);
  if (best === null) return [];
  for (const one of idle) {
    const rest = kept.filter((other) => other !== one);
    const without = await gain(rest);
    if (without === null || without.gone.length < best.gone.length) continue;
    kept = rest;
    best = without;
  }
  if (kept.length < 2) return [];
  const remedy: Remedy = {
    ...{
      id: kept.map(({ id }) => id).join(' + '),
      title: `only together: ${kept.map(({ title }) => title).join(' + ')}`,
      sort: 'features',
    },
    ...{ slots: kept.flatMap(({ slots }) => slots), edits: kept.flatMap(({ edits }) => edits), update: null },
    ...{ behaviour: kept.map(({ behaviour }) => behaviour).join('; '), shape: null, promise: best.promise, refused: null },
  };
  return [{ remedy: withGone(remedy, best.gone), insteadOf: null }];
}

/** Ways to have one version of a package where there are two: in the lock file alone, else by a newer release of who asks for the older one. */
async function versionRemedies(
  place: TrialPlace,
  wanted: readonly WantedPackage[],
  linked: LinkedPackages,
  isLate: () => boolean,
): Promise<readonly Remedy[]> {
  const duplicates = duplicatesIn(linked);
  const found: Remedy[] = [];
  for (const [name, versions] of place.lock.committed ? duplicates : []) {
    const sorted = versions.toSorted((a, b) => compareVersions(a, b));
    const newest = sorted.at(-1);
    for (const one of sorted) if (newest !== undefined && one !== newest) found.push(unifyRemedy(name, one, newest));
  }
  if (duplicates.size === 0) return found;
  for (const one of wanted.filter(({ published }) => published)) {
    if (isLate()) break;
    const below = await reachedFrom(place, one);
    const twin = [...duplicates].find(([name, versions]) =>
      versions
        .slice(0)
        .sort(compareVersions)
        .slice(0, -1)
        .some((version) => below.has(`${name} ${version}`)),
    );
    if (twin === undefined) continue;
    const newest = await newestOf(place, one);
    if (newest === null) continue;
    for (const to of steps(one.version, newest)) {
      found.push({ ...upgradeRemedy(one, to), shape: null, promise: 0, refused: null });
    }
  }
  return found;
}

/** What a package brings with it. */
async function reachedFrom({ context, folder, arch }: TrialPlace, { package: name, version }: WantedPackage): Promise<ReadonlySet<string>> {
  return new Set(
    (
      await linkedNow(
        { ...{ context, folder, arch }, crate: `${name}@${version}`, lock: { path: '', committed: false } },
        { online: false },
      ).catch(() => new Map())
    ).keys(),
  );
}

/** The newest release that the registry has; `null` where it cannot be asked: then there is no upgrade to try. */
async function newestOf({ context: { env, guard }, folder }: TrialPlace, { package: name }: WantedPackage): Promise<string | null> {
  const args = ['info', '--quiet', '--color', 'never', name];
  const { stdout, exitCode } = await runGuarded('cargo', args, { cwd: folder, env, guard, check: false });
  if (exitCode !== 0) return null;
  const [, version, latest] = /^version: (\S+)(?: \(latest (\S+)\))?/m.exec(stdout) ?? [];
  return latest ?? version ?? null;
}
