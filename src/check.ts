import { basename, dirname, resolve } from 'node:path';
import { checkNames } from './build/preflight.ts';
import { isShallow, type Revision, resolveCommit, resolveDefaultBase } from './build/repository.ts';
import { resolveHead } from './build/work-tree.ts';
import { renderFailure, ToolError, UsageError } from './core/failures.ts';
import type { Base, Outcome } from './core/model.ts';
import { type Judging, outcomeOf } from './core/outcome.ts';
import { millis } from './core/units.ts';
import { type Measured, measureRevision } from './measure.ts';
import type { Sources } from './options.ts';
import { type Host, openWorkshop, type Request, type Workshop } from './workshop.ts';

export interface CheckRequest {
  readonly sources: Sources;
  /** A commit by any name; `null`: the default base. */
  readonly base: string | null;
  readonly judging: Judging;
  /** The arguments of the call, for the command that repeats it. */
  readonly arguments: readonly string[];
}

/** The whole story: base, then head, measured in one private checkout; compared and judged. Reporting is the entry's. */
export async function check(request: CheckRequest, host: Host): Promise<Outcome> {
  const started = performance.now();
  const sources = requestOf(request.sources, host.cwd);
  await checkNames(sources, host.env);
  await using shop = await openWorkshop(sources, host);
  const head = await resolveHead(shop.user, shop.checkout.repository, shop.scratch);
  const wanted = request.base === null ? await resolveDefaultBase(shop.user, head) : await resolveCommit(shop.user, request.base);
  const base = await measureBase(shop, wanted, host);
  const afterBase = performance.now();
  const measured = wanted?.sha === head.sha && base.kind === 'measured' ? base : await measureRevision(shop, head, { lenient: false });
  const ended = performance.now();
  const timings = {
    base: millis(Math.round(afterBase - started)),
    head: millis(Math.round(ended - afterBase)),
    total: millis(Math.round(ended - started)),
  };
  return outcomeOf(base, { snapshot: measured.snapshot, origin: measured.origin }, request.judging, {
    timings,
    command: repeat(request, wanted),
  });
}

/** Measures this commit alone. */
export async function measure(sources: Sources, host: Host): Promise<Measured> {
  const request = requestOf(sources, host.cwd);
  await checkNames(request, host.env);
  await using shop = await openWorkshop(request, host);
  const head = await resolveHead(shop.user, shop.checkout.repository, shop.scratch);
  // `await`: the workshop is closed when this function returns.
  return await measureRevision(shop, head, { lenient: false });
}

const SHALLOW = 'this shallow clone has no earlier commit: git fetch --deepen=100 brings some, or fetch-depth: 0 in the checkout step';

/** A base that does not build is no failure of the run: head is reported alone, with the reason. */
async function measureBase(shop: Workshop, wanted: Revision | null, host: Host): Promise<Base> {
  if (wanted === null)
    return {
      kind: 'missing',
      why: { kind: 'first-run', sha: null, reason: (await isShallow(shop.user)) ? SHALLOW : 'this is the first commit' },
    };
  try {
    const { snapshot, origin } = await measureRevision(shop, wanted, { lenient: true });
    return { kind: 'measured', snapshot, origin };
  } catch (error) {
    if (!(error instanceof ToolError || error instanceof UsageError)) throw error;
    host.progress.step(`the base ${wanted.sha.slice(0, 7)} cannot be measured; head is measured alone\n${renderFailure(error)}`);
    const last = (error instanceof ToolError ? error.process : null)?.lastLines.filter((line) => /^error/.test(line)).at(0);
    return {
      kind: 'missing',
      why: { kind: 'does-not-build', sha: wanted.sha, reason: last === undefined ? error.message : `${error.message}: ${last}` },
    };
  }
}

function requestOf(sources: Sources, cwd: string): Request {
  const { manifestPath } = sources;
  if (manifestPath !== null && basename(manifestPath) !== 'Cargo.toml')
    throw new UsageError(`--manifest-path ${JSON.stringify(manifestPath)}: name the Cargo.toml itself`);
  const folder = manifestPath === null ? cwd : dirname(resolve(cwd, manifestPath));
  return { folder, choice: sources.choice, build: sources.build, prepare: sources.prepare };
}

/** The same check on a laptop: the call's own flags, the base by its full SHA, without the files it wrote. */
function repeat(request: CheckRequest, base: Revision | null): string {
  const dropped = ['--base', '--json', '--markdown'];
  const kept = request.arguments.filter((word, index, all) => {
    const before = all[index - 1];
    return !dropped.some((flag) => word === flag || word.startsWith(`${flag}=`) || before === flag);
  });
  return ['coldgate', 'check', ...(base === null ? [] : ['--base', base.sha]), ...kept].map(quote).join(' ');
}

/** As a POSIX shell reads it back. */
function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
