import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import { expect } from 'vitest';
import { acceptanceOf, breachesOfLegs, lookUpAcceptance } from '../../src/action/acceptance.ts';
import { writeBreaches } from '../../src/action/breaches.ts';
import { refuseRetargeted } from '../../src/action/event.ts';
import { reportArtifact, runUrl, type Workflow } from '../../src/action/workflow.ts';
import { UsageError } from '../../src/core/failures.ts';
import { exitCode, isAcceptable } from '../../src/core/judge/judge.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { type Api, openApi, type PullRequest } from '../../src/github/api.ts';
import { findPullRequest } from '../../src/github/pull-request.ts';
import type { SeenBy } from '../../src/github/seen.ts';
import { setStatus, statusContext } from '../../src/github/status.ts';
import { type GitHubDouble, sha } from '../doubles/github.ts';
import type { Pull, Run } from '../doubles/records.ts';
import { outcomeOn, workflowOf } from './walk-gate.ts';
import { type Giving, GROWTH, type Measurement, mayPass, mustPass, type Truth } from './walk-truth.ts';

const LABEL = 'coldgate: accepted';
const KEY = 'default';
const BOT = 'github-actions[bot]';

/** What may happen; `at` chooses among the pull requests or runs that there are. */
export type Step =
  | { readonly kind: 'push'; readonly head: string; readonly forced: boolean }
  | { readonly kind: 'label'; readonly by: 'alice' | 'rita'; readonly at: number }
  | { readonly kind: 'begin'; readonly late: number; readonly at: number }
  | { readonly kind: 'finish'; readonly cancelled: boolean; readonly at: number }
  | { readonly kind: 'rerun'; readonly whole: boolean; readonly at: number }
  | { readonly kind: 'unlabel' | 'retarget' | 'check' | 'report'; readonly at: number }
  | { readonly kind: 'second' };

/** The world as the test knows it, beside GitHub's: what is true here the gate may only learn through the API. */
export class World {
  readonly #github: GitHubDouble;
  readonly #api: Api;
  readonly #token: string;
  readonly #name: string;
  readonly #temp: string;
  readonly #pair: boolean;
  readonly #pulls: Pull[] = [];
  readonly #all: Measurement[] = [];
  readonly #givings = new Map<number, Giving[]>();
  readonly #based = new Map<number, number>();
  readonly #forced: number[] = [];
  #head = 'a';
  readonly verdicts = { pass: 0, accepted: 0, fail: 0, must: 0 };

  /** @param options.name of the walk: each has repositories of its own on one double. */
  constructor(github: GitHubDouble, { pair, name, temp }: { readonly pair: boolean; readonly name: string; readonly temp: string }) {
    this.#github = github;
    this.#pair = pair;
    this.#name = name;
    this.#temp = temp;
    const { state } = github;
    state.repository(this.#repository, { roles: { alice: 'write', rita: 'read' } });
    state.repository(this.#fork, { forkOf: this.#repository });
    state.commit(this.#repository, sha('main'));
    const permissions = { issues: 'read', actions: 'read', 'pull-requests': 'read', statuses: 'write' } as const;
    this.#token = state.token(this.#repository, { permissions });
    this.#api = openApi({
      ...{ token: this.#token, baseUrl: github.url, owner: 'octo', repo: name, log: () => undefined, patience: { second: 1 } },
    });
    this.#open('main');
  }

  get #repository(): string {
    return `octo/${this.#name}`;
  }

  get #fork(): string {
    return `mallory/${this.#name}`;
  }

