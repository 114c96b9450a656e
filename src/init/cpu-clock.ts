import { type Millis, millis } from '../core/units.ts';
import { Answerer } from '../exec/answerer.ts';
import type { ClockProgram } from '../tools/clocks.ts';

/**
 * Says first what it is itself (`perl` and `python3` on PATH may be scripts that choose one). Then the clock of a process in nanoseconds, asked with its id: what all its threads used, kernel and user, those that have ended among them
 * (clock_getcpuclockid(3): the clock is made of the id, and nobody needs a right to read it). Node has no such call.
 */
const PERL = (call: number): string =>
  `$| = 1; print "$^X\\n"; while (<STDIN>) { my $time = "\\0" x 16; my $failed = syscall(${call}, (~int($_) << 3) | 2, $time); my ($s, $ns) = unpack('qq', $time); print $failed ? 'none' : $s * 1000000000 + $ns, "\\n" }`;
const PYTHON = `
import sys, time
print(sys.executable, flush=True)
for line in iter(sys.stdin.readline, ''):
    try: print(time.clock_gettime_ns((~int(line) << 3) | 2), flush=True)
    except OSError: print('none', flush=True)
`;

/** The number of clock_gettime; of other architectures nobody asked. */
const CALLS: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 228, arm64: 113 };
const ANSWERS: Millis = millis(2_000);

/** What processes used of the CPU, exact to the microsecond. */
export class CpuClock implements AsyncDisposable {
  /** What reads it, by the path of the program itself. */
  readonly program: ClockProgram;
  readonly #answerer: Answerer;

  private constructor(program: ClockProgram, answerer: Answerer) {
    this.program = program;
    this.#answerer = answerer;
  }

  /** By the first of these programs that can; `null`: none can, and only the threads that are alive can be read. */
  static async open(programs: readonly ClockProgram[], cwd: string): Promise<CpuClock | null> {
    for (const program of programs) {
      const args = argumentsOf(program.name);
      if (args === null) continue;
      const answerer = new Answerer(program.path, args, { cwd, env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' }, patience: ANSWERS });
      const path = await answerer.next();
      const clock = new CpuClock({ name: program.name, path: path ?? program.path }, answerer);
      const own = await clock.read(process.pid);
      // What this process used is known here as well: a program that answers something else is none to believe.
      const known = process.cpuUsage();
      const used = (known.user + known.system) / 1_000;
      if (own !== null && own > used / 2 && own <= used + 50) return clock;
      await clock[Symbol.asyncDispose]();
    }
    return null;
  }

  /** The process is asked for before this returns, and goes on meanwhile; `null`: it is gone. */
  async read(pid: number): Promise<Millis | null> {
    const answer = await this.#answerer.ask(String(pid));
    return answer === null ? null : parseNanoseconds(answer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#answerer[Symbol.asyncDispose]();
  }
}

function argumentsOf(name: ClockProgram['name']): readonly string[] | null {
  if (name === 'python3') return ['-I', '-S', '-c', PYTHON];
  const call = CALLS[process.arch];
  return call === undefined ? null : ['-e', PERL(call)];
}

/** `110182563`; `null` for what is no time that a process can have used. */
export function parseNanoseconds(text: string): Millis | null {
  return /^\d{1,15}$/.test(text) ? millis(Number(text) / 1e6) : null;
}
