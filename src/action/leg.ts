import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import * as z from 'zod';
import { copySnapshot, type Stored } from '../cache/store.ts';
import { keepShown } from '../core/compare/kept-rows.ts';
import { messageOf, ToolError, UsageError } from '../core/failures.ts';
import { meaning, type NamedFunction } from '../core/function-names.ts';
import type { Base } from '../core/model/base.ts';
import type { LimitSet } from '../core/model/limits.ts';
import { FULL_SHA, SHA256 } from '../core/sha.ts';
import { problemOf } from '../core/shape.ts';
import {
  declaredLimit,
  MAX_SNAPSHOT_BYTES,
  namedBinaries,
  parseSnapshot,
  renderSnapshot,
  type Snapshot,
} from '../core/snapshot/snapshot.ts';
import { renderInteger } from '../core/units.ts';
import { inspectPackage } from '../inspect/package.ts';
import { MOST_SHARDS } from '../options/inputs.ts';
import { artifactMistake, limitsMistake, packagesMistake, SnapshotBudget, sideMistake, snapshotMistake } from './leg-bounds.ts';
import { LegPackages } from './leg-packages.ts';
import { legReference, MOST_REFERENCES } from './leg-references.ts';

/**
 * A leg: what one `measure` job hands to `report`, as one artifact. It comes out of a job that ran the pull request's code, so `report`
 * takes it as data: bounded, strictly parsed, never extracted by its own names, and believed in nothing that GitHub itself can answer.
 */
export const LEG_SCHEMA = 'coldgate/leg@2';

const MAX_UNPACKED_BYTES = 2_000_000_000;
/** With two thousand limits; most have none. */
const MAX_LEG_BYTES = 8_000_000;

const sha = z.string().regex(FULL_SHA);
const missing = z.strictObject({
  kind: z.enum(['first-run', 'does-not-build', 'not-found']),
  sha: sha.nullable(),
  reason: z.string().max(4_096),
  /** What its manifests declare: without figures it has its limits all the same. */
  limits: z.array(declaredLimit).max(2_000).readonly(),
  binaries: namedBinaries.readonly().optional(),
});
const leg = z.strictObject({
  schema: z.literal(LEG_SCHEMA),
  key: z.string().max(64),
  leg: z.string().max(64),
  /** The head SHA of the event: of a pull request the branch's own, not the merge commit's that was built. */
  headSha: sha,
  /** The pull request's number, which chooses among several with this head and proves nothing. */
  pull: z.int().nullable(),
  base: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('measured'),
      origin: z.enum(['built', 'stored', 'cache', 'artifact', 'file']),
      /** The commit that it stands in for. */
      insteadOf: missing.optional(),
    }),
    z.strictObject({ kind: z.literal('missing'), why: missing }),
  ]),
  /** The flags of the command that repeats it; `report` makes the command, and holds each to its grammar. */
  repeat: z
    .array(z.strictObject({ flag: z.string().max(64), value: z.string().max(4_096).nullable() }))
    .max(200)
    .readonly(),
  /** What its limits count growth from where that is not base. */
  references: z.array(legReference).max(MOST_REFERENCES).readonly().default([]),
  /** Of a leg whose functions several jobs share: which part this is, and the digest of the split that they agreed on. */
  shard: z
    .strictObject({ index: z.int().min(1).max(MOST_SHARDS), count: z.int().min(1).max(MOST_SHARDS), split: z.string().regex(SHA256) })
    .nullable(),
});

export type LegDescription = z.infer<typeof leg>;

export interface Leg {
  readonly description: LegDescription;
  readonly base: Base;
  readonly head: Snapshot;
}

/** The functions of either side. */
export function functionsOf({ base, head }: Pick<Leg, 'base' | 'head'>): readonly NamedFunction[] {
  return [head, ...(base.kind === 'measured' ? [base.snapshot] : [])].flatMap(({ functions, notBuilt }) => [...functions, ...notBuilt]);
}

/**
 * The limits that are meant for a leg's own functions. One on a function of another leg is no mistake here; one on a function of none is, which
 * only shows where `all` are known.
 */
export function limitsOfLeg(limits: LimitSet, own: readonly NamedFunction[], all: readonly NamedFunction[] | null): LimitSet {
  if (limits.kind === 'off') return limits;
  const among = (name: string, functions: readonly NamedFunction[]): boolean => functions.some((fn) => meaning(name, fn) !== null);
  const isMeant = (name: string | null): boolean => name === null || among(name, own) || (all !== null && !among(name, all));
  return { ...limits, limits: limits.limits.filter((limit) => isMeant(limit.function)) };
}

/** What a `cold-start` job adds to a leg is an artifact of its own: artifacts never change, and no leg's name ends so. */
export const COLD_START_SUFFIX = '@cold-start';

