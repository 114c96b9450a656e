import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join as joinHere } from 'node:path';
import { join } from 'node:path/posix';
import type { ProjectFinding } from '../core/snapshot/findings.ts';
import type { Arch } from '../core/snapshot/snapshot.ts';
import { type Block, templateBlocks } from './yaml-blocks.ts';

/** A file that may say how functions are deployed. */
export interface TemplateFile {
  /** From the repository's top. */
  readonly file: string;
  readonly text: string;
}

export interface TemplateProject {
  /** What is measured here was built for it. */
  readonly arch: Arch;
  /** The binaries of the workspace. */
  readonly binaries: readonly string[];
  /** Whether a file of the commit is there. */
  readonly has: (path: string) => boolean;
}

const TEMPLATE = /^(template|serverless|sam|[\w.-]*\.template)[\w.-]*\.ya?ml$/i;
/** Where an application of the CDK has its stacks. */
const STACK = /^(?:.*\/)?(?:bin|lib|infra|infrastructure|cdk|deploy|stacks?)\/(?:[^/]+\/){0,3}[^/]+\.ts$/;
const ELSEWHERE = /(?:^|\/)(?:node_modules|cdk\.out|dist|target|\.aws-sam)\/|\.d\.ts$/;
const MOST_FILES = 200;
const LARGEST = 1_000_000;

/** The templates of SAM, Serverless and the CDK among the files of a commit. */
export async function readTemplates(checkout: string, paths: readonly string[]): Promise<readonly TemplateFile[]> {
  const candidates = paths.filter((path) => !ELSEWHERE.test(path) && (TEMPLATE.test(basename(path)) || STACK.test(path)));
  const files = candidates.slice(0, MOST_FILES).map(async (file): Promise<readonly TemplateFile[]> => {
    const path = joinHere(checkout, file);
    const info = await stat(path).catch(() => null);
    if (info === null || !info.isFile() || info.size > LARGEST) return [];
    return [{ file, text: await readFile(path, 'utf8').catch(() => '') }];
  });
  return (await Promise.all(files)).flat();
}

/** What templates set for functions in Rust: an older image than there is, and another architecture than the one measured. */
export function templateFindings(files: readonly TemplateFile[], project: TemplateProject): readonly ProjectFinding[] {
  return files.flatMap((one) => {
    const functions = one.file.endsWith('.ts') ? stackFunctions(one, project) : templateFunctions(one, project);
    return [...imageFindings(one, functions), ...archFindings(one, functions, project)];
  });
}

interface Said {
  readonly value: string;
  readonly line: number;
}

/** A function in Rust, as a file deploys it: its own words, else those for all. */
interface Deployed {
  readonly runtime: Said | null;
  readonly arch: Said | null;
}

function imageFindings({ file }: TemplateFile, functions: readonly Deployed[]): readonly ProjectFinding[] {
  const old = functions.flatMap(({ runtime }) => (runtime?.value === 'provided.al2' ? [runtime] : []));
  const [first] = old.toSorted((a, b) => a.line - b.line);
  return first === undefined ? [] : [{ kind: 'old-image', found: first.value, file, line: first.line }];
}

/** Where functions are deployed to both, nobody can tell which was meant to be measured. */
function archFindings({ file }: TemplateFile, functions: readonly Deployed[], { arch: built }: TemplateProject): readonly ProjectFinding[] {
  const said = functions.flatMap(({ arch }) => arch ?? []);
  const [first, ...others] = said;
  if (first === undefined || said.length < functions.length || first.value === built) return [];
  if (others.some(({ value }) => value !== first.value)) return [];
  return [{ kind: 'template-architecture', found: first.value, built, file, line: first.line }];
}

function templateFunctions({ file, text }: TemplateFile, project: TemplateProject): readonly Deployed[] {
  const { common, parts } = templateBlocks(text);
  const runtime = common === null ? null : keyIn(common, RUNTIME);
  const arch = common === null ? null : archIn(common);
  return parts
    .filter((part) => isFunction(part) && isRust(part.lines.map((one) => one.text).join('\n'), file, project))
    .map((part) => ({ runtime: keyIn(part, RUNTIME) ?? runtime, arch: archIn(part) ?? arch }));
}

