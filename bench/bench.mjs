// npm run bench [-- build|affected|start|init|memory|judge|report]: medians and ratios from one run, side by side with the plain way. Nothing here is a test.
// `report:monorepo` is one artifact of `report`. Only by name, for each takes long: -- power (planted regressions), -- aa FOLDER [CHECKS] (a measured function against itself),
// -- wall FOLDER (the same start measured by others), -- repeat FOLDER (ten instruction medians of one binary). FOLDER is what `coldgate measure -o FOLDER` wrote.
import { cpus, totalmem } from 'node:os';
import { benchAa } from './aa.mjs';
import { benchAffected } from './affected.mjs';
import { benchBuild } from './build.mjs';
import { benchInit } from './init.mjs';
import { benchJudge } from './judge.mjs';
import { benchMemory } from './memory.mjs';
import { benchPower } from './power.mjs';
import { benchRepeat } from './repeat.mjs';
import { benchReport } from './report.mjs';
import { benchStart } from './start.mjs';
import { benchWall } from './wall.mjs';

const parts = {
  start: benchStart,
  init: benchInit,
  memory: benchMemory,
  judge: benchJudge,
  report: benchReport,
  build: benchBuild,
  affected: benchAffected,
};
const [first, folder, checks] = process.argv.slice(2);
const byName = {
  power: benchPower,
  aa: () => benchAa(folder, Number(checks ?? 200)),
  wall: () => benchWall(folder),
  repeat: () => benchRepeat(folder),
};
const wanted = first in byName ? [] : process.argv.slice(2);
const unknown = wanted.filter((word) => !(word.split(':')[0] in parts));
if (unknown.length > 0) {
  console.error(`no bench named ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}\n`,
);
if (first in byName) await byName[first]();
else
  for (const word of wanted.length === 0 ? Object.keys(parts) : wanted) {
    const [name, only] = word.split(':');
    await parts[name](only);
  }
