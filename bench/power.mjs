import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLI, git, percent, ROOT, table, temporaryHome, timed } from './run.mjs';

const LIMITS = ['init.instructions: +2%', 'init.faults: +10%', 'init.memory: +10%', 'init.connects: +0'];

/** Work whose instructions are known: `times` additions that no compiler takes away. */
const work = (times) => `    let mut sum = 0u64;
    for step in 0..${times}u64 {
        sum = std::hint::black_box(sum.wrapping_add(step));
    }
    std::hint::black_box(sum);
`;

/** What is planted before `run`, and who has to notice. `null`: the timing warning, and no breach. */
const PLANTED = [
  { name: 'nothing', code: '', metric: null, warns: false },
  { name: '5 % more instructions', code: (base) => work(Math.round((base * 0.05) / PER_STEP)), metric: 'init.instructions' },
  { name: '20 % more instructions', code: (base) => work(Math.round((base * 0.2) / PER_STEP)), metric: 'init.instructions' },
  { name: '100 % more instructions', code: (base) => work(Math.round(base / PER_STEP)), metric: 'init.instructions' },
  {
    name: 'one more connection',
    code: '    let _ = std::net::TcpStream::connect(("127.0.0.1", 9));\n',
    metric: 'init.connects',
  },
  {
    name: 'a table of 2 MB, touched',
    code: '    let mut table = vec![0u8; 2_000_000];\n    for place in (0..table.len()).step_by(4096) {\n        table[place] = 1;\n    }\n    std::hint::black_box(&table);\n    std::mem::forget(table);\n',
    metric: 'init.faults',
    also: 'init.memory',
  },
  { name: '50 ms of sleep', code: '    std::thread::sleep(std::time::Duration::from_millis(50));\n', metric: null, warns: true },
];
/** Load, add, store, count and jump of the loop above, as rustc compiles it for x86_64. */
const PER_STEP = 6;

/** Planted regressions in *health*, each checked for real against the clean one: which metric notices, with which figure. */
export async function benchPower() {
  await using state = await temporaryHome();
  const project = join(state.home, 'health');
  await cp(join(ROOT, 'examples/health'), project, { recursive: true, filter: (path) => !path.includes('/target') });
  await git(project, 'init', '--quiet', '--initial-branch=main');
  await git(project, 'add', '--all');
  await git(project, 'commit', '--quiet', '--message', 'health');
  const clean = await readFile(join(project, 'src/main.rs'), 'utf8');
  const env = { COLDGATE_HOME: state.home };
  let instructions = 0;
  const rows = [];
  for (const { name, code, metric, also, warns } of PLANTED) {
    const planted = typeof code === 'function' ? code(instructions) : code;
    await writeFile(
      join(project, 'src/main.rs'),
      clean.replace(/(fn main\(\)[^{]*\{\n)/, `$1${planted || '    let _nothing = std::hint::black_box(0);\n'}`),
    );
    const report = join(state.home, 'report.json');
    const limits = LIMITS.flatMap((limit) => ['--limit', limit]);
    await timed(process.execPath, [CLI, 'check', '--base', 'HEAD', '--json', report, ...limits], { cwd: project, env, codes: [0, 1] });
    const { functions, verdict } = JSON.parse(await readFile(report, 'utf8'));
    const [{ init, metrics }] = functions;
    const change = (which) => {
      const { base, head } = metrics[which];
      if (which === 'init.connects') return `${base} → ${head}`;
      return `${head >= base ? '+' : '−'}${percent(Math.abs(head / base - 1))}`;
    };
    instructions ||= metrics['init.instructions'].base;
    const breached = verdict.breaches.map((breach) => breach.metric);
    const wanted = [metric, also].filter((one) => one !== null && one !== undefined);
    const caught = wanted.every((one) => breached.includes(one)) && (!warns || init.time.verdict === 'slower');
    rows.push([
      name,
      ...['init.instructions', 'init.faults', 'init.memory', 'init.connects'].map(change),
      `${init.time.base.median.toFixed(1)} → ${init.time.head.median.toFixed(1)} ms, ${init.time.verdict}`,
      breached.join(', ') || 'none',
      caught && breached.every((one) => wanted.includes(one)) ? 'yes' : caught ? 'yes, with others' : '**no**',
    ]);
    process.stderr.write(`${name}: ${rows.at(-1).join(' | ')}\n`);
  }
  console.log(`## Power: regressions planted in *health* (limits ${LIMITS.join(', ')})\n`);
  table(['planted', 'instructions', 'faults', 'memory', 'connects', 'time', 'breached', 'as named'], rows);
}
