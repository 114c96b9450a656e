// npm run bench [-- build|affected|start|init|counting|memory|judge|report|zip|page]: medians and ratios from one run, side by side with the plain way. Nothing here is a test.
// `report:monorepo` is one artifact of `report`. Only by name, for each takes long: -- power (planted regressions), -- odd (one odd run, simulated), -- cpu [CHECKS] (CPU time of a small function against itself), -- aa FOLDER [CHECKS [EVENT]] (a measured function against itself, its first response too),
// -- owners DEPS ZIP … (what the owners of all bytes take, of functions that coldgate built), -- shares BASE HEAD … (the share that unchanged crates have of the package, in pairs of folders), -- wall FOLDER (the same start measured by others), -- repeat FOLDER (ten instruction medians of one binary), -- page-file FILE (the page that a check wrote). FOLDER is what `coldgate measure -o FOLDER` wrote.
import { cpus, totalmem } from 'node:os';
import { benchAa } from './aa.mjs';
import { benchAffected } from './affected.mjs';
import { benchBuild } from './build.mjs';
import { benchCounting } from './counting.mjs';
import { benchCpu } from './cpu.mjs';
import { benchInit } from './init.mjs';
import { benchJudge } from './judge.mjs';
import { benchMemory } from './memory.mjs';
import { benchOdd } from './odd.mjs';
import { benchOwners } from './owners.mjs';
import { benchPage, benchPageFile } from './page.mjs';
import { benchPower } from './power.mjs';
import { benchRepeat } from './repeat.mjs';
import { benchReport } from './report.mjs';
import { benchShares } from './shares.mjs';
import { benchStart } from './start.mjs';
import { benchWall } from './wall.mjs';
import { benchZip } from './zip.mjs';

const parts = {
  start: benchStart,
  init: benchInit,
  counting: benchCounting,
  memory: benchMemory,
  judge: benchJudge,
  report: benchReport,
  zip: benchZip,
  page: benchPage,
  build: benchBuild,
  affected: benchAffected,
};
const [first, folder, checks, event] = process.argv.slice(2);
const byName = {
  cpu: () => benchCpu(Number(folder ?? 40)),
  power: benchPower,
  odd: benchOdd,
  aa: () => benchAa(folder, Number(checks ?? 200), event),
  wall: () => benchWall(folder),
  repeat: () => benchRepeat(folder),
  shares: () => benchShares(process.argv.slice(3)),
  owners: () => benchOwners(process.argv.slice(3)),
  'page-file': () => benchPageFile(folder),
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
