import { selectFunctions } from '../cargo/functions.ts';
import { hasLambdaConfig } from '../cargo/lambda-config.ts';
import { readManifests } from '../cargo/metadata.ts';
import { manifestArguments } from '../cargo/request.ts';
import { UsageError } from '../core/failures.ts';
import { binaryOf, meaning, type NamedFunction } from '../core/function-names.ts';
import type { FunctionMeasurement, Snapshot } from '../core/snapshot/snapshot.ts';
import { meant, nearestOf, quoted } from '../core/text.ts';
import type { Host } from '../host.ts';
import type { Request } from './context.ts';
import type { Part } from './part.ts';
import { manifestFolder } from './project.ts';

// One function of a project, for what looks at one alone.

/** The functions that the manifests of the user's tree tell. A UsageError where cargo cannot read them. */
export async function functionsHere(request: Request, host: Host): Promise<readonly NamedFunction[]> {
  const { folder, build } = request;
  const metadata = await readManifests(folder, manifestArguments(build), host.env);
  if (metadata === null) throw new UsageError(`cargo cannot read the manifests in ${folder}: cargo metadata says why`);
  const configured = await hasLambdaConfig(metadata, folder, build.extra, host.env);
  const selected = selectFunctions(metadata, manifestFolder({ request }, folder), build, {
    lenient: true,
    configured,
    known: [],
    nameOf: host.nameOf,
  });
  return selected.targets.filter(({ kind }) => kind === 'function').map(({ name, crate }) => ({ name, crate }));
}

/** The function that is meant. A UsageError where there are several and none is named (`what` needs one), or none of that name. */
export function functionMeant(
  name: string | null,
  known: readonly NamedFunction[],
  what: string,
  { nameOf }: Pick<Host, 'nameOf'>,
): NamedFunction {
  const option = nameOf('function');
  const listed = known.map((one) => one.name).slice(0, 20);
  const [only, ...others] = known;
  if (only === undefined) throw new UsageError(`no function is built here: ${what} has nothing to look at`);
  if (name === null) {
    if (others.length > 0)
      throw new UsageError(`${what} is for one function: name it with ${option}; there are ${listed.map(quoted).join(', ')}`);
    return only;
  }
  const matching = known.filter((one) => meaning(name, one) !== null).toSorted((a, b) => (meaning(name, b) ?? 0) - (meaning(name, a) ?? 0));
  const [best, next] = matching;
  if (best === undefined)
    throw new UsageError(
      `${option} ${quoted(name)}: there is no such function; there are ${listed.map(quoted).join(', ')}${meant(nearestOf(name, listed))}`,
    );
  if (next !== undefined && meaning(name, next) === meaning(name, best))
    throw new UsageError(
      `${option} ${quoted(name)} means ${matching.map((one) => quoted(`${one.crate}/${binaryOf(one)}`)).join(' and ')}: write it with its package`,
    );
  return best;
}

/** This function alone is built: what a call for all builds of it is the same. */
export function partOf(fn: NamedFunction): Part {
  const share = { has: (one: NamedFunction) => isSame(one, fn), crates: [fn.crate], split: [], isShared: () => true, renamed: [] };
  return { packages: new Map([[fn.crate, 'what is asked for']]), from: null, since: null, share };
}

export function functionIn({ functions }: Pick<Snapshot, 'functions'>, fn: NamedFunction): FunctionMeasurement | null {
  return functions.find((one) => isSame(one, fn)) ?? null;
}

export function isSame(one: NamedFunction, other: NamedFunction): boolean {
  return one.crate === other.crate && binaryOf(one) === binaryOf(other);
}