/** Neither key nor leg can hold an `@`: no two pairs of them meet in one name, nor with the artifact of the report. */
export function artifactName(key: string, name: string): string {
  return `coldgate-${key}@${name}`;
}

/** Where the measuring job is the base of later ones, beside head's `snapshot.json`: with all symbols, those that did not change too. */
const STORED_FILE = 'head/stored.json';

/** What was measured is more than `report` takes: whoever measures is told, where it can be changed. */
export class TooMuchForLeg extends ToolError {}

export interface WrittenLeg {
  readonly files: readonly string[];
  /** Bytes of twins that were left out, since with them the artifact might be larger than is taken; `null`: none. */
  readonly twinsLeftOut: number | null;
}

/**
 * Lays a leg out in `folder` and answers its files: `leg.json`, and per side `snapshot.json` and `packages/`, of the symbols those that changed.
 * With `twins` head's are in it too, as far as they fit, and its snapshot as it is stored: what is uploaded on push may be a base one day, whose
 * init is measured anew then, by name. Throws TooMuchForLeg with the bound.
 */
export async function writeLeg(
  folder: string,
  description: LegDescription,
  sides: { readonly base: Stored | null; readonly head: Stored; readonly twins: boolean; readonly limits: LimitSet },
): Promise<WrittenLeg> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'leg.json');
  await writeFile(file, `${JSON.stringify(description)}\n`);
  const { base: before, head: after } = keepShown({ base: sides.base?.snapshot ?? null, head: sides.head.snapshot });
  const base =
    sides.base === null || before === null
      ? []
      : await copySnapshot({ ...sides.base, snapshot: before }, join(folder, 'base'), { twins: false });
  const head = await copySnapshot({ ...sides.head, snapshot: after }, join(folder, 'head'), { twins: sides.twins });
  const stored = sides.twins ? [join(folder, STORED_FILE)] : [];
  for (const place of stored) await writeFile(place, renderSnapshot(sides.head.snapshot));
  const twins = head.filter((path) => path.startsWith(join(folder, 'head', 'twins', sep)));
  const own = [file, ...base, ...head.filter((path) => !twins.includes(path))];
  // What makes a base of it is of no report, and is packed small: it refuses nothing.
  await refuseTooMuch({ folder, files: own, limits: sides.limits, base: before, head: after });
  const [size, more] = [await sizeOf([...own, ...stored]), await sizeOf(twins)];
  const doFit = artifactMistake(size + more) === null;
  return { files: [...own, ...stored, ...(doFit ? twins : [])], twinsLeftOut: doFit ? null : more };
}

async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function refuseTooMuch(leg: {
  readonly folder: string;
  readonly files: readonly string[];
  readonly limits: LimitSet;
  readonly base: Snapshot | null;
  readonly head: Snapshot;
}): Promise<void> {
  const { folder, base, head } = leg;
  const sides = [...(base === null ? [] : [['base', base] as const]), ['head', head] as const];
  const sizes = await Promise.all(
    sides.map(async ([side]) => snapshotMistake(side, (await stat(join(folder, side, 'snapshot.json'))).size)),
  );
  const mistakes = [
    ...sides.map(([side, snapshot]) => sideMistake(side, snapshot)),
    ...sizes,
    limitsMistake(leg.limits, base, head),
    packagesMistake(sides.flatMap(([, { functions }]) => functions)),
    artifactMistake(await sizeOf(leg.files)),
  ];
  const mistake = mistakes.find((one) => one !== null) ?? null;
  if (mistake !== null) throw new TooMuchForLeg(`what was measured is more than mode report takes: ${mistake}`);
}

/** Reads a downloaded artifact's ZIP. Throws a UsageError or ToolError that says what is wrong with it; nothing of it is run or unpacked by name. */
export async function readLeg(zip: string, where: string, scratch: string, budget = new SnapshotBudget()): Promise<Leg> {
  const { text, description, packages } = await openLeg(zip, where, scratch);
  const read = async (side: 'base' | 'head'): Promise<Snapshot> => {
    const file = `${side}/snapshot.json`;
    const json = await text(file, (size) => snapshotMistake(side, size) ?? budget.take(size));
    const snapshot = parseSnapshot(json, `${where}: ${file}`);
    await packages.check(side, snapshot);
    return unsampled(snapshot);
  };
  const head = await read('head');
  if (description.base.kind === 'missing') return { description, base: { kind: 'missing', why: description.base.why }, head };
  const { origin, insteadOf } = description.base;
  const snapshot = await read('base');
  return { description, base: { kind: 'measured', snapshot, origin, ...(insteadOf === undefined ? {} : { insteadOf }) }, head };
}

