// The Action as `dist/` has it, with what the process took in a file: peak memory in kB and the seconds of its processor.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  // Not `maxRSS`: Linux keeps the peak of what a process was before exec, here the benchmark's own with all artifacts in it.
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  writeFileSync(
    process.env.BENCH_USAGE,
    JSON.stringify({ peak, seconds: performance.now() / 1e3, user: userCPUTime / 1e6, system: systemCPUTime / 1e6 }),
  );
});
await import(pathToFileURL(process.env.BENCH_ACTION).href);
