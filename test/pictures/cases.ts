import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accept } from '../../src/core/judge/judge.ts';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { LimitSet } from '../../src/core/model/limits.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import { Project, shell, TINY_MAIN, tiny } from '../e2e/project.ts';
import { CARGO } from '../rust.ts';

type Files = Readonly<Record<string, string | null>>;

/** A change as a picture shows it: what stands at base, what head makes of it, and what somebody did after the report. */
export interface Picture {
  readonly name: string;
  readonly base: () => Promise<Files>;
  readonly head: () => Promise<Files>;
  readonly limits?: readonly string[];
  readonly after?: (outcome: Outcome) => Outcome;
}

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
const LABEL = 'coldgate: accepted';

/** What does not compress, the same in every run. */
function noise(kilobytes: number, seed: number): string {
  let state = seed;
  return Array.from({ length: kilobytes * 500 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8).toString(16).padStart(6, '0').slice(0, 2);
  }).join('');
}

function carrying(kilobytes: number, seed = 1): Files {
  const main = TINY_MAIN.replace(
    'fn main() {',
    `static LOAD: &[u8] = include_bytes!("load.txt");\n\nfn main() {\n    std::hint::black_box(LOAD);`,
  );
  return { 'src/main.rs': main, 'src/load.txt': noise(kilobytes, seed) };
}

/** A function that calls a crate once it has an event. */
function using(dependency: string, call: string): Files {
  const { 'Cargo.toml': manifest = '', ...others } = tiny('orders');
  const main = TINY_MAIN.replace('    let _ = stream.read(&mut answer);\n', `    let _ = stream.read(&mut answer);\n    ${call}\n`);
  const dependencies = `edition = "2021"\n\n[dependencies]\n${dependency}\n`;
  return { ...others, 'Cargo.toml': manifest.replace('edition = "2021"\n', dependencies), 'src/main.rs': main, 'Cargo.lock': null };
}

/** 1.9 is the version that moved to `regex-automata`. */
function withRegex(version: string): Files {
  return using(
    `regex = "=${version}"`,
    'std::hint::black_box(regex::bytes::Regex::new("^[a-z]+-[0-9]+$").expect("a pattern").is_match(&answer));',
  );
}

/** 2.5.4 is the version that left the tables of `unicode-bidi` and `unicode-normalization`. */
function withUrl(version: string): Files {
  const call = 'std::hint::black_box(url::Url::parse(&String::from_utf8_lossy(&answer)).map(|url| url.host_str().map(str::len)).ok());';
  return using(`url = "=${version}"`, call);
}

const NAMES = ['billing', 'health', 'orders'] as const;

function workspace(load: Readonly<Record<(typeof NAMES)[number], number>>): Files {
  const packages = NAMES.flatMap((name) => {
    const { 'Cargo.toml': manifest = '' } = tiny(name, '');
    return Object.entries({ 'Cargo.toml': manifest, ...carrying(load[name], name.length) }).map(
      ([file, text]) => [`${name}/${file}`, text] as const,
    );
  });
  const lock = NAMES.map((name) => `[[package]]\nname = "${name}"\nversion = "0.1.0"\n`).join('\n');
  return {
    ...Object.fromEntries(packages),
    'Cargo.toml': `[workspace]\nmembers = ${JSON.stringify(NAMES)}\nresolver = "2"\n\n[profile.release]\nlto = "fat"\ncodegen-units = 1\nstrip = true\n`,
    'Cargo.lock': `version = 4\n\n${lock}`,
    '.gitignore': 'target/\n',
  };
}

/** A function that needs a table that only its own account has. */
function needingTable(extra: string): Files {
  return {
    ...tiny('orders'),
    'src/main.rs': TINY_MAIN.replace(
      'fn main() {',
      `fn main() {\n    let table = std::env::var("TABLE_NAME").expect("TABLE_NAME must be set");\n    std::hint::black_box((table, "${extra}"));`,
    ),
  };
}

function labelled(outcome: Outcome): Outcome {
  return { ...outcome, byLabel: { label: LABEL, refused: null } };
}

function accepted(outcome: Outcome): Outcome {
  const acceptance = { label: LABEL, by: 'octocat', at: '2026-11-27T09:14:00Z', reason: 'the new engine is worth it' };
  return { ...labelled(outcome), verdict: accept(outcome.verdict, acceptance) };
}

export const PICTURES: readonly Picture[] = [
  { name: 'demo', base: () => folder('health'), head: () => folder('regression'), after: labelled },
  { name: 'dependency-upgrade', base: async () => withRegex('1.8.4'), head: async () => withRegex('1.9.6'), after: labelled },
  { name: 'improvement', base: async () => withUrl('2.5.0'), head: async () => withUrl('2.5.4') },
  {
    name: 'three-functions',
    base: async () => workspace({ billing: 300, health: 200, orders: 400 }),
    head: async () => workspace({ billing: 310, health: 320, orders: 400 }),
    after: labelled,
  },
  {
    name: 'warning',
    base: async () => ({ ...tiny('orders'), ...carrying(200) }),
    head: async () => ({ ...carrying(300) }),
    limits: ['warn: zip: +5%'],
  },
  { name: 'accepted', base: async () => withRegex('1.8.4'), head: async () => withRegex('1.9.6'), after: accepted },
  { name: 'init-not-judged', base: async () => needingTable('one'), head: async () => needingTable('a second text') },
  {
    name: 'base-does-not-build',
    base: async () => ({ ...tiny('orders'), 'src/main.rs': `${TINY_MAIN}\nfn broken() -> u8 { "no number" }\n` }),
    head: async () => tiny('orders'),
    limits: ['zip: +5% & +50 kB'],
    after: labelled,
  },
  { name: 'no-change', base: async () => tiny('orders'), head: async () => ({ 'README.md': '# Orders\n' }) },
];

/** The limits of a picture, as a workflow's input gives them. */
export function limitsOf({ limits = [] }: Picture): LimitSet {
  return parseLimits(limits, 'input limits');
}

async function folder(name: string): Promise<Files> {
  const names = await readdir(join(EXAMPLES, name), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && !entry.parentPath.includes('/target'));
  const texts = files.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(join(EXAMPLES, name).length + 1), await readFile(path, 'utf8')] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** A repository with the two commits, each with the lock file that cargo makes of it. */
export async function repositoryOf(picture: Picture): Promise<Project> {
  const base = await picture.base();
  const project = await Project.create(
    Object.fromEntries(Object.entries(base).filter((entry): entry is [string, string] => entry[1] !== null)),
  );
  const lock = async (): Promise<void> => {
    await shell(`${CARGO} metadata --format-version 1 >lock.json 2>/dev/null && rm lock.json`, project.path);
  };
  await lock();
  await project.git('add', '--all');
  await project.git('commit', '--quiet', '--amend', '--allow-empty', '--message', 'the function');
  await project.write(await picture.head());
  await lock();
  await project.git('add', '--all');
  await project.git('commit', '--quiet', '--message', 'the change');
  return project;
}
