import { accept, judge } from '../../src/core/judge/judge.ts';
import { parseLimits } from '../../src/core/judge/limits.ts';
import type { Origin } from '../../src/core/model/base.ts';
import type { FunctionComparison } from '../../src/core/model/comparison.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { Acceptance } from '../../src/core/model/verdict.ts';
import type { OwnerRow } from '../../src/core/rows.ts';
import type { ProjectFinding } from '../../src/core/snapshot/findings.ts';
import { bytes } from '../../src/core/units.ts';
import { aBaseSnapshot, aDeclaredLimit, anInvocation, aSnapshot } from '../core/builders.ts';
import {
  aCause,
  aMaximum,
  anOutcome,
  anOwner,
  aRoot,
  aRow,
  aRowFunction,
  aSymbolRow,
  aVerdict,
  BASE_SHA,
  DEFAULT_LIMIT,
  HEAD_SHA,
  ownRoot,
} from './builders.ts';

const ORDERS = aRowFunction('orders', { zip: [1_204_551, 1_204_551], binary: [2_410_112, 2_410_112], text: [1_702_004, 1_702_004] });
const USERS = aRowFunction('users', { zip: [1_018_220, 1_018_220] });

const added = (name: string, version: string) => ({ kind: 'added', name, version }) as const;

const REGEX_ROOT = aRoot(
  { ...added('regex', '1.12.2'), place: { file: 'Cargo.toml', line: 9 }, by: [] },
  {
    moves: [added('regex', '1.12.2'), added('aho-corasick', '1.1.4'), added('regex-automata', '0.4.13'), added('regex-syntax', '0.8.8')],
    packages: 4,
  },
);

/** Who owns its binary and, at head, so many bytes of the package: as much of what was there as at base. */
function ownersOfHealth(compressed: number): readonly OwnerRow[] {
  const grown = (share: number): number => Math.round((compressed - 886_642) * share);
  const before = [0, 0, 0, 38_000, 226_000, 147_000, 118_000];
  const growth = [grown(0.7), grown(0.16), grown(0.1), grown(0.014), grown(0.005), 0, 0];
  const shares = { base: before, head: before.map((share, index) => share + (growth[index] ?? 0)) };
  const rows: readonly (readonly [name: string, base: number, head: number])[] = [
    ['regex_automata', 0, 101_240],
    ['aho_corasick', 0, 23_411],
    ['regex_syntax', 0, 15_020],
    ['health', 91_002, 93_210],
    ['std', 512_114, 512_700],
    ['tokio', 355_200, 355_200],
    ['hyper', 288_750, 288_750],
  ];
  const owned = rows.map(([name, base, head], index) => {
    const row = anOwner(name, base, head);
    return { ...row, zip: { base: shares.base[index] ?? 0, head: shares.head[index] ?? 0 } };
  });
  const left = (whole: number, given: readonly number[]): number => whole - given.reduce((sum, one) => sum + one, 0);
  const rest = anOwner(
    '[merged constants]',
    left(
      1_892_672,
      rows.map(([, base]) => base),
    ),
    left(
      2_040_128,
      rows.map(([, , head]) => head),
    ),
    { kind: 'part', crates: [] },
  );
  const zip = { base: left(886_642, shares.base), head: left(compressed, shares.head) };
  return [...owned, { ...rest, zip }];
}

