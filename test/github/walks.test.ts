import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findAcceptance } from '../../src/github/acceptance.ts';
import { openApi } from '../../src/github/api.ts';
import type { ReadReport } from '../../src/github/seen.ts';
import { statusContext } from '../../src/github/status.ts';
import { sha, startGitHub } from '../doubles/github.ts';
import type { Pull, Run } from '../doubles/records.ts';

const REPOSITORY = 'octo/app';
const LABEL = 'coldgate: accepted';
const BOT = 'github-actions[bot]';
const WALKS = 500;

/** What each head breaches against a base: `c` adds nothing anywhere, `d` nothing against main. */
const GROWTH: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  a: { main: ['zip'], release: ['zip', 'binary'] },
  b: { main: ['zip', 'binary'], release: ['zip', 'binary'] },
  c: { main: [], release: [] },
  d: { main: [], release: ['zip'] },
};

/** What may happen; `at` chooses among the pull requests or runs that there are. */
type Step =
  | { readonly kind: 'push'; readonly head: string; readonly forced: boolean }
  | { readonly kind: 'label'; readonly by: 'alice' | 'rita'; readonly at: number }
  | { readonly kind: 'unlabel' | 'retarget' | 'begin' | 'finish' | 'rerun' | 'check'; readonly at: number }
  | { readonly kind: 'second' };

const at = fc.nat({ max: 3 });
/** Mostly back and forth between two that grow: what a label for one lets pass of the other. */
const head = fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('push' as const), head, forced: fc.constantFrom(false, false, true) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('label' as const), by: fc.constantFrom('alice', 'alice', 'alice', 'rita'), at }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('begin' as const, 'finish' as const, 'rerun' as const), at }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('check' as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('unlabel' as const, 'retarget' as const), at }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'second' as const }) },
);

/** A measurement as the model has it: of what, and what a person could read of it from when on. */
interface Measurement {
  /** The run that holds its report: the measuring one itself, or in the pair the one that reported. */
  id: number;
  readonly run: Run;
  readonly attempt: number;
  readonly pull: number;
  readonly head: string;
  readonly base: string;
  readonly begun: number;
  told: number | null;
}

/** The world as the test knows it, beside GitHub's: what is true here the gate may only learn through the API. */
class World implements AsyncDisposable {
  readonly #github: Awaited<ReturnType<typeof startGitHub>>;
  readonly #api: ReturnType<typeof openApi>;
  readonly #pair: boolean;
  readonly #pulls: Pull[] = [];
  #measurements: Measurement[] = [];
  readonly #givings = new Map<number, { at: number; by: string } | null>();
  readonly #based = new Map<number, number>();
  readonly #forced: number[] = [];
  #head = 'a';
  #reports = 900_000_000;
  readonly verdicts = { pass: 0, accepted: 0, fail: 0 };

  private constructor(github: Awaited<ReturnType<typeof startGitHub>>, pair: boolean) {
    this.#github = github;
    this.#pair = pair;
    const { state } = github;
    state.repository(REPOSITORY, { roles: { alice: 'write', rita: 'read' } });
    state.repository('mallory/app', { forkOf: REPOSITORY });
    const permissions = { issues: 'read', actions: 'read', 'pull-requests': 'read', statuses: 'read' } as const;
    const token = state.token(REPOSITORY, { permissions });
    this.#api = openApi({ token, baseUrl: github.url, owner: 'octo', repo: 'app', log: () => undefined, patience: { second: 1 } });
    this.#open('main');
  }

  static async open(pair: boolean): Promise<World> {
    return new World(await startGitHub(), pair);
  }