  get #now(): number {
    return this.#github.clock.now().getTime();
  }

  #open(base: string): void {
    const head = { ref: 'big', sha: sha(this.#head), repository: this.#fork };
    this.#pulls.push(this.#github.state.pull(this.#repository, { author: 'mallory', base: { ref: base, sha: sha(base) }, head }));
  }

  /** @param wait what passes after it, in milliseconds; never nothing, though less than the second that GitHub counts in. */
  async take(taken: Step, wait: number): Promise<void> {
    const pull = 'at' in taken ? this.#pulls[taken.at % this.#pulls.length] : this.#pulls[0];
    if (pull === undefined) throw new Error('no pull request');
    await this.#take(taken, pull, wait);
    this.#github.clock.advance(wait);
  }

  async #take(taken: Step, pull: Pull, wait: number): Promise<void> {
    const { state, clock } = this.#github;
    const chosen = <T>(all: readonly T[], at: number): T | undefined => all[at % Math.max(all.length, 1)];
    switch (taken.kind) {
      case 'push':
        this.#head = taken.head;
        if (taken.forced) this.#forced.push(this.#now);
        return state.update(pull, { headSha: sha(taken.head), ...(taken.forced ? { forcedBy: 'mallory' } : {}) });
      case 'label':
        if (pull.labels.length > 0) return;
        this.#givings.set(pull.number, [...(this.#givings.get(pull.number) ?? []), { at: this.#now, by: taken.by }]);
        return state.label(this.#repository, pull.number, LABEL, taken.by);
      case 'unlabel':
        if (pull.labels.length > 0) state.unlabel(this.#repository, pull.number, LABEL, 'alice');
        return;
      case 'retarget':
        return this.#retarget(pull);
      case 'second':
        if (this.#pulls.length === 1) this.#open(pull.base.ref === 'main' ? 'release' : 'main');
        return;
      case 'begin':
        this.#begin(pull, taken.late);
        return;
      case 'check': {
        const begun = this.#begin(pull, 0);
        clock.advance(wait);
        return this.#finish(begun);
      }
      case 'finish': {
        const one = chosen(
          this.#all.filter(({ ended }) => ended === null),
          taken.at,
        );
        if (one !== undefined) await (taken.cancelled ? this.#cancel(one) : this.#finish(one));
        return;
      }
      case 'rerun': {
        const one = chosen(
          this.#all.filter(({ run, attempt, ended }) => ended !== null && attempt === run.attempts.length),
          taken.at,
        );
        if (one === undefined) return;
        const again = this.#again(one, taken.whole || one.run.conclusion !== 'failure');
        clock.advance(wait);
        return this.#finish(again);
      }
      case 'report': {
        const one = chosen(
          this.#all.filter(({ report }) => report?.conclusion === 'failure'),
          taken.at,
        );
        if (one !== undefined) await this.#report(one);
        return;
      }
    }
  }

  #retarget(pull: Pull): void {
    const ref = pull.base.ref === 'main' ? 'release' : 'main';
    // GitHub has one open pull request of a branch into another.
    if (this.#pulls.some((other) => other !== pull && other.base.ref === ref)) return;
    this.#github.state.retarget(pull, { ref, sha: sha(ref) }, 'mallory');
    this.#based.set(pull.number, this.#now);
  }

  #begin(pull: Pull, late: number): Measurement {
    const of = { event: 'pull_request', headBranch: 'big', headRepository: this.#fork, actor: 'mallory', headSha: sha(this.#head) };
    const listedAt = new Date(this.#now + late).toISOString();
    const start = (more: { readonly workflow?: string }): Run =>
      this.#github.state.run(this.#repository, { ...of, listedAt, jobs: ['coldgate'], ...more });
    // In the pair another workflow runs beside it, listed before or after it, which nobody reports on.
    const isFirst = this.#all.length % 2 === 0;
    if (this.#pair && isFirst) start({ workflow: 'Tests' });
    const run = start({});
    if (this.#pair && !isFirst) start({ workflow: 'Tests' });
    return this.#attempt(run, { pull: pull.number, head: this.#head, base: pull.base.ref });
  }

  #attempt(run: Run, of: Pick<Measurement, 'pull' | 'head' | 'base'>): Measurement {
    const begun = { ...of, run, attempt: run.attempts.length, begun: this.#now };
    const one: Measurement = { ...begun, ended: null, cancelled: false, told: [], dropped: false, report: null };
    this.#all.push(one);
    return one;
  }

  #again({ run, pull, head, base }: Measurement, whole: boolean): Measurement {
    this.#github.state.rerun(run, { by: 'alice', ...(whole ? {} : { only: 'failed' }) });
    // In the pair it is the reporting run that has the artifact.
    for (const one of this.#all) if (whole && !this.#pair && one.run === run) one.dropped = true;
    return this.#attempt(run, { pull, head, base });
  }

  #cancel(one: Measurement): void {
    this.#github.state.end(one.run, 'cancelled');
    Object.assign(one, { cancelled: true, ended: this.#now });
  }

  async #finish(one: Measurement): Promise<void> {
    if (!this.#pair) {
      const ended = (await this.#check(one)) ? 'success' : 'failure';
      this.#github.state.end(one.run, ended);
      one.ended = this.#now;
      return;
    }
    this.#github.state.end(one.run, 'success');
    one.ended = this.#now;
    this.#github.clock.advance(1_500);
    await this.#report(one);
  }

  /** Mode `check` without its build: whether the job passes. */
  async #check(one: Measurement): Promise<boolean> {
    const { run, attempt, pull: number, head, base } = one;
    const of = { headSha: sha(head), headRef: 'big', baseSha: sha(base), baseRef: base, defaultBranch: 'main' };
    const event = { kind: 'pull-request', name: 'pull_request', number, ...of, label: null, fork: true, fromDependabot: false } as const;
    const workflow = this.#workflow({ event, runId: run.id, attempt });
    try {
      await refuseRetargeted(workflow, this.#api);
    } catch (error) {
      if (error instanceof UsageError) return false;
      throw error;
    }
    const found = await findPullRequest(this.#api, event);
    const outcome = await this.#judged(workflow, one, found.kind === 'found' ? found.pull : null);
    await this.#leave(workflow, one, outcome, run);
    return exitCode(outcome.verdict) === 0;
  }

  /** Mode `report` without its legs. */
  async #report(one: Measurement): Promise<void> {
    const { state } = this.#github;
    const { id, headBranch } = one.run;
    const run =
      one.report ?? state.run(this.#repository, { event: 'workflow_run', headBranch: 'main', headSha: sha('main'), workflow: 'Report' });
    if (one.report !== null) state.rerun(run, { only: 'failed' });
    const head = { headSha: sha(one.head), headBranch, headRepository: this.#fork, defaultBranch: 'main' };
    const event = { kind: 'workflow-run', id, attempt: one.attempt, event: 'pull_request', conclusion: 'success', ...head } as const;
    const workflow = this.#workflow({ event, runId: run.id, attempt: run.attempts.length });
    const found = await findPullRequest(this.#api, event);
    const pulls = found.kind === 'found' ? [found.pull] : found.kind === 'ambiguous' ? found.pulls : [];
    const pull = pulls.find(({ number }) => number === one.pull);
    // Head has moved on.
    if (pull === undefined) return state.end(run, 'success');
    const status = { sha: sha(one.head), context: statusContext(KEY, pull), description: '', url: runUrl(workflow.run) };
    // Its legs would be refused: their base is not on this branch.
    if (pull.baseRef !== one.base) {
      await setStatus(this.#api, { ...status, state: 'error' });
      return state.end(run, 'failure');
    }
    const outcome = await this.#judged(workflow, one, pull);
    await this.#leave(workflow, one, outcome, run);
    const passed = exitCode(outcome.verdict) === 0;
    await setStatus(this.#api, { ...status, state: passed ? 'success' : 'failure' });
    state.end(run, passed ? 'success' : 'failure');
    one.report = run;
  }

  #workflow(run: Pick<Workflow['run'], 'event' | 'runId' | 'attempt'>): Workflow {
    return workflowOf({ ...run, repository: this.#name, apiUrl: this.#github.url, temp: this.#temp }, this.#token);
  }

  /** What the gate makes of it, held against what is true. `pull`: as GitHub has it, `null` where it has moved on. */
  async #judged(workflow: Workflow, one: Measurement, pull: PullRequest | null): Promise<Outcome> {
    const judged = outcomeOn(one.head, one.base);
    const addsNothing = (GROWTH[one.head]?.[one.base] ?? []).length === 0;
    expect(exitCode(judged.verdict), `${one.head} on ${one.base}`).toBe(addsNothing ? 0 : 1);
    if (pull === null || !isAcceptable(judged.verdict)) {
      if (pull !== null) this.verdicts.pass += 1;
      return judged;
    }
    const outcome = (await acceptanceOf(workflow, this.#api, pull, this.#pair ? 'report' : 'check'))(judged, '');
    const accepted = outcome.verdict.status === 'accepted';
    this.verdicts[accepted ? 'accepted' : 'fail'] += 1;
    const truth = this.#truth(one, pull);
    if (accepted) expect(mayPass(truth), 'it passes, and may').toBe(true);
    if (!mustPass(truth)) return outcome;
    this.verdicts.must += 1;
    expect([outcome.byLabel?.refused ?? null, accepted]).toEqual([null, true]);
    // Mode accept, which would have started it, sees it so too.
    const by: SeenBy = this.#pair ? { kind: 'status', context: statusContext(KEY, pull), creator: BOT } : { kind: 'job', name: null };
    expect(await lookUpAcceptance(workflow, this.#api, { pull, by, run: null })).toMatchObject({ kind: 'accepted' });
    return outcome;
  }

  #truth(asking: Measurement, { number, createdAt, ...into }: PullRequest): Truth {
    const context = statusContext(KEY, into);
    const isSet = this.#pulls.some((pull) => pull.number === number && pull.labels.length > 0);
    return {
      ...{ pair: this.#pair, now: this.#now, asking, all: this.#all, forced: this.#forced },
      givings: isSet ? (this.#givings.get(number) ?? []) : [],
      opened: Date.parse(createdAt),
      based: this.#based.get(number) ?? 0,
      statuses: this.#github.state.statuses(this.#repository, sha(asking.head)).filter((status) => status.context === context),
    };
  }

  /** The report's artifact: what was told from now on. */
  async #leave(workflow: Workflow, one: Measurement, outcome: Outcome, run: Run): Promise<void> {
    const folder = join(this.#temp, 'left');
    await mkdir(folder, { recursive: true });
    const breaches = breachesOfLegs([{ name: '', outcome }]);
    const zip = new AdmZip();
    zip.addLocalFile(await writeBreaches(folder, workflow, { pull: one.pull, head: sha(one.head), breaches }));
    this.#github.state.artifact(this.#repository, run.id, {
      name: reportArtifact(KEY, { attempt: workflow.run.attempt, report: 1 }),
      zip: zip.toBuffer(),
    });
    one.told.push(this.#now);
  }
}