const RUNTIME = /^\s*runtime\s*:\s*(["']?)([\w.]+)\1\s*$/i;
const ARCHITECTURE = /^\s*architectures?\s*:\s*\[?\s*(["']?)([\w]+)\1\s*\]?\s*$/i;
const LISTED = /^\s*-\s*(["']?)(x86_64|arm64)\1\s*$/;

function isFunction({ lines }: Block): boolean {
  const type = lines.map(({ text }) => /^\s*Type\s*:\s*(["']?)(\S+)\1\s*$/.exec(text)?.[2]).find((value) => value !== undefined);
  return type === undefined || type === 'AWS::Serverless::Function' || type === 'AWS::Lambda::Function';
}

function keyIn({ lines }: Block, key: RegExp): Said | null {
  for (const { line, text } of lines) {
    const value = key.exec(text)?.[2];
    if (value !== undefined) return { value, line };
  }
  return null;
}

function archIn(block: Block): Said | null {
  const own = keyIn(block, ARCHITECTURE);
  if (own !== null) return own;
  const at = block.lines.findIndex(({ text }) => /^\s*architectures\s*:\s*$/i.test(text));
  const next = at < 0 ? undefined : block.lines[at + 1];
  const value = next === undefined ? undefined : LISTED.exec(next.text)?.[2];
  return next === undefined || value === undefined ? null : { value, line: next.line };
}

/** A function of another language has the same images: only what speaks of Rust, of a binary here, or of a folder with a manifest is told of. */
function isRust(text: string, file: string, { binaries, has }: TemplateProject): boolean {
  if (/rust|cargo|target\/lambda/i.test(text)) return true;
  const words = new Set(text.match(/[\w-]+/g) ?? []);
  if (binaries.some((name) => name.length > 3 && name !== 'bootstrap' && words.has(name))) return true;
  const folders = [...text.matchAll(/(?:CodeUri|fromAsset|path|entry|manifestPath)\s*[:(]\s*(["'`]?)([\w./-]+)\1/gi)].map(
    (match) => match[2] ?? '',
  );
  return folders.some((folder) => has(join(dirname(file), folder, 'Cargo.toml')) || has(join(folder, 'Cargo.toml')));
}

/** `new lambda.Function(…)` of the CDK, from its name to its closing bracket. */
function stackFunctions({ file, text }: TemplateFile, project: TemplateProject): readonly Deployed[] {
  const code = withoutComments(text);
  const calls = [...code.matchAll(/\bnew\s+[\w.]*Function\s*\(/g)].slice(0, MOST_CALLS);
  return calls.flatMap(({ 0: call, index }): readonly Deployed[] => {
    const body = code.slice(index, endOfCall(code, index + call.length));
    if (!isRust(body, file, project)) return [];
    const said = (pattern: RegExp, value: string): readonly Said[] => {
      const at = body.search(pattern);
      return at < 0 ? [] : [{ value, line: code.slice(0, index + at).split('\n').length }];
    };
    const runtime = [...said(/\bRuntime\.PROVIDED_AL2\b/, 'provided.al2'), ...said(/(["'`])provided\.al2\1/, 'provided.al2')];
    const arch = [...said(/\bArchitecture\.ARM_64\b/, 'arm64'), ...said(/\bArchitecture\.X86_64\b/, 'x86_64')];
    return [{ runtime: runtime[0] ?? null, arch: arch[0] ?? null }];
  });
}

const LONGEST_CALL = 20_000;
const MOST_CALLS = 200;

function endOfCall(code: string, from: number): number {
  let depth = 1;
  const most = Math.min(code.length, from + LONGEST_CALL);
  for (let at = from; at < most; at++) {
    if (code[at] === '(') depth += 1;
    else if (code[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return most;
}

/** Comments as blanks, so that lines stay where they are; what looks like one in a string stays. */
function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*(?:`|$))|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g,
    (found, string: string | undefined) => string ?? found.replace(/[^\n]/g, ' '),
  );
}