  get #now(): number {
    return this.#github.clock.now().getTime();
  }

  #open(base: string): void {
    const head = { ref: 'big', sha: sha(this.#head), repository: 'mallory/app' };
    this.#pulls.push(this.#github.state.pull(REPOSITORY, { author: 'mallory', base: { ref: base, sha: sha(base) }, head }));
  }

  async take(taken: Step): Promise<void> {
    const { state, clock } = this.#github;
    const pull = 'at' in taken ? this.#pulls[taken.at % this.#pulls.length] : this.#pulls[0];
    if (pull === undefined) throw new Error('no pull request');
    switch (taken.kind) {
      case 'push':
        this.#head = taken.head;
        if (taken.forced) this.#forced.push(this.#now);
        state.update(pull, { headSha: sha(taken.head), ...(taken.forced ? { forcedBy: 'mallory' } : {}) });
        break;
      case 'label':
        if (this.#givings.get(pull.number) != null) return;
        state.label(REPOSITORY, pull.number, LABEL, taken.by);
        this.#givings.set(pull.number, { at: this.#now, by: taken.by });
        break;
      case 'unlabel':
        if (this.#givings.get(pull.number) == null) return;
        state.unlabel(REPOSITORY, pull.number, LABEL, 'alice');
        this.#givings.set(pull.number, null);
        break;
      case 'retarget': {
        const ref = pull.base.ref === 'main' ? 'release' : 'main';
        // GitHub has one open pull request of a branch into another.
        if (this.#pulls.some((other) => other !== pull && other.base.ref === ref)) return;
        state.retarget(pull, { ref, sha: sha(ref) }, 'mallory');
        this.#based.set(pull.number, this.#now);
        break;
      }
      case 'second':
        if (this.#pulls.length > 1) return;
        this.#open(pull.base.ref === 'main' ? 'release' : 'main');
        break;
      case 'begin':
        this.#begin(pull);
        break;
      case 'finish': {
        const open = this.#measurements.filter(({ told, run }) => told === null && run.status !== 'completed');
        const one = open[taken.at % Math.max(open.length, 1)];
        if (one === undefined) return;
        await this.#finish(one);
        break;
      }
      case 'rerun': {
        const done = this.#measurements.filter(({ told, run, head }) => told !== null && head === this.#head && run.status === 'completed');
        const one = done[taken.at % Math.max(done.length, 1)];
        if (one === undefined) return;
        state.rerun(one.run, { by: 'alice' });
        const again = { ...one, attempt: one.run.attempts.length, begun: this.#now, told: null };
        this.#measurements.push(again);
        clock.advance(60_000);
        await this.#finish(again);
        break;
      }
      case 'check':
        await this.#finish(this.#begin(pull));
        break;
    }
    clock.advance(60_000);
  }

  #begin(pull: Pull): Measurement {
    const { state, clock } = this.#github;
    const of = { event: 'pull_request', headBranch: 'big', headRepository: 'mallory/app', actor: 'mallory', headSha: sha(this.#head) };
    const run = state.run(REPOSITORY, { ...of, jobs: ['coldgate'] });
    const { id } = run;
    const begun = { id, run, attempt: 1, pull: pull.number, head: this.#head, base: pull.base.ref, begun: this.#now, told: null };
    this.#measurements.push(begun);
    clock.advance(60_000);
    return begun;
  }

  /** The end of a run: judged by what the gate finds out, and held against what is true. */
  async #finish(one: Measurement): Promise<void> {
    const { state, clock } = this.#github;
    const pull = this.#pulls.find(({ number }) => number === one.pull);
    if (pull === undefined) throw new Error('no pull request');
    const growth = GROWTH[one.head]?.[one.base] ?? [];
    // A run whose head or base is not the pull request's any more says nothing of it.
    const stands = one.head === this.#head && one.base === pull.base.ref;
    if (this.#pair) {
      state.end(one.run, 'success');
      clock.advance(60_000);
    }
    const accepted = stands && growth.length > 0 ? await this.#isAccepted(one, pull, growth) : false;
    if (stands) this.verdicts[growth.length === 0 ? 'pass' : accepted ? 'accepted' : 'fail'] += 1;
    if (this.#pair) {
      if (!stands) return;
      one.id = this.#reports += 1;
      const targetUrl = `https://github.com/${REPOSITORY}/actions/runs/${one.id}`;
      const context = statusContext('default', await this.#api.pull(pull.number));
      const value = growth.length === 0 || accepted ? 'success' : 'failure';
      state.status({
        ...{ repository: REPOSITORY, sha: sha(one.head), state: value, context },
        description: null,
        targetUrl,
        creator: BOT,
      });
    } else state.end(one.run, growth.length === 0 || accepted ? 'success' : 'failure');
    one.told = this.#now;
  }

  async #isAccepted(one: Measurement, pull: Pull, growth: readonly string[]): Promise<boolean> {
    const now = await this.#api.pull(pull.number);
    const by = this.#pair
      ? ({ kind: 'status', context: statusContext('default', now), creator: BOT } as const)
      : ({ kind: 'job', name: 'coldgate' } as const);
    const asked = { label: LABEL, pull: now, run: one.run.id, by, readReport: this.#readReport, keepsReports: true };
    const result = await findAcceptance(this.#api, asked);
    const giving = this.#givings.get(pull.number) ?? null;
    const told = this.#measurements.filter((other) => giving !== null && other.told !== null && other.told < giving.at);
    const covers = (other: Measurement): boolean =>
      other.pull === pull.number && other.head === one.head && growth.every((metric) => GROWTH[other.head]?.[other.base]?.includes(metric));
    const seen = result.kind === 'accepted' ? result.breaches?.map(({ metric }) => metric) : undefined;
    const accepted = seen !== undefined && growth.every((metric) => seen.includes(metric));
    const truth = this.#truth(one, pull, told.filter(covers), giving);
    if (accepted) expect(truth.mayPass).toBe(true);
    if (truth.mustPass) expect([result, accepted]).toEqual([expect.objectContaining({ kind: 'accepted' }), true]);
    return accepted;
  }

  /** What the artifact of a run says. */
  readonly #readReport: ReadReport = async ({ run, attempt, before }) => {
    const left = this.#measurements.filter(
      (one) =>
        one.id === run &&
        one.told !== null &&
        (attempt === null || one.attempt === attempt) &&
        (before === null || one.told < Date.parse(before)),
    );
    const last = left.at(-1);
    if (last === undefined) return { kind: 'absent' };
    const breaches = (GROWTH[last.head]?.[last.base] ?? []).map((metric) => {
      return { leg: '', function: 'api', kind: 'limit' as const, metric, base: 1, head: 2 };
    });
    const of = { run: last.run.id, attempt: last.attempt };
    return { kind: 'read', pull: last.pull, head: sha(last.head), of, breaches };
  };

  /**
   * `mayPass`: somebody with write access set the label after a report of just this growth, and neither head nor base has been another since that
   * report's run began. `mustPass`: besides, all that had begun before the label had been told.
   */
  #truth(
    one: Measurement,
    pull: Pull,
    seen: readonly Measurement[],
    giving: { at: number; by: string } | null,
  ): { readonly mayPass: boolean; readonly mustPass: boolean } {
    if (giving === null || giving.by !== 'alice') return { mayPass: false, mustPass: false };
    const based = this.#based.get(pull.number) ?? 0;
    const good = seen.filter(
      (other) => other.begun > based && this.#measurements.every(({ head, begun }) => head === one.head || begun < other.begun),
    );
    const last = good.at(-1);
    const done = this.#measurements.every((other) => other.begun > giving.at || (other.told !== null && other.told < giving.at));
    const forced = this.#forcedAfter(last?.begun ?? 0);
    return { mayPass: last !== undefined, mustPass: last !== undefined && done && !forced };
  }

  #forcedAfter(time: number): boolean {
    return this.#forced.some((at) => at >= time);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#github[Symbol.asyncDispose]();
  }
}

test.each([
  ['check, in one job', false],
  ['measure and report', true],
])(
  '%s: no walk ends in a pass on growth that nobody saw, and what was accepted in plain sight is',
  async (_, pair) => {
    const verdicts = { pass: 0, accepted: 0, fail: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 22, size: 'max' }), async (steps) => {
        await using world = await World.open(pair);
        for (const taken of steps) await world.take(taken);
        for (const kind of ['pass', 'accepted', 'fail'] as const) verdicts[kind] += world.verdicts[kind];
      }),
      { numRuns: WALKS / 2 },
    );
    // The walks have been everywhere.
    expect(Object.values(verdicts).every((count) => count > 10)).toBe(true);
  },
  600_000,
);
