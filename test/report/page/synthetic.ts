import type { Box, BoxKind, Weights } from '../../../src/core/package-tree/box.ts';
import { bytes } from '../../../src/core/units.ts';

/** Numbers that are the same in every run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const CRATES = [
  ...['aws_config', 'aws_credential_types', 'aws_runtime', 'aws_sdk_dynamodb', 'aws_sdk_s3', 'aws_sdk_sso', 'aws_sdk_sts', 'aws_sigv4'],
  ...['aws_smithy_http', 'aws_smithy_json', 'aws_smithy_runtime', 'aws_smithy_runtime_api', 'aws_smithy_types', 'aws_smithy_xml', 'base64'],
  ...[
    'bytes',
    'chrono',
    'core',
    'alloc',
    'std',
    'fastrand',
    'futures_util',
    'h2',
    'hashbrown',
    'http',
    'http_body_util',
    'httparse',
    'hyper',
  ],
  ...[
    'hyper_rustls',
    'hyper_util',
    'idna',
    'indexmap',
    'lambda_runtime',
    'memchr',
    'orders',
    'percent_encoding',
    'regex',
    'regex_automata',
  ],
  ...[
    'regex_syntax',
    'ring',
    'rustls',
    'rustls_webpki',
    'serde',
    'serde_json',
    'sha2',
    'time',
    'tokio',
    'tokio_rustls',
    'tower',
    'tracing',
  ],
  ...['tracing_core', 'tracing_subscriber', 'url', 'uuid', 'xmlparser', 'zeroize'],
];
const MODULES = [
  'client',
  'config',
  'operation',
  'types',
  'protocol_serde',
  'error',
  'endpoint',
  'io',
  'runtime',
  'util',
  'fmt',
  'dfa',
  'hybrid',
  'imp',
];
const WORDS = [
  'new',
  'build',
  'send',
  'poll',
  'read',
  'write',
  'parse',
  'fmt',
  'drop_in_place',
  'resolve',
  'serialize',
  'deserialize',
  'visit_map',
];
const TYPES = [
  'Builder',
  'Client',
  'Config',
  'Error',
  'Error>',
  'Future',
  'Request',
  'Response',
  'Stream',
  'Table',
  'Value',
  'Inner',
  'State',
];

export interface Synthetic {
  readonly symbols: number;
  /** Bytes of the binary at head, about. */
  readonly binary: number;
  readonly seed: number;
}

/** A package as a function with two AWS SDKs has it: so many functions in some sixty crates, a tenth of them moved, two crates new and one gone. */
export function packageOf({ symbols, binary, seed }: Synthetic): Box {
  const next = random(seed);
  const weight = CRATES.map(() => 0.2 + next() ** 3 * 8);
  const whole = weight.reduce((sum, one) => sum + one, 0);
  const scale = (binary * 0.62) / symbols / 1.0;
  const crates = CRATES.map((name, at) => {
    const count = Math.max(3, Math.round((symbols * (weight[at] ?? 1)) / whole));
    const fate = name.startsWith('regex') ? 'new' : name === 'chrono' ? 'gone' : 'both';
    return crateOf(name, count, { next, scale, fate });
  });
  const parts = ['[headers]', '[padding]', '.eh_frame_hdr', '.dynsym', '.rela.dyn', 'libc'].map((name) =>
    leaf(name, 'part', Math.round(binary * 0.006 * (0.5 + next())), 0, next, 'both'),
  );
  const shared = leaf('core, alloc, std', 'shared', Math.round(binary * 0.02), 0, next, 'both');
  const bootstrap = sum('bootstrap', 'binary', [...crates, ...parts, shared]);
  const files = ['assets/schema.json', 'assets/logo.png'].map((name) =>
    leaf(name, 'file', Math.round(20_000 + next() * 60_000), 0, next, 'both'),
  );
  return sum('package', 'package', [bootstrap, ...files.map(onlyZip), onlyZip(leaf('archive', 'overhead', 412, 0, next, 'both'))]);
}