/** health takes up regex; `to` is its package at head. */
function healthWithRegex(to: number): FunctionComparison {
  return aRowFunction(
    'health',
    { zip: [886_812, to], binary: [1_892_672, 2_040_128], text: [1_316_470, 1_440_902] },
    {
      crates: [
        aRow('regex_automata', 0, 88_402),
        aRow('aho_corasick', 0, 21_377),
        aRow('regex_syntax', 0, 12_102),
        aRow('health', 80_470, 82_531),
        aRow('std', 458_000, 458_490),
        aRow('tokio', 310_000, 310_000),
        aRow('hyper', 250_000, 250_000),
        aRow('[no symbol]', 218_000, 218_000),
      ],
      symbols: [
        aSymbolRow('regex_automata', 'regex_automata::meta::strategy::new', 0, 24_312),
        aSymbolRow('regex_automata', 'regex_automata::nfa::thompson::compiler::Compiler::c', 0, 18_840),
        aSymbolRow('aho_corasick', 'aho_corasick::packed::teddy::builder::Builder::build', 0, 9_120),
        aSymbolRow('std', 'core::fmt::write', 1_200, 1_690),
      ],
      sections: [aRow('.text', 1_316_470, 1_440_902), aRow('.rodata', 300_000, 322_100), aRow('[headers]', 276_202, 277_126)],
      package: [aRow('bootstrap', 886_642, to - 170), aRow('[overhead]', 170, 170)],
      roots: [REGEX_ROOT, ownRoot('health')],
      notOwned: null,
      owners: ownersOfHealth(to - 170),
      causes: [
        aCause('regex_automata', 0, 88_402, {
          changes: [{ kind: 'added', name: 'regex-automata', version: '0.4.13' }],
          via: ['health', 'regex', 'regex-automata'],
          symbols: [
            aSymbolRow('regex_automata', 'regex_automata::meta::strategy::new', 0, 24_312),
            aSymbolRow('regex_automata', 'regex_automata::nfa::thompson::compiler::Compiler::c', 0, 18_840),
          ],
        }),
        aCause('aho_corasick', 0, 21_377, {
          changes: [{ kind: 'added', name: 'aho-corasick', version: '1.1.4' }],
          via: ['health', 'regex', 'aho-corasick'],
          symbols: [aSymbolRow('aho_corasick', 'aho_corasick::packed::teddy::builder::Builder::build', 0, 9_120)],
        }),
        aCause('regex_syntax', 0, 12_102, {
          changes: [{ kind: 'added', name: 'regex-syntax', version: '0.8.8' }],
          via: ['health', 'regex', 'regex-syntax'],
        }),
        aCause('health', 80_470, 82_531),
        aCause('std', 458_000, 458_490, { symbols: [aSymbolRow('std', 'core::fmt::write', 1_200, 1_690)] }),
      ],
    },
  );
}

const REGEX_DEPENDENCIES = {
  added: [
    { name: 'aho-corasick', version: '1.1.4' },
    { name: 'regex', version: '1.12.2' },
    { name: 'regex-automata', version: '0.4.13' },
    { name: 'regex-syntax', version: '0.8.8' },
  ],
  removed: [],
  changed: [{ name: 'memchr', base: '2.7.5', head: '2.7.6' }],
  duplicates: [{ name: 'syn', versions: ['2.0.110', '1.0.109'] }],
  count: { base: 87, head: 91 },
};

export function passing(): Outcome {
  return anOutcome([healthWithRegex(909_871), ORDERS, USERS], { comparison: { dependencies: REGEX_DEPENDENCIES } });
}

/** Budgets for its crates, all kept: more than a table shows, one for a crate that it has not, one for a name that nobody has. */
export function crateBudgets(): Outcome {
  const outcome = passing();
  const budgets = [
    'health/crate:tokio: 400 kB',
    'health/crate-text:hyper: 300 kB',
    'health/crate-zip:regex*: 30 kB',
    'health/crate:openssl*: 0 B',
    'health/crate:std: +2 kB',
  ];
  const set = parseLimits(
    ['zip: +5% & +50 kB', ...budgets, 'warn: health/crate:aho*: 90 kB', 'health/crate:health: 1 MB', 'health/crate:tokoi: 3 kB'],
    '--limit',
  );
  return { ...outcome, verdict: judge(outcome.comparison, { kind: 'limits', scopes: [{ package: null, set }] }, 'fail') };
}

export function breaching(): Outcome {
  return anOutcome([healthWithRegex(948_012), ORDERS, USERS], { comparison: { dependencies: REGEX_DEPENDENCIES } });
}

const ACCEPTANCE: Acceptance = { label: 'coldgate: accepted', by: 'octocat', at: '2026-05-04T10:11:12Z', reason: null };

export function accepted(acceptance: Acceptance = ACCEPTANCE): Outcome {
  const outcome = breaching();
  return { ...outcome, verdict: accept(outcome.verdict, acceptance) };
}

/** A pass whose base was not built here. */
export function storedIn(origin: Origin): Outcome {
  const outcome = passing();
  const { base } = outcome.comparison;
  return { ...outcome, comparison: { ...outcome.comparison, base: base.kind === 'measured' ? { ...base, origin } : base } };
}

const OLD_IMAGE: ProjectFinding = { kind: 'old-image', found: 'provided.al2', file: 'template.yaml', line: 12 };
const THIN: ProjectFinding = {
  ...{ kind: 'profile', profile: 'release', setting: 'lto', found: '"thin"' },
  ...{ by: 'cargo-lambda', file: 'Cargo.toml', line: 9 },
};

