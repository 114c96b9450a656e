import { afterAll, beforeAll, expect, test } from 'vitest';
import { pushEvent } from '../doubles/events.ts';
import { parseCommands } from './commands.ts';
import type { Ran } from './harness.ts';
import { REPOSITORY, Scene } from './scene.ts';

/** Commands as a child may print them: every line end that a reader knows, what is trimmed before one, and the older form inside a line. */
const HOSTILE = String.raw`fn main() {
    for end in ["\n", "\r", "\r\n", "x\r", "x\u{85}", "x\u{2028}", "x\u{2029}", "x\u{b}", "x\u{c}", "\u{a0}", "\u{3000}\t", "\u{200b}", "\u{feff}", "\u{1b}[0m"] {
        eprintln!("{end}::add-mask::tiny");
        eprintln!("{end}::error title=planted::planted");
        eprintln!("{end} so ##[error]planted");
    }
    eprintln!("::stop-commands::planted");
    eprintln!("::set-env name=PLANTED::planted");
    panic!("it ends");
}
`;

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
});
afterAll(() => scene[Symbol.asyncDispose]());

/** What a signed address of the services is known by. */
function signatures(): readonly string[] {
  return [
    ...new Set(
      scene.results.requests.flatMap(({ path, query }) => [...`${path}?${query}`.matchAll(/sig=([^&\s]+)/g)].map(([, sig]) => sig ?? '')),
    ),
  ];
}

const commands = (ran: Ran): readonly string[] => [...new Set(ran.obeyed.map(({ name }) => name))].toSorted();

test('the toolkit masks its signed addresses itself: none is shown, of the cache and of artifacts, up and down', async () => {
  const tip = await scene.project.commit({ NOTES: 'pushed' }, '##[error]planted \r::error::planted');
  const before = await scene.project.git('rev-parse', 'HEAD^1');
  for (const mode of ['measure', 'check']) {
    const run = scene.state.run(REPOSITORY, { event: 'push', headBranch: 'main', headSha: tip });
    const event = pushEvent(scene.state, { repository: REPOSITORY, ref: 'refs/heads/main', before, after: tip });
    const ran = await scene.run(event, { mode, cache: 'true' }, { runId: run.id, env: { RUNNER_DEBUG: '1' } });
    expect(ran.code).toBe(0);
    const signed = signatures();
    expect(signed.length).toBeGreaterThan(1);
    const shown = ran.shown.join('\n');
    expect(signed.filter((one) => shown.includes(one) || ran.stderr.includes(one))).toEqual([]);
    // Of what the toolkit prints, commands are obeyed, and those are masks and its own debug lines.
    expect(ran.masked.length).toBeGreaterThan(1);
    expect(ran.inert).toEqual([]);
    expect(ran.stdout).not.toContain('stop-commands');
    expect(ran.obeyed.filter(({ data }) => data.includes('planted'))).toEqual([]);
  }
});

test('no line of a build is a command, however it ends', async () => {
  const opened = await scene.pull('hostile', { 'build.rs': HOSTILE });
  const ran = await scene.run(scene.event(opened));
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('planted');
  expect(commands(ran).filter((name) => !['add-mask', 'debug', 'endgroup', 'error', 'group', 'notice', 'warning'].includes(name))).toEqual(
    [],
  );
  // The one error is the step's own, which quotes the build as data.
  expect(ran.annotations.filter(({ level, title }) => level === 'error' && title !== null)).toEqual([]);
  expect(ran.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  expect(ran.masked).not.toContain('tiny');
  expect(parseCommands(ran.stderr).obeyed).toEqual([]);
});
