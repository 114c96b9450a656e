import type { Remedy, TomlEdit } from './remedy.ts';

/** A setting of the profile as the build has it. */
export interface ProfileSetting {
  readonly setting: string;
  readonly value: string | number | boolean;
}

type Written = string | number;

interface Choice {
  readonly setting: 'opt-level' | 'lto' | 'codegen-units' | 'panic';
  readonly to: Written;
  /** Values that are this one already. */
  readonly same: readonly string[];
  readonly behaviour: string | null;
  readonly promise: number;
}

const SLOWER = 'code of your own runs slower where it computes much: measure the handler';
const PANIC =
  'a panic ends the process where unwinding let the runtime answer with an error: a handler that counts on catch_unwind has no catch any more';

/** Most promising first. https://doc.rust-lang.org/cargo/reference/profiles.html */
const CHOICES: readonly Choice[] = [
  { setting: 'opt-level', to: 'z', same: ['z'], behaviour: SLOWER, promise: 150_000 },
  { setting: 'opt-level', to: 's', same: ['s'], behaviour: SLOWER, promise: 140_000 },
  { setting: 'panic', to: 'abort', same: ['abort'], behaviour: PANIC, promise: 120_000 },
  { setting: 'lto', to: 'fat', same: ['fat', 'true'], behaviour: null, promise: 110_000 },
  { setting: 'codegen-units', to: 1, same: ['1'], behaviour: null, promise: 60_000 },
  { setting: 'lto', to: 'thin', same: ['thin'], behaviour: null, promise: 50_000 },
  { setting: 'opt-level', to: 3, same: ['3'], behaviour: null, promise: 40_000 },
];

/**
 * The settings of a profile that may make the package smaller. `manifest`: the workspace's own, from the repository's top; cargo reads profiles of
 * no other. A setting that has the value already is none.
 */
export function profileRemedies(profile: string, settings: readonly ProfileSetting[], manifest: string): readonly Remedy[] {
  const found = new Map(settings.map(({ setting, value }) => [setting, String(value)]));
  return CHOICES.flatMap(({ setting, to, same, behaviour, promise }): readonly Remedy[] => {
    const now = found.get(setting);
    if (now === undefined || same.includes(now)) return [];
    // Thin LTO is a step on the way to fat LTO, not away from it.
    if (setting === 'lto' && to === 'thin' && ['fat', 'true'].includes(now)) return [];
    // To go up from a level below is no remedy for size but for a level that optimizes nothing.
    if (setting === 'opt-level' && to === 3 && !['0', '1'].includes(now)) return [];
    const edits: readonly TomlEdit[] = [{ file: manifest, path: ['profile', profile, setting], change: () => to }];
    return [
      {
        ...{ id: `${setting}=${to}`, title: `${setting} = ${JSON.stringify(to)}`, sort: 'profile', slots: [setting], edits },
        ...{ update: null, behaviour, shape: null, promise, refused: null },
      },
    ];
  });
}
