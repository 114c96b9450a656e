import type { HiddenVariant } from '../model/init.ts';
import { foldName } from '../rust-names.ts';
import type { CountedInstructions } from '../snapshot/counted.ts';
import type { FunctionMeasurement } from '../snapshot/snapshot.ts';
import { isJoinedName, steadyName } from '../symbol-names.ts';

/**
 * What valgrind does not let a program see of an x86 processor, and how names of functions that ask for it call it: under valgrind 3.19 the
 * processor is a Haswell (CPUID leaf 7 loses AVX-512, SHA, VAES, GFNI, VPCLMULQDQ and ADX). OpenSSL's assembly, which ring and aws-lc have too,
 * says `hw` of SHA.
 */
const HIDDEN: readonly (readonly [feature: string, words: RegExp])[] = [
  ['AVX-512', /^avx_?512\w*$/],
  ['SHA', /^(?:shani|hw)$/],
  ['VAES', /^vaes$/],
  ['GFNI', /^gfni$/],
  ['VPCLMULQDQ', /^vpclmul(?:qdq)?$/],
];
/** What tells variants of one function apart, beside the words above. */
const LEVELS =
  /^(?:x86|amd64|sse|sse2|sse3|ssse3|sse4|sse41|sse42|avx|avx2|aesni|ni|fma|simd|scalar|fallback|generic|portable|soft|software|default|naive|nohw|v2|v3|v4)$/;
/** Much of the count, of a function's own instructions. */
const MUCH = 0.25;
/** Of what a start takes, for a growth to be worth the words. */
const WORTH = 0.01;
const MOST = 5;
/** What asks the processor runs on every one. */
const DETECTION = /(?:^|[:_])(?:cpuid|detect\w*|init_get|init_inner|has_\w+)(?:$|::)/;

/**
 * Functions that hold much of a count, or of what it grew by, and have a variant in the program that did not run: one by whose name it asks for what
 * valgrind hides. On a processor that has that the count may be another. Names are all that is known: a variant that was inlined, or is called
 * something else, is not found.
 */
export function hiddenVariants({ attribution, init, arch }: FunctionMeasurement): readonly HiddenVariant[] {
  if (arch !== 'x86_64' || attribution.kind === 'none' || init?.kind !== 'measured') return [];
  const names = attribution.symbols.map(({ name }) => steadyName(foldName(name))).filter((name) => !isJoinedName(name));
  const asked = names.flatMap((name) => {
    const feature = featureOf(name);
    return feature === null ? [] : [{ name, feature }];
  });
  if (asked.length === 0) return [];
  const response = init.firstResponse?.kind === 'measured' ? init.firstResponse.instructions : null;
  const counted = [init.instructions, response].flatMap((one) => (one?.kind === 'counted' ? [one] : []));
  const ran = new Set(counted.flatMap(({ functions }) => functions.map(({ name }) => steadyName(foldName(name)))));
  const idle = names.filter((name) => !ran.has(name) && !DETECTION.test(name));
  const found = new Map<string, HiddenVariant>();
  for (const { crate, name } of counted.flatMap(muchOf)) {
    const variant = variantOf(steadyName(foldName(name)), asked, idle);
    // Who chooses among them calls what was counted, and holds as much of it: one line is enough.
    if (variant !== null && !found.has(variant.variant)) found.set(variant.variant, { crate, name, ...variant });
  }
  return [...found.values()].slice(0, MOST);
}

interface Asked {
  readonly name: string;
  readonly feature: string;
}

/** What did not run and is the same but for the feature; or lies in a module beside, of which something asks for it. */
function variantOf(name: string, asked: readonly Asked[], idle: readonly string[]): Pick<HiddenVariant, 'feature' | 'variant'> | null {
  const plain = plainOf(name);
  for (const one of asked)
    if (one.name !== name && idle.includes(one.name) && plainOf(one.name) === plain) return { feature: one.feature, variant: one.name };
  for (const one of asked) {
    const module = levelModuleOf(one.name);
    if (module === null || parentOf(name) !== parentOf(module)) continue;
    const variant = idle.find((other) => other.startsWith(`${module}::`));
    if (variant !== undefined) return { feature: one.feature, variant };
  }
  return null;
}

/** Who did what it grew by, then who does much of it. */
function muchOf({ total, growth, functions }: CountedInstructions): readonly { readonly crate: string; readonly name: string }[] {
  return [
    ...(growth?.functions ?? []).filter(({ grown }) => grown >= total * WORTH),
    ...functions.filter(({ self }) => self >= total * MUCH),
  ];
}

function featureOf(name: string): string | null {
  const words = wordsOf(name);
  return HIDDEN.find(([, word]) => words.some((one) => word.test(one)))?.[0] ?? null;
}

/** What variants of one function have in common: `tables::sum` of `tables::avx512::sum`, `tables::scalar::sum` and `tables::sum_avx512`. */
function plainOf(name: string): string {
  return name
    .split('::')
    .map((segment) => wordsOf(segment).filter((word) => !LEVELS.test(word) && HIDDEN.every(([, hidden]) => !hidden.test(word))))
    .filter((words) => words.length > 0)
    .map((words) => words.join('_'))
    .join('::');
}

/** The module that holds variants for a processor: `sha2::sha256::x86` of all that lies in it; `null` outside of one. */
function levelModuleOf(name: string): string | null {
  const path = name.split('::');
  const place = path.findIndex((segment, at) => at > 0 && at < path.length - 1 && plainOf(segment) === '');
  return place < 0 ? null : path.slice(0, place + 1).join('::');
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('::')));
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .replace(/x86_64/g, 'x86')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
