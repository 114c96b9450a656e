import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { Cancelled, ToolError } from '../src/core/failures.ts';
import { endRemains, type Guard, runGroup, runGuarded } from '../src/exec/group.ts';
import { type Environment, run } from '../src/exec/run.ts';
import { PATIENCE } from './times.ts';

const env: Environment = { PATH: process.env.PATH ?? '' };
const cwd = tmpdir();
const never = new AbortController().signal;

function guard(signal: AbortSignal = never): Guard & { readonly noted: string[] } {
  const noted: string[] = [];
  const adopt = async (): Promise<() => Promise<void>> => {
    noted.push('noted');
    return async () => void noted.push('forgotten');
  };
  return { signal, adopt, noted };
}

describe('run', () => {
  test('gives output and exit code; the environment is the one given, nothing else', async () => {
    const { stdout, stderr, exitCode } = await run('sh', ['-c', 'env; echo "a b" >&2; exit 3'], { cwd, env, check: false });
    expect(stdout).not.toMatch(/^HOME=/m);
    expect([stderr, exitCode]).toEqual(['a b\n', 3]);
  });

  test('arguments reach the program as they are', async () => {
    const args = ['', ' a  b ', '"', "'", '$HOME', '`id`', '\\', 'ä\n', '*'];
    const { stdout } = await run('printf', ['%s\\0', ...args], { cwd, env });
    expect(stdout.split('\0').slice(0, -1)).toEqual(args);
  });

  test('a failure carries the last lines, without colours', async () => {
    const failing = run('sh', ['-c', String.raw`seq 100 >&2; printf '\033[31merror\033[0m: no\n' >&2; exit 9`], { cwd, env });
    await expect(failing).rejects.toMatchObject({ name: 'ToolError', process: { exitCode: 9 } });
    const error = await failing.catch((thrown: unknown) => thrown);
    const lines = error instanceof ToolError ? (error.process?.lastLines ?? []) : [];
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toBe('error: no');
  });

  // Read line by line, each chunk searched all that came before it: 40 MB took 41 s, 200 MB would have taken seventeen minutes.
  test('200 MB in one line are there', async () => {
    const { stdout } = await run('sh', ['-c', "head -c 200000000 /dev/zero | tr '\\0' x"], { cwd, env });
    expect([stdout.length, stdout.slice(0, 2), stdout.slice(-2)]).toEqual([200_000_000, 'xx', 'xx']);
  });

  test('a flood past what can be parsed is a mistake that is named', async () => {
    await expect(run('yes', [], { cwd, env })).rejects.toThrow('yes printed more than 400 MB, which is no answer to it: it was ended');
  });

  test('a command line that is too long is named, with its size', async () => {
    const args = Array.from({ length: 3_000 }, (_, index) => `--bin=${'x'.repeat(2_000)}${index}`);
    const problem =
      /^true could not be started in .*: its 3,000 arguments and the environment have 6,0\d\d,\d{3} bytes, more than this system takes/;
    const options = { cwd, env, signal: never, onLine: () => undefined };
    for (const started of [run('true', args, { cwd, env }), runGroup('true', args, options)]) {
      await expect(started).rejects.toMatchObject({ name: 'ToolError', message: expect.stringMatching(problem) });
    }
    const folder = `/tmp/${'long/'.repeat(1_000)}`;
    await expect(run('true', [], { cwd: folder, env })).rejects.toMatchObject({ name: 'ToolError' });
  });

  test('a program or a folder that is not there is named', async () => {
    await expect(run('no-such-program', [], { cwd, env })).rejects.toThrow(/no-such-program could not be started/);
    await expect(run('sh', [], { cwd: '/no/such/folder', env })).rejects.toThrow(
      /^sh could not be started in \/no\/such\/folder: there is no such folder$/,
    );
  });
});