export function severalBreaches(): Outcome {
  const health = healthWithRegex(948_012);
  const orders = aRowFunction(
    'orders',
    { zip: [1_204_551, 1_300_119], binary: [2_410_112, 2_600_448], text: [1_702_004, 1_829_417] },
    {
      notAttributed: 'head: the second link failed',
      findings: [
        { kind: 'missing-library', library: 'libssl.so.3', image: 'provided.al2023' },
        { kind: 'ships-symbols', saving: bytes(412_880), sections: [{ name: '.strtab', size: bytes(401_000) }] },
      ],
    },
  );
  const users = aRowFunction(
    'users',
    { zip: [1_018_220, 1_018_220] },
    { findings: [{ kind: 'glibc-too-new', needed: '2.38', provided: '2.34', image: 'provided.al2023' }] },
  );
  const functions = [health, orders, users];
  const verdict = aVerdict(functions, [DEFAULT_LIMIT, aMaximum('zip', 1_000_000, '1 MB')]);
  const crates = { ...aMaximum('crate:regex*', 100_000, '100 kB'), function: 'orders' };
  const base = aBaseSnapshot({
    commit: { sha: BASE_SHA, source: 'commit', subject: '' },
    invocation: anInvocation({ rustc: 'rustc 1.94.0 (4a4ef493e 2026-03-02)' }),
    limits: [aDeclaredLimit('zip: 1 MB')],
  });
  const head = aSnapshot({ commit: { sha: HEAD_SHA, source: 'working-tree', subject: '' } });
  return anOutcome(functions, {
    comparison: {
      base: { kind: 'measured', origin: 'built', snapshot: base },
      head: { origin: 'built', snapshot: head },
      dependencies: REGEX_DEPENDENCIES,
      project: { findings: [OLD_IMAGE, THIN], standing: [THIN] },
      notes: [
        { code: 'toolchain', text: 'rustc 1.94.0 at base, rustc 1.95.0 at head' },
        {
          code: 'lfs',
          text: "files in Git LFS are pointers in the private checkout; a build that needs them takes --prepare 'git lfs pull'",
        },
      ],
      limitChanges: [
        { kind: 'removed', text: 'zip: 1 MB', file: 'Cargo.toml' },
        { kind: 'added', text: 'zip: 2 MB', file: 'Cargo.toml' },
      ],
    },
    verdict: {
      ...verdict,
      unchecked: [{ limit: crates, function: 'orders', code: 'unmeasured', reason: 'crates were not measured: the second link failed' }],
    },
  });
}

export function newFunction(): Outcome {
  const invoices = aRowFunction('invoices', { zip: [null, 1_411_002], binary: [null, 2_902_144], text: [null, 2_003_118] });
  return anOutcome([healthWithRegex(909_871), ORDERS, invoices], { comparison: { dependencies: REGEX_DEPENDENCIES } });
}

export function removedFunction(): Outcome {
  return anOutcome([
    healthWithRegex(909_871),
    ORDERS,
    aRowFunction('users', { zip: [1_018_220, null], binary: [2_104_320, null], text: [1_480_112, null] }),
  ]);
}

export function withoutBase(): Outcome {
  const functions = ['health', 'orders', 'users'].map((name, index) =>
    aRowFunction(name, {
      zip: [null, 918_937 + index * 100_000],
      binary: [null, 1_892_672 + index * 200_000],
      text: [null, 1_316_470 + index * 150_000],
    }),
  );
  return anOutcome(functions, {
    comparison: {
      base: { kind: 'missing', why: { kind: 'first-run', sha: null, reason: 'this is the first commit', limits: [] } },
      dependencies: { ...REGEX_DEPENDENCIES, added: [], changed: [], count: { base: null, head: 91 } },
    },
  });
}

export function unchanged(): Outcome {
  return anOutcome([aRowFunction('health'), ORDERS, USERS]);
}

const SERDE_JSON = { kind: 'changed', name: 'serde_json', base: '1.0.145', head: '1.0.146' } as const;