interface Making {
  readonly next: () => number;
  readonly scale: number;
  readonly fate: 'new' | 'gone' | 'both';
}

function crateOf(name: string, count: number, making: Making): Box {
  const { next, scale, fate } = making;
  const modules = new Map<string, Box[]>();
  for (let at = 0; at < count; at += 1) {
    const path = next() < 0.3 ? pick(MODULES, next) : `${pick(MODULES, next)}/${pick(MODULES, next)}`;
    const size = Math.round(scale * (0.15 + next() ** 4 * 5));
    // Names of a real binary have some seventy characters: what implements what, for which type.
    const type = (): string => `${pick(CRATES, next)}::${pick(MODULES, next)}::${pick(TYPES, next)}`;
    const word = `${next() < 0.6 ? `<${type()}<${type()}> as ${type()}>::` : ''}${pick(WORDS, next)}${at}`;
    const moved = next() < 0.1 ? (next() < 0.04 ? 'new' : next() < 0.04 ? 'gone' : 'moved') : 'same';
    const own = leaf(
      word,
      next() < 0.06 ? 'constant' : 'symbol',
      size,
      1,
      next,
      fate === 'both' && (moved === 'new' || moved === 'gone') ? moved : fate,
      moved === 'moved',
    );
    const list = modules.get(path) ?? [];
    list.push(own);
    modules.set(path, list);
  }
  const sorts = ['data', 'unwinding', 'relocations', 'other'].map((sort) =>
    leaf(sort, 'sort', Math.round(count * scale * 0.1 * next()), 0, next, fate),
  );
  return sum(name, 'crate', [...treeOf(modules), ...sorts]);
}

function treeOf(modules: ReadonlyMap<string, readonly Box[]>): readonly Box[] {
  const tops = new Map<string, Box[]>();
  for (const [path, boxes] of modules) {
    const [top = '', below] = path.split('/');
    const list = tops.get(top) ?? [];
    list.push(...(below === undefined ? boxes : [sum(below, 'module', boxes)]));
    tops.set(top, list);
  }
  return [...tops].map(([name, boxes]) => sum(name, 'module', boxes));
}

function leaf(
  name: string,
  kind: BoxKind,
  size: number,
  code: 0 | 1,
  next: () => number,
  fate: 'new' | 'gone' | 'both',
  moves = false,
): Box {
  const ratio = 0.3 + next() * 0.3;
  const at = (value: number): Weights => ({
    zip: bytes(Math.round(value * ratio)),
    binary: bytes(value),
    code: bytes(kind === 'constant' ? 0 : code * value),
  });
  const base = fate === 'new' ? null : at(size);
  const head = fate === 'gone' ? null : at(moves ? Math.max(16, Math.round(size * (0.5 + next() * 1.4))) : size);
  return { name, kind, base, head, children: [] };
}

/** Of a file there are only its bytes in the archive. */
function onlyZip(box: Box): Box {
  const only = (weights: Weights | null): Weights | null =>
    weights === null ? null : { zip: weights.zip, binary: bytes(0), code: bytes(0) };
  return { ...box, base: only(box.base), head: only(box.head) };
}

/** A box that is what is in it. */
export function sum(name: string, kind: BoxKind, children: readonly Box[]): Box {
  const side = (of: 'base' | 'head'): Weights | null => {
    const own = children.flatMap((child) => child[of] ?? []);
    if (own.length === 0) return null;
    const total = (measure: keyof Weights): Weights['zip'] => bytes(own.reduce((all, one) => all + one[measure], 0));
    return { zip: total('zip'), binary: total('binary'), code: total('code') };
  };
  return { name, kind, base: side('base'), head: side('head'), children };
}

function pick(list: readonly string[], next: () => number): string {
  return list[Math.floor(next() * list.length)] ?? '';
}
