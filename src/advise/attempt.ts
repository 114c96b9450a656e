import { join } from 'node:path';
import type { AdviceFigures, MeasuredOutcome, Outcome, Remedy } from '../core/advise/remedy.ts';
import { Cancelled, ToolError, UsageError } from '../core/failures.ts';
import type { NamedFunction } from '../core/function-names.ts';
import type { Finding } from '../core/snapshot/findings.ts';
import { median } from '../core/statistics.ts';
import { shortened } from '../core/text.ts';
import { lastedText, type Millis, millis } from '../core/units.ts';
import { runGuarded } from '../exec/group.ts';
import { limited } from '../exec/limited.ts';
import type { Environment } from '../exec/run.ts';
import type { Revision } from '../git/repository.ts';
import { commitCheckout, patchBetween } from '../git/work-tree.ts';
import type { GivenEvent } from '../init/events/read-events.ts';
import type { MeasureContext } from '../measure/context.ts';
import { fullDisk } from '../measure/full-disk.ts';
import { type InitOptions, measureInits } from '../measure/init.ts';
import { functionIn, partOf } from '../measure/one-function.ts';
import { measureRevision } from '../measure/revision.ts';
import { NONE_STAYING } from '../measure/staying.ts';
import { identify, type Measured } from '../measure/stored.ts';
import { switchPrepared } from './prepared.ts';
import type { Remembered } from './remembered.ts';
import { lackingShape, linkText, shippedElf } from './shipped-elf.ts';
import { type TrialPlace, take } from './trial.ts';

/** The team's own command, and how long it may take. */
export interface Verification {
  readonly command: string;
  readonly longest: Millis;
}

/** What every candidate is tried against. */
export interface Attempts {
  /** The private checkout with a target directory of the candidates' own. */
  readonly place: TrialPlace;
  readonly head: Revision;
  readonly fn: NamedFunction;
  /** Head as it is: another binary is what a remedy has to give. */
  readonly base: { readonly figures: AdviceFigures; readonly sha256: string };
  readonly init: InitOptions<GivenEvent>;
  /** The team's own command; `null`: none. */
  readonly verify: Verification | null;
  readonly remembered: Remembered;
}

/** Builds head with the remedies taken, starts it, and has the team's command say whether it still does what it did. */
export async function attempt(attempts: Attempts, remedies: readonly Remedy[]): Promise<Outcome> {
  const { place, head } = attempts;
  const { context } = place;
  const refused = remedies.find((one) => one.refused !== null)?.refused;
  if (refused != null) return { kind: 'refused', reason: refused };
  try {
    await context.checkout.switchTo(head);
    const files = await take(place, remedies);
    const revision = await commitCheckout(context.checkout, head, files, context.scratch, context.user.env);
    const identified = await identify(context, revision);
    const known = await attempts.remembered.find(identified.invocation, revision.sha);
    if (known !== null) return known;
    const outcome = await measureIt(attempts, remedies, revision);
    await attempts.remembered.note(identified.invocation, revision.sha, outcome);
    return outcome;
  } catch (error) {
    if (error instanceof Cancelled || !(error instanceof ToolError || error instanceof UsageError)) throw error;
    if ((await fullDisk(error, context.host)) !== null) throw error;
    return { kind: 'not-built', reason: firstLine(error) };
  }
}

async function measureIt(attempts: Attempts, remedies: readonly Remedy[], revision: Revision): Promise<Outcome> {
  const { place, head, fn, base, init } = attempts;
  const { context } = place;
  const identified = await identify(context, revision);
  const measured = await measureRevision(context, identified, {
    ...{ lenient: false, part: partOf(fn), staying: NONE_STAYING, side: 'candidate' },
  });
  const built = functionIn(measured.snapshot, fn);
  if (built === null) return { kind: 'not-built', reason: `${fn.name} is no longer built` };
  if (built.binary.sha256 === base.sha256) return { kind: 'no-effect', reason: 'the binary is the same, byte for byte' };
  const elf = await shippedElf(built, measured.folder, join(context.scratch, 'advise'));
  for (const { shape } of remedies) {
    const lacking = shape === null ? null : lackingShape(elf, shape);
    if (lacking !== null) return { kind: 'no-effect', reason: `the linker did not take it: the binary ${lacking}` };
  }
  const started = await startIt(context, measured, fn, init);
  if (started.kind === 'failed') return { kind: 'not-started', reason: started.reason };
  const patch = await patchBetween(context.checkout, head, revision, context.user.env);
  return {
    kind: 'measured',
    figures: started.figures,
    patch,
    link: linkText(elf),
    unfit: unfitText(built.findings),
    verified: attempts.verify === null ? { kind: 'none' } : await verify(place, attempts.verify, revision),
    started: started.kind === 'started',
  };
}

/** The figures of a function as it stands in a measurement, started where that is asked for. */
export async function startIt(
  context: MeasureContext,
  measured: Measured,
  fn: NamedFunction,
  init: InitOptions<GivenEvent>,
): Promise<
  | { readonly kind: 'started' | 'not-started'; readonly figures: AdviceFigures; readonly uncounted: string | null }
  | { readonly kind: 'failed'; readonly reason: string }