export function fortyFunctions(): Outcome {
  const functions = Array.from({ length: 40 }, (_, index) => {
    const name = `${['billing', 'catalogue', 'delivery', 'identity'][index % 4]}-${['create', 'update', 'delete', 'list', 'export'][index % 5]}-handler-${index + 1}`;
    const base = 900_000 + index * 7_919;
    if (index % 3 !== 0) return aRowFunction(name, { zip: [base, base] });
    const growth = 1_013 * (index + 1);
    return aRowFunction(
      name,
      { zip: [base, base + growth], binary: [2 * base, 2 * base + 2 * growth], text: [base + 400_000, base + 400_000 + growth] },
      {
        crates: [aRow('serde_json', 120_000, 120_000 + growth)],
        roots: [aRoot({ ...SERDE_JSON, place: null, by: [] }, { moves: [SERDE_JSON] }), ownRoot(name)],
        causes: [
          aCause('serde_json', 120_000, 120_000 + growth, {
            changes: [SERDE_JSON],
          }),
        ],
      },
    );
  });
  const dependencies = {
    added: [],
    removed: [],
    changed: [{ name: 'serde_json', base: '1.0.145', head: '1.0.146' }],
    duplicates: [],
    count: { base: 87, head: 87 },
  };
  return anOutcome(functions, { comparison: { dependencies } });
}

/** 50 functions of 400 crates that all changed; a few of them over the limit. */
export function overLong(): Outcome {
  const functions = Array.from({ length: 50 }, (_, index) => {
    const rows = Array.from({ length: 400 }, (_, crate) =>
      aRow(`crate_with_quite_a_long_name_${crate}`, 1_000 + crate, 1_000 + crate + index + 1),
    );
    const growth = index % 10 === 0 ? 90_000 : 20_000;
    return aRowFunction(
      `a-function-with-a-long-name-${index}`,
      { zip: [900_000, 900_000 + growth], binary: [1_800_000, 1_800_000 + 2 * growth], text: [1_300_000, 1_300_000 + growth] },
      {
        crates: rows,
        symbols: rows.map(({ name, base, head }) => aSymbolRow(name, `${name}::module::function`, base, head)),
        sections: [aRow('.text', 1_300_000, 1_300_000 + growth), aRow('[headers]', 500_000, 500_000 + growth)],
        package: [aRow('bootstrap', 899_830, 899_830 + growth), aRow('[overhead]', 170, 170)],
        causes: rows.slice(0, 20).map(({ name, base, head }) => aCause(name, base ?? 0, head ?? 0)),
      },
    );
  });
  return anOutcome(functions);
}

/** Every text of it tries to get out of its place. */
export function hostile(): Outcome {
  const evil = 'x`|a\\|b | c\n\n# <script>alert(1)</script> <!-- @octocat #1 [l](https://e.vil) \u202Egnp.exe \u001B[31m';
  const evilFlags: ProjectFinding = { kind: 'rustflags', by: evil, cpu: evil, place: null };
  const fn = healthWithRegex(948_012);
  const cause = aCause('@org/team', 0, 20_000, {
    changes: [{ kind: 'added', name: 'a`b', version: '1|0' }],
    via: ['a', '``', '<b>'],
    symbols: [aSymbolRow('@org/team', evil, 0, 20_000)],
  });
  const named = {
    ...fn,
    name: evil,
    crate: evil,
    crates: [aRow(evil, 1, 2), aRow('@org/team', 0, 124_000)],
    owners: [],
    notOwned: evil,
    roots: [
      aRoot(
        { kind: 'added', name: 'a`b', version: '1|0', place: { file: evil, line: 3 }, by: [] },
        { moves: [added('a`b', '1|0'), added(evil, '@1')], crates: ['@org/team'], packages: 2 },
      ),
    ],
    symbols: [aSymbolRow('``', evil, 0, 20_000)],
    sections: [aRow('</details>', 1, 3)],
    package: [aRow('../@x', 1, 2)],
    causes: [cause],
    findings: [{ kind: 'missing-library', library: evil, image: '@image' } as const],
  };
  const functions = [named, aRowFunction('::error::pwned'), aRowFunction('##[group]x')];
  const limit = {
    ...DEFAULT_LIMIT,
    text: `zip: ${evil}`,
    source: { kind: 'package', package: evil, file: 'a|b/@x/Cargo.toml', line: 3 } as const,
  };
  return anOutcome(functions, {
    comparison: {
      dependencies: { ...REGEX_DEPENDENCIES, added: [{ name: '@a', version: '#1' }] },
      project: {
        findings: [{ kind: 'old-image', found: evil, file: evil, line: 1 }, evilFlags],
        standing: [evilFlags],
      },
      notes: [{ code: 'toolchain', text: `${evil} see GH-1, fixes #2, deadbeef1` }],
      limitChanges: [{ kind: 'added', text: '<!-- -->', file: evil }],
    },
    verdict: { ...aVerdict(functions, [limit]), unchecked: [{ limit, function: evil, code: 'unmeasured', reason: '@octocat did it' }] },
    timings: {},
    command: "coldgate check --manifest-path '```\n@x'",
  });
}
