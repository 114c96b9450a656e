import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLI, median, table, temporaryHome, timed } from './run.mjs';
import { madeSnapshot } from './snapshot.mjs';

const FUNCTIONS = 50;
const CRATES = 400;
const RUNS = 5;

/** Reading, comparing, judging and rendering two snapshots of a monorepo, as `coldgate compare` does it: the whole process. */
export async function benchJudge() {
  await using state = await temporaryHome();
  const [base, head] = [join(state.home, 'base.json'), join(state.home, 'head.json')];
  await writeFile(base, JSON.stringify(snapshot('a', 0)));
  await writeFile(head, JSON.stringify(snapshot('b', 37)));
  const figures = { help: [], terminal: [], markdown: [], json: [] };
  let length = 0;
  for (let run = 0; run < RUNS; run++) {
    const compare = (...more) => timed(process.execPath, [CLI, 'compare', base, head, '--gate', 'warn', ...more], { cwd: state.home });
    figures.help.push((await timed(process.execPath, [CLI, '--help'], { cwd: state.home })).seconds);
    figures.terminal.push((await compare()).seconds);
    figures.markdown.push((await compare('--markdown', join(state.home, 'out.md'))).seconds);
    figures.json.push((await compare('--json', join(state.home, 'out.json'))).seconds);
  }
  const { readFile } = await import('node:fs/promises');
  length = (await readFile(join(state.home, 'out.md'), 'utf8')).length;
  console.log(
    `## Compare, judge, render: ${FUNCTIONS} functions × ${CRATES} crates, ${CRATES * 4} symbols each (seconds, whole process)\n`,
  );
  table(
    ['what', 'median'],
    [
      ['`coldgate --help`: the floor', median(figures.help).toFixed(2)],
      ['`coldgate compare`, terminal', median(figures.terminal).toFixed(2)],
      [`and \`--markdown\` (${length} characters)`, median(figures.markdown).toFixed(2)],
      ['and `--json`', median(figures.json).toFixed(2)],
    ],
  );
}

function snapshot(letter, growth) {
  const functions = Array.from({ length: FUNCTIONS }, (_, f) => {
    const crates = Array.from({ length: CRATES }, (_, c) => ({ name: `crate_${c}`, size: 1_000 + c + (c % 7 === 0 ? growth : 0) }));
    const symbols = crates.flatMap(({ name, size }) =>
      [0, 1, 2, 3].map((s) => ({
        crate: name,
        name: `${name}::module::function_${s}`,
        size: s === 0 ? size - 300 : 100,
        count: 1,
        owned: null,
      })),
    );
    const text = crates.reduce((sum, { size }) => sum + size, 0);
    return {
      name: `function-${f}`,
      crate: `function-${f}`,
      kind: 'function',
      arch: 'x86_64',
      package: {
        file: `packages/function-${f}.zip`,
        size: text + 116,
        entries: [{ name: 'bootstrap', compressed: text, uncompressed: text * 2 }],
        overhead: 116,
      },
      binary: {
        entry: 'bootstrap',
        sha256: letter.repeat(62) + String(f).padStart(2, '0'),
        size: text * 2,
        sections: [
          { name: '.text', size: text },
          { name: '.rodata', size: text - 100 },
        ],
        headers: 100,
        text,
      },
      attribution: { kind: 'attributed', of: 'twin', text, crates, symbols, unattributed: 0 },
      twin: `twins/function-${f}`,
      dependencies: CRATES,
      findings: [],
      init: null,
      coldStart: null,
    };
  });
  const packages = Array.from({ length: CRATES }, (_, c) => ({
    name: `crate-${c}`,
    version: c % 7 === 0 ? `1.0.${growth}` : '1.0.0',
    source: 'registry',
    dependencies: [],
  }));
  return madeSnapshot({
    commit: { sha: letter.repeat(40), source: 'commit', subject: letter },
    invocation: {
      coldgate: '0.1.0',
      cargoLambda: '1.9.2',
      cargoBloat: '0.12.1',
      rustc: 'rustc 1.95.0',
      profile: 'release',
      arch: 'x86_64',
      arguments: [],
      prepare: null,
      environment: {},
      paths: { checkout: '/c', target: '/t', cargoHome: '/h' },
    },
    functions,
    lockfile: { packages },
    limits: [],
    notes: [],
    timings: {},
  });
}
