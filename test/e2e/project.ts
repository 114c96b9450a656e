import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A Lambda on `std` alone: a TCP client of the Runtime API that asks for its first event. Compiles in about a second. */
export const TINY_MAIN = `use std::io::{Read, Write};

fn main() {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").expect("AWS_LAMBDA_RUNTIME_API");
    let mut stream = std::net::TcpStream::connect(&api).expect("connect");
    let request = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: {api}\\r\\n\\r\\n");
    stream.write_all(request.as_bytes()).expect("write");
    let mut answer = [0u8; 1024];
    let _ = stream.read(&mut answer);
}
`;

/** One request of the Runtime or the Extensions API and its answer, for functions that say more than the tiny one. */
export const EXCHANGE = `fn exchange(text: &str) -> String {
    let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let mut stream = std::net::TcpStream::connect(&api).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = [0u8; 1024];
    let read = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}
`;

/** The article's release profile. */
export const FAT_PROFILE = '\n[profile.release]\nopt-level = 3\nlto = "fat"\ncodegen-units = 1\nstrip = true\n';

export function manifest(name: string, more = ''): string {
  return `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`;
}

/** Files of a one-function project. */
export function tiny(name = 'tiny', profile = FAT_PROFILE): Record<string, string> {
  return {
    'Cargo.toml': manifest(name, profile),
    'src/main.rs': TINY_MAIN,
    '.gitignore': 'target/\n',
    'Cargo.lock': `version = 4\n\n[[package]]\nname = "${name}"\nversion = "0.1.0"\n`,
  };
}

/** A real git repository in a temporary folder. */
export class Project implements AsyncDisposable {
  readonly path: string;
  private constructor(path: string) {
    this.path = path;
  }

  /** A clone of `address`, as `git clone` with these options makes it. */
  static async clone(address: string, ...options: readonly string[]): Promise<Project> {
    const project = new Project(await mkdtemp(join(tmpdir(), 'coldgate-clone-')));
    await execute('git', ['clone', '--quiet', ...options, address, project.path]);
    return project;
  }

  /** `folder`: an empty one of the caller's choice, gone with the project. */
  static async create(files: Readonly<Record<string, string>>, folder?: string): Promise<Project> {
    const project = new Project(folder ?? (await mkdtemp(join(tmpdir(), 'coldgate-project-'))));
    await project.git('init', '--quiet', '--initial-branch=main', '--template=');
    await project.git('config', 'user.name', 'test');
    await project.git('config', 'user.email', 'test@localhost');
    await project.git('config', 'commit.gpgsign', 'false');
    await project.commit(files, 'first');
    return project;
  }

  async write(files: Readonly<Record<string, string | null>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.path, name);
      if (text === null) await rm(path, { force: true });
      else {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
    }
  }

  /** Writes the files and commits everything; returns the SHA. */
  async commit(files: Readonly<Record<string, string | null>>, message: string): Promise<string> {
    await this.write(files);
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', '--message', message);
    return this.git('rev-parse', 'HEAD');
  }

  async git(...args: readonly string[]): Promise<string> {
    const { stdout } = await execute('git', [...args], { cwd: this.path });
    return stdout.trim();
  }

  read(name: string): Promise<string> {
    return readFile(join(this.path, name), 'utf8');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

export async function shell(command: string, cwd: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout } = await execute('sh', ['-c', command], { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  return stdout;
}
