import { basename } from 'node:path';
import { NO_SYMBOL } from '../../core/crates.ts';
import { compareText } from '../../core/pair.ts';
import type { CountedInstructions } from '../../core/snapshot/counted.ts';
import { type CostGraph, costGraph } from './graph.ts';
import type { IsProgram } from './names.ts';
import { phasesOf } from './phases.ts';
import type { Profile } from './profile.ts';

const MOST_CRATES = 5_000;
const MOST_FUNCTIONS = 2_000;

interface ProfileSource {
  readonly of: 'twin' | 'binary';
  /** The started file's absolute path: callgrind names its object so. */
  readonly binary: string;
}

interface AttributedProfile {
  readonly figures: Omit<CountedInstructions, 'kind' | 'runs' | 'growth' | 'leftOut' | 'background'>;
  /** What the figures were read from, for the tree of calls. */
  readonly graph: CostGraph;
}

/**
 * Splits the instructions of one profile by phase, crate and function. Phases add up to `total`, and so do crates with `unattributed`.
 * Crates are named as cargo bloat names them; libraries by their file names.
 */
export function attributeProfile(profile: Profile, { of, binary }: ProfileSource): AttributedProfile {
  const isProgram = programOf(profile, binary);
  const graph = costGraph(profile, isProgram);
  const crates = cratesOf(graph);
  const figures = {
    of,
    total: profile.total,
    phases: phasesOf(profile, isProgram),
    crates,
    unattributed: crates.reduce((left, { instructions }) => left - instructions, Number(profile.total)),
    functions: functionsOf(graph),
  };
  return { figures, graph };
}

/** The kernel names files by their real path: where a link leads to the binary, its base name has to do. */
export function programOf({ functions }: Profile, binary: string): IsProgram {
  if (functions.some(({ object }) => object === binary)) return (object) => object === binary;
  return (object) => basename(object) === basename(binary);
}

function cratesOf({ nodes }: CostGraph): CountedInstructions['crates'] {
  const crates = new Map<string, number>();
  for (const { crate, self } of nodes) if (crate !== NO_SYMBOL && self > 0) crates.set(crate, (crates.get(crate) ?? 0) + self);
  return [...crates]
    .map(([name, instructions]) => ({ name, instructions }))
    .sort((a, b) => b.instructions - a.instructions || compareText(a.name, b.name))
    .slice(0, MOST_CRATES);
}

function functionsOf({ nodes }: CostGraph): CountedInstructions['functions'] {
  return nodes
    .filter(({ crate, name }) => crate !== NO_SYMBOL && name !== NO_SYMBOL)
    .map(({ crate, name, self, inclusive }) => ({ crate, name, self, inclusive }))
    .sort((a, b) => b.inclusive - a.inclusive || compareText(a.name, b.name) || compareText(a.crate, b.crate))
    .slice(0, MOST_FUNCTIONS);
}
