import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from '../cargo/artifacts.ts';
import type { BuildResult } from '../cargo/build.ts';
import { type BuildStage, BuildWatch } from '../cargo/build-watch.ts';
import type { Selection } from '../cargo/functions.ts';
import type { CargoMetadata } from '../cargo/metadata.ts';
import type { BuildRequest } from '../cargo/request.ts';
import { begunFile } from '../cargo/twin.ts';
import { isThere } from '../folder.ts';
import type { Host, Waiting } from '../host.ts';
import { counted, listed } from '../report/text/figures.ts';
import type { MeasureContext } from './context.ts';

/** Functions that a line names; the others are counted. */
const NAMED = 5;

/** A build as those see it who wait for it. */
export interface ShownBuild extends Disposable {
  readonly onArtifact: (artifact: Artifact) => void;
  readonly onLine: (line: string) => void;
  /** Leaves its line, and notes what its parts took, for the next time. */
  readonly done: (built: Pick<BuildResult, 'artifacts'>) => Promise<void>;
}

/** What this needs of a run. */
interface BuildPlace extends Pick<MeasureContext, 'own' | 'target' | 'durations'> {
  readonly host: Pick<Host, 'progress'>;
  readonly request: { readonly build: Pick<BuildRequest, 'profile'> };
}

interface WhatIsBuilt {
  readonly selection: Pick<Selection, 'targets' | 'binaries'>;
  readonly metadata: Pick<CargoMetadata, 'resolve'>;
}

/**
 * Shows what a build is waiting for: `compiling 37 of about 228 · regex-automata`, then `linking health with fat LTO` with a time of its own,
 * each with what it took the last time. How much a target directory that is kept has to compile is new each time: of that nothing is expected.
 */
export async function showBuild(
  { host, own, target, request, durations }: BuildPlace,
  { selection, metadata }: WhatIsBuilt,
  label: string,
): Promise<ShownBuild> {
  const begun = begunFile(own);
  await rm(begun, { force: true });
  const names = selection.targets.map(({ name }) => name);
  const { profile } = request.build;
  const isNew = !(await isThere(join(target, '.rustc_info.json')));
  const compile = ['compile', profile, ...names];
  const link = ['link', profile, ...names];
  const packages = metadata.resolve?.nodes.length ?? 0;
  const watch = new BuildWatch(selection.binaries);
  let isLinking = false;
  const show = (waiting: Waiting): void => {
    watch.began(textOf(begun));
    const { stage } = watch;
    const text = `${label}: ${stageText(stage, { names, packages })}`;
    const detail = stage.kind === 'linking' ? linkedText(stage, names.length) : '';
    if (stage.kind !== 'linking' || isLinking) waiting.tell(text, detail);
    else {
      isLinking = true;
      const took = waiting.turn(text, durations.expect(link));
      waiting.tell(null, detail);
      if (isNew) void durations.note(compile, took);
    }
  };
  const waiting = host.progress.begin({
    text: `${label}: building ${listed(names, NAMED)} with cargo lambda`,
    expected: isNew ? durations.expect(compile) : null,
    kind: 'long',
    look: show,
  });
  return {
    onArtifact: (artifact) => {
      watch.built(artifact);
      show(waiting);
    },
    // Shown with the next artifact or tick: there may be thousands.
    onLine: (line) => watch.heard(line),
    done: async ({ artifacts }) => {
      const anew = new Set(artifacts.filter(({ fresh }) => !fresh).map((artifact) => artifact.package)).size;
      const what = anew === 0 ? 'nothing anew, all fresh' : counted(anew, 'crate');
      const took = waiting.done(`${label}: built ${listed(names, NAMED)} (${what})`);
      if (isLinking && anew > 0) await durations.note(link, took);
    },
    [Symbol.dispose]: () => waiting[Symbol.dispose](),
  };
}

function stageText(stage: BuildStage, { names, packages }: { readonly names: readonly string[]; readonly packages: number }): string {
  switch (stage.kind) {
    case 'starting':
      return `building ${listed(names, NAMED)} with cargo lambda`;
    case 'blocked':
      return `cargo waits for another cargo (${stage.by})`;
    case 'downloading':
      return 'downloading crates';
    case 'compiling': {
      const crate = stage.crate === null ? '' : ` · ${stage.crate}`;
      return `compiling ${stage.done} of about ${Math.max(packages, stage.done)}${crate}`;
    }
    case 'linking': {
      const lto = ['fat', 'thin'].includes(stage.lto) ? ` with ${stage.lto} LTO` : '';
      return `linking ${listed(stage.binaries, NAMED)}${lto}`;
    }
    case 'packing':
      return `packing ${listed(names, NAMED)}`;
  }
}

/** Of several, how many are done: `2 of 5`. */
function linkedText({ done, binaries }: Extract<BuildStage, { readonly kind: 'linking' }>, wanted: number): string {
  const all = Math.max(wanted, done + binaries.length);
  return all > 1 ? `${done} of ${all}` : '';
}

/** Some bytes, looked at once a second: nothing that a build would wait for. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
