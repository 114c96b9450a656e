// npm run bench [-- build|start|memory|judge]: medians and ratios from one run, side by side with the plain way. Nothing here is a test.
import { cpus, totalmem } from 'node:os';
import { benchBuild } from './build.mjs';
import { benchJudge } from './judge.mjs';
import { benchMemory } from './memory.mjs';
import { benchStart } from './start.mjs';

const parts = { start: benchStart, memory: benchMemory, judge: benchJudge, build: benchBuild };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}\n`,
);
for (const [name, part] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await part();