/** Head of a leg that was uploaded on push, as it was stored there: the base of what comes. Throws as `readLeg` does. */
export async function readLegAsBase(zip: string, where: string, scratch: string): Promise<Pick<Leg, 'description' | 'head'>> {
  const { text, has, description, packages } = await openLeg(zip, where, scratch);
  const file = has(STORED_FILE) ? STORED_FILE : 'head/snapshot.json';
  const head = parseSnapshot(await text(file, mostBytes(file, MAX_SNAPSHOT_BYTES)), `${where}: ${file}`);
  await packages.check('head', head);
  return { description, head: unsampled(head) };
}

async function openLeg(
  zip: string,
  where: string,
  scratch: string,
): Promise<Texts & { readonly description: LegDescription; readonly packages: LegPackages }> {
  const { size } = await stat(zip);
  const mistake = artifactMistake(size);
  if (mistake !== null) throw new UsageError(`${where}: ${mistake}`);
  const contents = await inspectPackage(zip, where, { mostUnpacked: MAX_UNPACKED_BYTES });
  const texts = textsIn(contents, where, scratch);
  const description = parseWritten(
    leg,
    await texts.text('leg.json', mostBytes('leg.json', MAX_LEG_BYTES)),
    `${where}: leg.json`,
    'measure and report',
  );
  return { ...texts, description, packages: await LegPackages.open(contents, where, { scratch }) };
}

/** Cold starts come from a cold-start job alone: what the job that ran the pull request's code says of them is dropped. */
function unsampled(snapshot: Snapshot): Snapshot {
  return { ...snapshot, functions: snapshot.functions.map((fn) => ({ ...fn, coldStart: null })) };
}

/** The texts in a downloaded artifact. */
interface Texts {
  has(entry: string): boolean;
  /** A UsageError for one that is not there, or of which `mistake` has something to say: it is asked before anything is unpacked. */
  text(entry: string, mistake: (size: number) => string | null): Promise<string>;
}

/** Reads the texts in a downloaded artifact's ZIP, of at most `unpacked` bytes in all. */
export async function openTexts(
  zip: string,
  where: string,
  { unpacked, scratch }: { readonly unpacked: number; readonly scratch: string },
): Promise<Texts> {
  return textsIn(await inspectPackage(zip, where, { mostUnpacked: unpacked }), where, scratch);
}

function textsIn(contents: Awaited<ReturnType<typeof inspectPackage>>, where: string, scratch: string): Texts {
  const find = (entry: string) => contents.entries.find(({ name }) => name === entry);
  return {
    has: (entry) => find(entry) !== undefined,
    text: async (entry, mistakeOf) => {
      const found = find(entry);
      if (found === undefined) throw new UsageError(`${where}: it has no ${entry}: was it uploaded by coldgate of this version?`);
      const mistake = mistakeOf(found.uncompressed);
      if (mistake !== null) throw new UsageError(`${where}: ${mistake}`);
      const file = join(scratch, 'entry');
      await rm(file, { force: true });
      await contents.readBinary(entry, file);
      return readFile(file, 'utf8');
    },
  };
}

/** What a text that has one bound is held to. */
export function mostBytes(entry: string, most: number): (size: number) => string | null {
  return (size) => (size <= most ? null : `${entry} has ${renderInteger(size)} bytes, and at most ${renderInteger(most)} are read`);
}

/** A file that another job of this workflow wrote; `modes` are those two. A UsageError where it is not of the shape that this version writes. */
export function parseWritten<T>(shape: z.ZodType<T>, json: string, file: string, modes: string): T {
  try {
    return shape.parse(JSON.parse(json));
  } catch (cause) {
    const detail = cause instanceof z.ZodError ? problemOf(cause) : messageOf(cause);
    throw new UsageError(`${file} cannot be read (${detail}): ${modes} must be of one version`, { cause });
  }
}

/**
 * Writes one side's packages, and the twins that are there, out of an artifact below `folder`, each under the path that its snapshot (which
 * was checked) names. Answers the side as it stands there: without the twins that are not, and without what was measured by running.
 */
export async function unpackStored(zip: string, side: 'base' | 'head', snapshot: Snapshot, folder: string): Promise<Stored> {
  const contents = await inspectPackage(zip, 'the artifact', { mostUnpacked: MAX_UNPACKED_BYTES });
  const there = new Set(contents.entries.map(({ name }) => name));
  const unpack = async (file: string): Promise<void> => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await contents.readBinary(`${side}/${file}`, join(folder, file));
  };
  const functions: Snapshot['functions'] = [];
  for (const one of snapshot.functions) {
    const twin = one.twin !== null && there.has(`${side}/${one.twin}`) ? one.twin : null;
    await unpack(one.package.file);
    if (twin !== null) await unpack(twin);
    functions.push({ ...one, twin, init: null, coldStart: null });
  }
  return { folder, snapshot: { ...snapshot, functions } };
}