describe('runGroup', () => {
  test('hands on lines of both streams, the last one without a newline too', async () => {
    const lines: string[] = [];
    const options = { cwd, env, signal: never, onLine: (stream: string, line: string) => lines.push(`${stream} ${line}`) };
    const end = await runGroup('sh', ['-c', 'printf "a\\r\\nb"; printf "c\\nd" >&2; exit 4'], options);
    expect(lines.sort()).toEqual(['stderr c', 'stderr d', 'stdout a', 'stdout b']);
    expect(end).toEqual({ exitCode: 4, signal: null, lastLines: ['c', 'd'] });
  });

  test('all of a long output is there', async () => {
    let count = 0;
    const options = { cwd, env, signal: never, onLine: () => (count += 1) };
    await runGroup('seq', ['200000'], options);
    expect(count).toBe(200_000);
  });

  test('does not wait for a daemon that holds the pipes', async () => {
    const lines: string[] = [];
    const options = { cwd, env, signal: never, onLine: (_: string, line: string) => void lines.push(line) };
    const end = await runGroup('sh', ['-c', 'setsid sleep 600 & echo $!'], options);
    expect(end.exitCode).toBe(0);
    // It still runs: a signal reaches it.
    expect(process.kill(Number(lines[0]), 'SIGKILL')).toBe(true);
  });

  test('cancelled: the whole group ends, also what ignores TERM', async () => {
    const cancel = new AbortController();
    let group = 0;
    const options = { cwd, env, signal: cancel.signal, onLine: () => cancel.abort(), onStart: (id: number) => (group = id) };
    const running = runGroup('sh', ['-c', 'sh -c "trap : TERM; echo ready; while :; do sleep 1; done" & wait'], options);
    await expect(running).rejects.toThrow(Cancelled);
    await vi.waitFor(async () => {
      // Where no init waits for orphans they stay as zombies, which are ended all the same.
      const { stdout } = await run('ps', ['-e', '-o', 'pgid=,stat='], { cwd, env });
      expect(stdout.split('\n').filter((line) => new RegExp(`^ *${group} +[^Z]`).test(line))).toEqual([]);
    }, PATIENCE);
    await expect(runGroup('true', [], options)).rejects.toThrow(/before true was started/);
  });

  test('a line that does not end comes in pieces, every byte of it, and is cut in what an error shows', async () => {
    const lengths: number[] = [];
    const options = { cwd, env, signal: never, onLine: (_: string, line: string) => void lengths.push(line.length) };
    const end = await runGroup('sh', ['-c', 'head -c 5000000 /dev/zero >&2; exit 3'], options);
    expect([end.exitCode, lengths.reduce((sum, length) => sum + length, 0)]).toEqual([3, 5_000_000]);
    expect(Math.max(...end.lastLines.map((line) => line.length))).toBeLessThanOrEqual(2_000);
  });

  test('a line that is parsed is never cut; past the bound it is a mistake that is named', async () => {
    const lines: string[] = [];
    const options = { cwd, env, signal: never, parsesLines: true, onLine: (_: string, line: string) => void lines.push(line) };
    await runGroup('node', ['-e', 'process.stdout.write(`a\\r\\n${"€".repeat(3_000_000)}\\n\\nb`)'], options);
    expect(lines.map((line) => line.length)).toEqual([1, 3_000_000, 0, 1]);
    const flood = runGroup('sh', ['-c', "echo a; tr '\\0' x </dev/zero"], { ...options, longestLine: 2_000_000 });
    await expect(flood).rejects.toThrow(/^sh -c echo a; .* printed a line of more than 2 MB: it was ended$/);
    expect(lines.at(-1)).toBe('a');
  });

  test('a program that is not there is named', async () => {
    const options = { cwd, env, signal: never, onLine: () => undefined };
    await expect(runGroup('no-such-program', [], options)).rejects.toThrow(/no-such-program could not be started/);
  });
});

describe('runGuarded', () => {
  test('notes the group for as long as it runs, whatever its end', async () => {
    for (const [command, message] of [
      ['echo out; echo err >&2', null],
      ['echo why >&2; exit 5', /sh -c .* failed with exit code 5/],
      ['kill -9 $$', /was ended by SIGKILL/],
    ] as const) {
      const mine = guard();
      const running = runGuarded('sh', ['-c', command], { cwd, env, guard: mine });
      if (message === null) expect(await running).toEqual({ exitCode: 0, stdout: 'out\n', stderr: 'err' });
      else await expect(running).rejects.toThrow(message);
      expect(mine.noted).toEqual(['noted', 'forgotten']);
    }
  });

  test('what is parsed comes whole, in one line of any length, and past a bound it is a mistake that is named', async () => {
    const options = { cwd, env, guard: guard() };
    // A character of three bytes, cut anywhere by the pipe.
    const { stdout } = await runGuarded('node', ['-e', 'process.stdout.write("€".repeat(3_000_000))'], options);
    expect([stdout.length, stdout.replaceAll('€', '')]).toEqual([3_000_000, '']);
    const flood = runGuarded('yes', [], { ...options, maxOutput: 1_000_000 });
    await expect(flood).rejects.toThrow('yes printed more than 1 MB, which is no answer to it: it was ended');
  });

  test('what is shown comes by lines', async () => {
    const lines: string[] = [];
    const shown = await runGuarded('sh', ['-c', 'echo out; echo err >&2'], {
      cwd,
      env,
      guard: guard(),
      onLine: (line) => lines.push(line),
    });
    expect([lines.sort(), shown.stdout]).toEqual([['err', 'out'], '']);
  });

  test('a non-zero exit can be an answer', async () => {
    const answer = await runGuarded('sh', ['-c', 'exit 5'], { cwd, env, guard: guard(), check: false });
    expect(answer.exitCode).toBe(5);
  });
});

