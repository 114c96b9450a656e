// The Action as `dist/` has it, with what the process took in a file: peak memory in kB and the seconds of its processor.
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(
    process.env.BENCH_USAGE,
    JSON.stringify({ maxRSS, seconds: performance.now() / 1e3, cpu: (userCPUTime + systemCPUTime) / 1e6 }),
  );
});
await import(pathToFileURL(process.env.BENCH_ACTION).href);
