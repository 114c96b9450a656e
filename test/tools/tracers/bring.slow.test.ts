import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { traceConnects } from '../../../src/init/connects.ts';
import { countInstructions } from '../../../src/init/instructions.ts';
import { findTracers, findTracersAt, inspectTools } from '../../../src/tools/toolbox.ts';
import { checkTracers, type FoundTracer, type Tracers } from '../../../src/tools/tracers/tracer.ts';
import { WithoutTracers } from '../../action/without-tracers.ts';
import { Functions, wholeOf } from '../../init/functions.ts';

/** Wants the archive of this machine's distribution, and the right to hide what is installed. */
const TRACERS = fileURLToPath(new URL('../../../src/tools/tracers/', import.meta.url));
const ENV = { PATH: process.env.PATH ?? '' };

/** Brings them in a process that sees this machine read-only and without them. */
const SCRIPT = `import { provideTracers } from '${TRACERS}provide.ts';
const waiting = { tell: () => {}, turn: () => 0, done: (text) => { console.log(text); return 0; }, [Symbol.dispose]: () => {} };
const progress = { step: console.log, begin: () => waiting };
const tracers = await provideTracers({ home: process.argv[2], env: { ...process.env }, signal: new AbortController().signal, progress });
for (const tracer of [tracers.valgrind, tracers.strace]) if (tracer.kind === 'missing') console.log(tracer.reason);
`;

let folder: string;
let bare: WithoutTracers;
let functions: Functions;
beforeAll(async () => {
  // Debian's script round valgrind breaks at a space.
  folder = await mkdtemp(join(tmpdir(), 'coldgate tracers-'));
  bare = await WithoutTracers.create();
  functions = await Functions.compile();
  await writeFile(join(folder, 'bring.mjs'), SCRIPT);
});
afterAll(async () => {
  await functions[Symbol.asyncDispose]();
  await bare[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function bring(): Promise<string> {
  const [command, ...first] = bare.within;
  const { stdout } = await promisify(execFile)(command, [...first, process.execPath, join(folder, 'bring.mjs'), join(folder, 'home')]);
  return stdout;
}

function found(tracers: Tracers): { readonly valgrind: FoundTracer; readonly strace: FoundTracer } {
  const { valgrind, strace } = tracers;
  if (valgrind.kind === 'missing' || strace.kind === 'missing') throw new Error(JSON.stringify(tracers));
  return { valgrind, strace };
}

it('come without root from the distribution, once, and count what the installed ones count', async () => {
  expect(await bring()).toMatch(/^brought strace \S+ and valgrind \S+ into /);
  expect(await bring()).toBe('');
  const [bundle = '', ...others] = await readdir(join(folder, 'home', 'tracers'));
  expect(others).toEqual([]);
  const size = await Promise.all(
    (await readdir(join(folder, 'home', 'tracers', bundle), { recursive: true })).map(
      async (name) => (await stat(join(folder, 'home', 'tracers', bundle, name))).size,
    ),
  );
  expect(size.reduce((sum, one) => sum + one, 0)).toBeLessThan(12_000_000);

  // On a machine that has its own those are used; here they are compared.
  const nowhere = join(folder, 'nowhere');
  const brought = found(await findTracersAt(join(folder, 'home'), { PATH: nowhere }));
  await checkTracers({ ...findTracers(ENV), ...brought });
  const installed = found(findTracers(ENV));
  const root = await functions.root('brought');
  const grown = async (valgrind: FoundTracer): Promise<number> => {
    const totals: number[] = [];
    for (const mode of ['idle', 'work']) {
      const start = await countInstructions({ ...functions.options(root, { mode }), valgrind });
      if (start.kind !== 'reached') throw new Error(JSON.stringify(start));
      totals.push(wholeOf(start.value.init).total);
    }
    return (totals[1] ?? 0) - (totals[0] ?? 0);
  };
  const own = await grown(brought.valgrind);
  expect(own).toBeGreaterThan(1_000_000);
  // Alike, but for the digits of a port in the environment.
  expect(Math.abs(own - (await grown(installed.valgrind)))).toBeLessThan(100);
  const doctor = await inspectTools({ home: join(folder, 'home'), cwd: folder, env: { PATH: '' } });
  expect(doctor.filter(({ name }) => name === 'valgrind' || name === 'strace')).toMatchObject([{ state: 'ready' }, { state: 'ready' }]);
  expect(await traceConnects({ ...functions.options(root), strace: brought.strace, event: null })).toMatchObject({
    kind: 'reached',
    value: { init: [], response: null },
  });
});

it('are brought anew where a file is not as it was recorded, and nothing is counted with one that changed since', async () => {
  await bring();
  const before = found(await findTracersAt(join(folder, 'home'), { PATH: '' }));
  await appendFile(before.valgrind.path, ' ');
  await expect(checkTracers({ ...findTracers(ENV), ...before })).rejects.toThrow(/bin\/valgrind was changed by something that ran since/);
  expect((await findTracersAt(join(folder, 'home'), { PATH: '' })).valgrind.kind).toBe('missing');
  expect(await bring()).toMatch(/^brought /);
  expect(await readFile(before.valgrind.path, 'latin1')).not.toMatch(/ $/);
});
