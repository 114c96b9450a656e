import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { arch } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** One look at a process group. */
export interface Look {
  /** TCP ports on which it listens, in ascending order. */
  readonly ports: readonly number[];
  /** Whether it has other sockets of the network: a connection, one that is being made, a question to a name server. */
  readonly isConnected: boolean;
  /** What its threads have had of a processor, in nanoseconds. */
  readonly ran: number;
  /** Whether a thread runs, or sleeps until a time of its own: it may go on by itself. */
  readonly goesOn: boolean;
}

/** Before the first look no function is looked at: most inits are over by then. */
const FIRST_MS = 1_000;
const BETWEEN_MS = 500;
/** So many looks in a row have to find the same: two seconds. */
const LOOKS = 4;
/** Of the time between two looks what a server at rest may still use: some wake up for a clock of their own. */
const AT_REST = 0.02;
/** Of a thread that waits with a time of its own, up to which one it counts as a clock. */
const CLOCK_MS = 1_000;

/**
 * Resolves with the ports of a process group that listens and does nothing else: a function that speaks HTTP itself waits for requests, and will
 * never ask for an event. It has no other socket of the network, every thread waits without an end, and that for two seconds. Never resolves for
 * any other, nor once `signal` is aborted; never rejects.
 */
export async function untilOnlyListens(group: () => number | null, signal: AbortSignal): Promise<readonly number[]> {
  try {
    await sleep(FIRST_MS, undefined, { signal });
    let before: Look | null = null;
    for (let alike = 0; ; ) {
      const id = group();
      const now = id === null ? null : lookAt(id);
      const isAlike = before !== null && now !== null && onlyListened(before, now);
      alike = isAlike ? alike + 1 : 0;
      if (alike === LOOKS && now !== null) return now.ports;
      before = now;
      await sleep(BETWEEN_MS, undefined, { signal });
    }
  } catch {
    // Aborted: what came first counts.
    return new Promise(() => {});
  }
}

function onlyListened(before: Look, now: Look): boolean {
  const isSilent = now.ports.length > 0 && now.ports.join() === before.ports.join() && !now.isConnected && !now.goesOn;
  return isSilent && now.ran - before.ran <= AT_REST * BETWEEN_MS * 1e6;
}

/** `null`: there is no such group any more. */
export function lookAt(group: number): Look | null {
  const members = membersOf(group);
  if (members.length === 0) return null;
  const sockets = members.flatMap(socketsOf);
  const threads = members.flatMap(threadsOf);
  const ports = new Set(sockets.flatMap(({ port, listens }) => (listens ? [port] : [])));
  return {
    ports: [...ports].toSorted((a, b) => a - b),
    isConnected: sockets.some(({ listens }) => !listens),
    ran: threads.reduce((sum, { ran }) => sum + ran, 0),
    goesOn: threads.some(({ goesOn }) => goesOn),
  };
}

/** Processes of a group: the fifth field of /proc/PID/stat, the third after the name. */
function membersOf(group: number): readonly number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(`/proc/${name}/stat`);
    const [state, , own] = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    return own === String(group) && state !== 'Z' ? [Number(name)] : [];
  });
}

interface OwnSocket {
  readonly port: number;
  readonly listens: boolean;
}

/** A process's sockets of the network. Format of the tables: https://docs.kernel.org/networking/proc_net_tcp.html. */
function socketsOf(pid: number): readonly OwnSocket[] {
  const own = new Set<string>();
  for (const name of list(`/proc/${pid}/fd`)) {
    const inode = /^socket:\[(\d+)\]$/.exec(link(`/proc/${pid}/fd/${name}`))?.[1];
    if (inode !== undefined) own.add(inode);
  }
  if (own.size === 0) return [];
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    parseSockets(read(`/proc/${pid}/net/${table}`)).flatMap(({ inode, port, state }) =>
      own.has(inode) ? [{ port, listens: table.startsWith('tcp') && state === LISTEN }] : [],
    ),
  );
}

const LISTEN = '0A';

/** Lines such as `0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 1 …`. */
export function parseSockets(text: string): readonly { readonly port: number; readonly state: string; readonly inode: string }[] {
  return text.split('\n').flatMap((line) => {
    const [, port, state, inode] =
      /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) \S+ \S+ \S+ +\d+ +\d+ (\d+) /.exec(line) ?? [];
    return port === undefined || state === undefined || inode === undefined ? [] : [{ port: Number.parseInt(port, 16), state, inode }];
  });
}

function threadsOf(pid: number): readonly { readonly ran: number; readonly goesOn: boolean }[] {
  return list(`/proc/${pid}/task`).map((thread) => {
    const folder = `/proc/${pid}/task/${thread}`;
    return { ran: Number(read(`${folder}/schedstat`).split(' ')[0]) || 0, goesOn: goesOn(read(`${folder}/syscall`)) };
  });
}

/** System calls that sleep, and which of their arguments is the time: `ms`, or a pointer to it (0: without an end). */
const SLEEPS: Readonly<Record<string, ReadonlyMap<number, { readonly argument: number; readonly unit: 'ms' | 'pointer' | 'always' }>>> = {
  x64: new Map([
    [7, { argument: 2, unit: 'ms' }],
    [23, { argument: 4, unit: 'pointer' }],
    [35, { argument: 0, unit: 'always' }],
    [202, { argument: 3, unit: 'pointer' }],
    [230, { argument: 0, unit: 'always' }],
    [232, { argument: 3, unit: 'ms' }],
    [270, { argument: 4, unit: 'pointer' }],
    [271, { argument: 2, unit: 'pointer' }],
    [281, { argument: 3, unit: 'ms' }],
    [441, { argument: 3, unit: 'pointer' }],
  ]),
  arm64: new Map([
    [22, { argument: 3, unit: 'ms' }],
    [72, { argument: 4, unit: 'pointer' }],
    [73, { argument: 2, unit: 'pointer' }],
    [98, { argument: 3, unit: 'pointer' }],
    [101, { argument: 0, unit: 'always' }],
    [115, { argument: 0, unit: 'always' }],
    [441, { argument: 3, unit: 'pointer' }],
  ]),
};

/**
 * Whether a thread may go on by itself, by its line of /proc/PID/task/T/syscall: the call's number, then six arguments, in hexadecimal. Where it
 * cannot be read (a container may forbid it) the thread is not taken for one that waits without an end.
 */
export function goesOn(line: string, machine: string = arch()): boolean {
  const [number = '', ...args] = line.trim().split(' ');
  if (!/^\d+$/.test(number)) return true;
  const found = SLEEPS[machine]?.get(Number(number));
  if (found === undefined) return false;
  if (found.unit === 'always') return true;
  const text = args[found.argument] ?? '';
  const value = /^0x[0-9a-f]{1,16}$/.test(text) ? BigInt(text) : 1n;
  // Only the lower half of the register is the argument; a negative number of milliseconds is without an end.
  return found.unit === 'ms' ? BigInt.asIntN(32, value) > CLOCK_MS : value !== 0n;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
