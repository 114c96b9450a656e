import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Duplex } from 'node:stream';
import { type Millis, millis } from '../core/units.ts';
import type { Environment } from '../exec/run.ts';
import type { ClockProgram } from '../tools/clocks.ts';
import { parseFaults, parseSchedstat } from './proc.ts';

/**
 * What runs before a function in its process, so that what the process had used by then is known and small. Started straight from here it
 * inherits a copy of this side's memory, and giving that back is charged to it: 1 ms of CPU time of a small process of Node, 7 of one with
 * 300 MB, each time another figure, of a function that takes 1. The program stops at the gate (descriptor 3), is read while it sleeps, and
 * becomes the function when it is let through; just before, it says when that is, by the clock that never turns back: on a busy machine this side
 * hears of it late, and a start of 1 ms would be told as one of 0.2. The descriptor closes with that.
 */
const PYTHON = `
import os, signal, sys, time
own = open('/proc/self/environ', 'rb').read().split(b'\\0')
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
os.set_inheritable(3, False)
into = dict(line.split(b'=', 1) for line in own if b'=' in line)
os.write(3, b'.')
if os.read(3, 1):
    os.write(3, b'%d\\n' % time.monotonic_ns())
    os.execve(sys.argv[1], sys.argv[1:], into)
os._exit(125)
`;

/** clock_gettime, by what Node calls the processor: Perl has no name for it without a module that is not everywhere. */
const CLOCK_GETTIME: Readonly<Record<string, number>> = { x64: 228, arm64: 113 };

function perl(): string {
  const clock = CLOCK_GETTIME[process.arch];
  const told = clock === undefined ? '' : `syscall(${clock}, 1, $at); syswrite($gate, sprintf("%d%09d\\n", unpack('qq', $at)));`;
  return `delete $ENV{PERL_BADLANG}; my $at = "\\0" x 16; open(my $gate, '+<&=', 3) or exit 125; fcntl($gate, 2, 1); syswrite($gate, '.'); sysread($gate, my $go, 1) or exit 125; ${told} exec { $ARGV[0] } @ARGV; exit 127`;
}

/** A program that runs another one. */
export interface Under {
  readonly command: string;
  readonly args: readonly string[];
  /** What it needs itself; the function gets it too, unless it is taken away. */
  readonly env?: Environment;
  /** It stops at the gate before it runs the function. */
  readonly isHeld?: true;
}

/** What holds a function at the gate. */
export function gateOf({ name, path }: ClockProgram): Under {
  const isHeld = true;
  if (name === 'python3') return { command: path, args: ['-I', '-S', '-c', PYTHON], isHeld };
  // The locale that Lambda sets is seldom there, which perl says on standard error.
  return { command: path, args: ['-e', perl()], env: { PERL_BADLANG: '0' }, isHeld };
}

/** What a process had used before it became the function. */
export interface Before {
  readonly cpu: Millis;
  readonly minorFaults: number;
  readonly majorFaults: number;
}

export interface Opened {
  readonly before: Before;
  /** When it was let through, and when it became the function, by `performance.now()`. */
  readonly at: number;
  readonly launched: number;
}

/** How long it may take until the process sleeps at the gate, when it has come there: on a busy machine it waits for a core first. */
const SLEEPS_MS = 2_000;
/** Between two looks: who looks all the time takes a core away. */
const PAUSE_MS = 1;

/** Lets a process through as soon as it stands at the gate; `null` where it never came, or cannot be read. */
export function openGate(channel: Duplex, pid: number): Promise<Opened | null> {
  let opened: Omit<Opened, 'launched'> | null = null;
  let said = '';
  return new Promise((resolve) => {
    const close = (): void => resolve(opened === null ? null : { ...opened, launched: launchedAt(said, opened.at) });
    channel.once('end', close).once('error', close).once('close', close);
    channel.once('data', () => {
      channel.on('data', (more: Buffer) => {
        said += more.toString('latin1');
      });
      const until = performance.now() + SLEEPS_MS;
      const look = (): void => {
        const before = readBefore(pid);
        if (before === null && performance.now() < until) {
          setTimeout(look, PAUSE_MS);
          return;
        }
        if (before !== null) opened = { before, at: performance.now() };
        channel.write('.');
      };
      look();
    });
  });
}

/** What the program at the gate said, by `performance.now()`; now, where that cannot be. */
function launchedAt(said: string, opened: number): number {
  const now = performance.now();
  const [, nanoseconds] = /^(\d{1,18})\n/.exec(said) ?? [];
  if (nanoseconds === undefined) return now;
  // Node's own clock is the same one, from the machine's start on: https://nodejs.org/api/process.html#processhrtimebigint
  const told = performance.now() - Number(process.hrtime.bigint() - BigInt(nanoseconds)) / 1e6;
  return told >= opened && told <= now ? told : now;
}

/** `null` while it runs: the kernel's account of it is exact when it sleeps. */
function readBefore(pid: number): Before | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const cpu = parseSchedstat(readFileSync(`/proc/${pid}/schedstat`, 'utf8'));
    const faults = parseFaults(stat);
    return /\) S [^)]*$/.test(stat) && cpu !== null && faults !== null ? { cpu: millis(cpu / 1e6), ...faults } : null;
  } catch {
    return null;
  }
}
