import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { millis } from '../../src/core/units.ts';
import type { Guard } from '../../src/exec/group.ts';
import type { CountedWindow } from '../../src/init/counter.ts';
import { parseInitEnv } from '../../src/init/environment.ts';
import { mergeProfiles } from '../../src/init/profile/merged.ts';
import type { Profile } from '../../src/init/profile/profile.ts';
import type { StartOptions } from '../../src/init/start.ts';
import { EXCHANGE, TINY_MAIN } from '../e2e/project.ts';
import { compileRust } from '../rust.ts';

/** As Lambda's limit for init. */
export const INIT_TIMEOUT = millis(10_000);

/** The tiny Lambda, and before it what `MODE` (an `init-env` line) asks for. */
const MAIN = `${TINY_MAIN.replace('fn main()', 'fn ask()')}
use std::process::Command;
use std::time::Duration;

${EXCHANGE}
#[inline(never)]
fn planted(count: u64) -> u64 {
    (0..count).fold(1, |sum, value| std::hint::black_box(sum ^ value.rotate_left(7)))
}

fn main() {
    let mode = std::env::var("MODE").unwrap_or_default();
    match mode.as_str() {
        "variables" => {
            for (name, value) in std::env::vars() { eprintln!("{name}={value}"); }
            eprintln!("cwd={}", std::env::current_dir().unwrap().display());
            std::process::exit(0);
        }
        "exit" => { eprintln!("no table"); std::process::exit(3) }
        "panic" => panic!("TABLE is not set"),
        "abort" => std::process::abort(),
        "never" => loop { std::thread::sleep(Duration::from_secs(60)) },
        "flood" => loop { eprintln!("{}", "x".repeat(1000)) },
        "fork" => { Command::new("/bin/sleep").arg("600").spawn().unwrap(); }
        "daemon" => { Command::new("/usr/bin/setsid").args(["/bin/sleep", "600"]).spawn().unwrap(); std::thread::sleep(Duration::from_millis(100)); }
        "init-error" => {
            exchange("POST /2018-06-01/runtime/init/error HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 22\\r\\n\\r\\n{\\"errorType\\":\\"Broken\\"}");
            std::thread::sleep(Duration::from_secs(60));
        }
        "extension" => {
            let answer = exchange("POST /2020-01-01/extension/register HTTP/1.1\\r\\nLambda-Extension-Name: inner\\r\\nContent-Length: 2\\r\\n\\r\\n{}");
            let id = answer.lines().find_map(|line| line.strip_prefix("Lambda-Extension-Identifier: ")).unwrap().to_string();
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(150));
                exchange(&format!("GET /2020-01-01/extension/event/next HTTP/1.1\\r\\nLambda-Extension-Identifier: {id}\\r\\n\\r\\n"));
            });
        }
        "work" => { planted(1_000_000); }
        "long" => { planted(100_000_000); }
        "joined" => { std::thread::spawn(|| planted(100_000_000)).join().unwrap(); }
        "kernel" => std::thread::spawn(|| {
            use std::io::Read;
            let mut random = std::fs::File::open("/dev/urandom").unwrap();
            let mut bytes = vec![0u8; 4 << 20];
            random.read_exact(&mut bytes).unwrap();
        }).join().unwrap(),
        "memory" => { let table = vec![1u8; 8 << 20]; std::hint::black_box(&table); std::mem::forget(table); }
        "blocks-signals" => {
            extern "C" { fn sigfillset(set: *mut u8) -> i32; fn pthread_sigmask(how: i32, set: *const u8, old: *mut u8) -> i32; }
            let mut all = [0u8; 128];
            unsafe { sigfillset(all.as_mut_ptr()); pthread_sigmask(0, all.as_ptr(), std::ptr::null_mut()); }
            planted(1_000_000);
        }
        "ignores-alarm" => {
            extern "C" { fn signal(number: i32, handler: usize) -> usize; }
            unsafe { signal(26, 1); }
            planted(1_000_000);
        }
        "relay" => { fn next() { planted(20_000); std::thread::spawn(next); } for _ in 0..8 { std::thread::spawn(next); } }
        "one-after-another" => { std::thread::spawn(|| for _ in 0..20 { std::thread::spawn(|| planted(100_000)).join().unwrap(); }); }
        "threads" => for _ in 0..3 { std::thread::spawn(|| std::thread::sleep(Duration::from_secs(60))); },
        _ => {}
    }
    ask();
}
`;

/** A folder for everything of a test file: the function, its roots, temporary folders. */
export class Functions implements AsyncDisposable {
  readonly path: string;
  /** The function, with its symbols. */
  readonly binary: string;

  private constructor(path: string) {
    this.path = path;
    this.binary = join(path, 'function');
  }

  static async compile(): Promise<Functions> {
    const functions = new Functions(await mkdtemp(join(tmpdir(), 'coldgate-init-')));
    const source = join(functions.path, 'main.rs');
    await writeFile(source, MAIN);
    await compileRust(source, functions.binary);
    return functions;
  }

  /** A root whose `bootstrap` is the function, or a file of this text. */
  async root(name: string, bootstrap?: string | Buffer): Promise<string> {
    const path = join(this.path, `root-${name}`);
    await mkdir(path, { recursive: true });
    const file = join(path, 'bootstrap');
    if (bootstrap === undefined) await copyFile(this.binary, file);
    else await writeFile(file, bootstrap);
    await chmod(file, 0o755);
    return path;
  }

  options(taskRoot: string, overrides: Partial<StartOptions> & { readonly mode?: string } = {}): StartOptions {
    const { mode, ...rest } = overrides;
    return {
      taskRoot,
      entry: 'bootstrap',
      awaits: 'runtime',
      initEnv: parseInitEnv(mode === undefined ? [] : [`MODE=${mode}`], 'test'),
      timeout: INIT_TIMEOUT,
      parent: this.path,
      guard: guard(),
      ...rest,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

export function guard(signal: AbortSignal = new AbortController().signal, noted: number[] = []): Guard {
  return {
    signal,
    adopt: async (group) => {
      noted.push(group);
      return async () => void noted.splice(noted.indexOf(group), 1);
    },
  };
}

/** Every process, whatever its group, whose environment names this folder: a start's own TMPDIR and root lie in it. */
export async function processesIn(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environ.includes(`LAMBDA_TASK_ROOT=${folder}`) ? [pid] : [];
    }),
  );
  return found.flat();
}

/** Everything that a window counted, as one profile. */
export function wholeOf(window: CountedWindow): Profile {
  if (window.kind !== 'threads') throw new Error(JSON.stringify(window));
  return mergeProfiles(window.threads.map(({ profile }) => profile));
}
