import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFile } from '../scripts/built.ts';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const CLI = builtFile(ROOT, 'cli.js');

/** The tools as a plain run has them: private ones where the PATH has none. */
export function toolPath() {
  const tools = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'coldgate', 'tools');
  return { tools, path: process.env.PATH ?? '' };
}

/** A state folder of this bench's own with the shared tools. */
export async function temporaryHome() {
  const home = await mkdtemp(join(tmpdir(), 'coldgate-bench-'));
  const { tools } = toolPath();
  if (!existsSync(tools)) mkdirSync(tools, { recursive: true });
  symlinkSync(tools, join(home, 'tools'));
  return { home, [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }) };
}

/** Runs to the end; resolves with the wall time in seconds and the process's own peak memory in MB. Rejects unless it exits with `codes`. */
export function timed(command, args, { cwd, env = {}, codes = [0] }) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output = (output + data).slice(-4000);
      });
    }
    let peak = 0;
    const sampler = setInterval(() => {
      try {
        peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1000);
      } catch {}
    }, 25);
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(sampler);
      const seconds = (performance.now() - started) / 1000;
      if (codes.includes(code)) resolve({ seconds, peak, output });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${output}`));
    });
  });
}

export async function git(cwd, ...args) {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false'];
  return (await timed('git', [...identity, ...args], { cwd })).output.trim();
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
  console.log('');
}

/** `0.03 %`, `12.1 %`. */
export function percent(ratio) {
  const value = ratio * 100;
  return `${value === 0 ? '0' : value < 0.1 ? value.toPrecision(1) : value.toFixed(1)} %`;
}
