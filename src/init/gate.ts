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
 * becomes the function when it is let through; the descriptor closes with that.
 */
const PERL = `delete $ENV{PERL_BADLANG}; open(my $gate, '+<&=', 3) or exit 125; fcntl($gate, 2, 1); syswrite($gate, '.'); sysread($gate, my $go, 1) or exit 125; exec { $ARGV[0] } @ARGV; exit 127`;
const PYTHON = `
import os, signal, sys
own = open('/proc/self/environ', 'rb').read().split(b'\\0')
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
os.set_inheritable(3, False)
os.write(3, b'.')
if os.read(3, 1): os.execve(sys.argv[1], sys.argv[1:], dict(line.split(b'=', 1) for line in own if b'=' in line))
os._exit(125)
`;

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
  return { command: path, args: ['-e', PERL], env: { PERL_BADLANG: '0' }, isHeld };
}

/** What a process had used before it became the function. */
export interface Before {
  readonly cpu: Millis;
  readonly minorFaults: number;
  readonly majorFaults: number;
}

export interface Opened {
  readonly before: Before;
  /** When it was let through, and when the function's image was in its place, by `performance.now()`. */
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
  return new Promise((resolve) => {
    const close = (): void => resolve(opened === null ? null : { ...opened, launched: performance.now() });
    channel.once('end', close).once('error', close).once('close', close);
    channel.once('data', () => {
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