/** A zombie has ended. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Every way to leave: another session, no environment, no inherited file, a parent that is gone, a daemon of a daemon; each says its number. */
const LEAVING = [
  'setsid sleep 600 & echo $!',
  'env -i setsid sleep 600 & echo $!',
  'env -i setsid sh -c "echo \\$\\$; exec sleep 600 <&- >&- 2>&-" &',
  'sh -c "setsid sh -c \'echo \\$\\$; exec sleep 600\' &"',
  'env -i setsid sh -c "env -i setsid sh -c \'echo \\$\\$; exec sleep 600 <&- >&- 2>&-\' & echo \\$\\$; exec sleep 600" &',
  'sh -c "trap : TERM HUP INT; echo \\$\\$; while :; do sleep 1; done" &',
  'sleep 600 & echo $!',
];

describe('what a group leaves behind', () => {
  async function leave(words: string, remains?: 'end' | 'stay'): Promise<readonly number[]> {
    const pids: number[] = [];
    const onLine = (_: string, line: string): void => void pids.push(Number(line));
    await runGroup('sh', ['-c', `${words}\nsleep 0.5`], { cwd, env, signal: never, onLine, ...(remains === undefined ? {} : { remains }) });
    return pids;
  }

  test('is ended with it, wherever it went', async () => {
    const pids = await leave([LEAVING, LEAVING, LEAVING].flat().join('\n'), 'end');
    expect(pids).toHaveLength(24);
    expect(pids.filter(runs)).toEqual([]);
  });

  test('stays where it may, and is ended when the run ends', async () => {
    const pids = await leave('env -i setsid sleep 600 & echo $!', 'stay');
    await leave('true', 'end');
    expect(pids.filter(runs)).toEqual(pids);
    await endRemains();
    expect(pids.filter(runs)).toEqual([]);
  });

  test("is all that is ended: other groups, older ones and this process's own children go on", async () => {
    const older = await leave('setsid sleep 600 & echo $!');
    const stop = new AbortController();
    const beside: number[] = [];
    const other = runGroup('sh', ['-c', 'echo $$; exec sleep 600'], {
      ...{ cwd, env, signal: stop.signal },
      onLine: (_, line) => void beside.push(Number(line)),
    });
    const own = run('sleep', ['2'], { cwd, env });
    await vi.waitFor(() => expect(beside).toHaveLength(1), PATIENCE);
    const left = await leave('setsid sleep 600 & echo $!', 'end');
    expect([left, older, beside].map((pids) => pids.map(runs))).toEqual([[false], [true], [true]]);
    stop.abort();
    await expect(other).rejects.toThrow(Cancelled);
    await own;
    for (const pid of older) process.kill(pid, 'SIGKILL');
  });

  test('stays while a group runs beside it that it may be of, and is ended with the last of them', async () => {
    const pids: number[] = [];
    const stop = new AbortController();
    // Of the group that is older, by its age, or of the other.
    const first = leave('setsid sleep 600 & echo $!', 'end');
    const other = runGroup('sh', ['-c', 'sh -c "setsid sh -c \'echo \\$\\$; exec sleep 600\' &"; exec sleep 600'], {
      ...{ cwd, env, signal: stop.signal, remains: 'end' },
      onLine: (_, line) => void pids.push(Number(line)),
    });
    const beside = await first;
    expect(pids.map(runs)).toEqual([true]);
    stop.abort();
    await expect(other).rejects.toThrow(Cancelled);
    expect([...pids, ...beside].filter(runs)).toEqual([]);
  });

  test('is ended when the group is cancelled', async () => {
    const cancel = new AbortController();
    const pids: number[] = [];
    const running = runGroup('sh', ['-c', 'env -i setsid sleep 600 & echo $!; exec sleep 600'], {
      ...{ cwd, env, signal: cancel.signal, remains: 'end' },
      onLine: (_, line) => {
        pids.push(Number(line));
        cancel.abort();
      },
    });
    await expect(running).rejects.toThrow(Cancelled);
    expect(pids.filter(runs)).toEqual([]);
  });
});