> {
  const own = functionIn(measured.snapshot, fn);
  if (own === null) throw new ToolError(`${fn.name} is not in what was measured`);
  const alone = { ...measured, snapshot: { ...measured.snapshot, functions: [own], renamed: [] } };
  const { head } = await measureInits(context, { base: null, head: alone }, init);
  const found = head.functions[0]?.init ?? null;
  const sizes = { zip: Number(own.package.size), binary: Number(own.binary.size) };
  if (found?.kind === 'failed') {
    const { failure, lastLines } = found;
    // Under a panic's own line stands how to get a backtrace.
    const said = lastLines.findLast((line) => !line.startsWith('note: '));
    return { kind: 'failed', reason: `it does not start (${failure.kind})${said === undefined ? '' : `: ${shortened(said, 200)}`}` };
  }
  if (found?.kind !== 'measured') {
    const figures = { ...sizes, instructions: null, faults: null, memory: null };
    return { kind: 'not-started', figures, uncounted: 'it was not started' };
  }
  const { instructions, timed } = found;
  const middle = (values: readonly number[]): number | null => {
    const [first, ...rest] = values;
    return first === undefined ? null : Math.round(median([first, ...rest]));
  };
  const minor = middle(timed.minorFaults.map(Number));
  return {
    kind: 'started',
    uncounted: instructions.kind === 'counted' ? null : instructions.reason,
    figures: {
      ...sizes,
      instructions: instructions.kind === 'counted' ? middle(instructions.runs.map(Number)) : null,
      faults: minor === null ? null : minor + (middle(timed.majorFaults.map(Number)) ?? 0),
      memory: middle(timed.peak.map(Number)),
    },
  };
}

/** What of a package keeps Lambda's image from starting it. */
function unfitText(findings: readonly Finding[]): string | null {
  for (const one of findings) {
    if (one.kind === 'glibc-too-new') return `it needs glibc ${one.needed}, and ${one.image} has ${one.provided}`;
    if (one.kind === 'missing-library') return `it needs ${one.library}, and ${one.image} has none`;
    if (one.kind === 'interpreter') return `it is started by ${one.found}, which Lambda's image does not have`;
    if (one.kind === 'wrong-architecture') return `it was built for ${one.found}, not ${one.expected}`;
  }
  return null;
}

/** A command on a tree with a remedy may take this much longer than on the tree as it is, before it counts as one that hangs. */
const SLOWER = 3;
const SLOWER_MS = 60_000;

/** How long the command may take with a remedy, that took so long without. */
export function longestVerification(own: Millis): Millis {
  return millis(own * SLOWER + SLOWER_MS);
}

/**
 * Runs the team's command in the checkout with the candidate's files, in an environment without coldgate's own wrapper. One that takes longer than
 * `longest` is ended, with what it left, and has failed.
 */
export async function verify(
  { context }: Pick<TrialPlace, 'context'>,
  { command, longest }: Verification,
  revision: Revision,
): Promise<Exclude<MeasuredOutcome['verified'], { readonly kind: 'none' }>> {
  const { checkout, user, guard, host, env, own } = context;
  await switchPrepared(context, revision);
  using waiting = host.progress.begin({ text: `verifying: ${command}`, kind: 'long' });
  using limit = limited(guard.signal, longest);
  try {
    const end = await runGuarded('sh', ['-c', command], {
      cwd: join(checkout.path, user.prefix),
      env: verifying(env, join(own, 'target-verify')),
      guard: { ...guard, signal: limit.signal },
      remains: 'end',
      check: false,
      onLine: (line) => waiting.tell(null, line),
    });
    if (end.exitCode === 0) return { kind: 'passed' };
    const said = end.stderr.split('\n').findLast((line) => line.trim() !== '') ?? '';
    return { kind: 'failed', said: shortened(said.trim() === '' ? `exit code ${end.exitCode}` : said.trim(), 200) };
  } catch (error) {
    if (!(error instanceof Cancelled) || guard.signal.aborted) throw error;
    return { kind: 'failed', said: `it was ended after ${lastedText(longest)}` };
  } finally {
    waiting.done(null);
  }
}

function verifying(env: Environment, target: string): Environment {
  const { RUSTC_WRAPPER: _, COLDGATE_CHAINED_WRAPPER: chained, COLDGATE_LINKERS: __, COLDGATE_LINK_SCRIPT: ___, ...rest } = env;
  const wrapper = chained === undefined || chained === '' ? {} : { RUSTC_WRAPPER: chained };
  return { ...rest, ...wrapper, CARGO_TARGET_DIR: target, CARGO_BUILD_BUILD_DIR: target };
}

/** What said most of why it does not build. */
function firstLine(error: ToolError | UsageError): string {
  const said =
    error instanceof ToolError ? (error.process?.headline ?? error.process?.lastLines.find((line) => /^error/.test(line))) : undefined;
  return shortened((said ?? error.message).split('\n')[0] ?? '', 300);
}
