export type DependencyChange =
  | { readonly kind: 'added'; readonly name: string; readonly version: string }
  | { readonly kind: 'removed'; readonly name: string; readonly version: string }
  | { readonly kind: 'changed'; readonly name: string; readonly base: string; readonly head: string };

/** A package that is linked into a function at one side only, in another version, or, of the same one, with other features. */
export type Move =
  | DependencyChange
  | {
      readonly kind: 'features';
      readonly name: string;
      readonly version: string;
      readonly enabled: readonly string[];
      readonly disabled: readonly string[];
    };

/** A place that a person would open. */
export interface Place {
  readonly file: string;
  /** Counted from 1; `null`: the file as a whole. */
  readonly line: number | null;
}

/**
 * What a person did. `place`: the line of a manifest; `null`: no line of one says so, the lock file does. `by`: the packages that ask for it
 * where no manifest of the project does.
 */
export type Did =
  | {
      readonly kind: 'added';
      readonly name: string;
      readonly version: string;
      readonly place: Place | null;
      readonly by: readonly string[];
    }
  | {
      readonly kind: 'removed';
      readonly name: string;
      readonly version: string;
      readonly place: Place | null;
      readonly by: readonly string[];
    }
  | {
      readonly kind: 'changed';
      readonly name: string;
      readonly base: string;
      readonly head: string;
      readonly place: Place | null;
      readonly by: readonly string[];
    }
  | {
      readonly kind: 'features';
      readonly name: string;
      readonly enabled: readonly string[];
      readonly disabled: readonly string[];
      readonly place: Place | null;
      readonly by: readonly string[];
    }
  /** Their own code. `project`: of crates that other functions may share. */
  | { readonly kind: 'own'; readonly of: 'function' | 'project' }
  | { readonly kind: 'toolchain'; readonly base: string; readonly head: string }
  /** Settings of the profile, each as TOML has it; `null`: not set. */
  | {
      readonly kind: 'profile';
      readonly settings: readonly { readonly key: string; readonly base: string | null; readonly head: string | null }[];
      readonly place: Place | null;
    };

/** What a person did and what came along: each package that moved is in one root, each crate in one at most. */
export interface Root {
  readonly did: Did;
  readonly moves: readonly Move[];
  /** As code is called, `_` for `-`. */
  readonly crates: readonly string[];
  /** Those of them that stayed what they were, and that what came uses now, or what went used. */
  readonly uses: readonly string[];
  /** What moved with it, or is used because of it, under a name that another root has too: bytes go by name and cannot be told apart. In no `crates`. */
  readonly common: readonly string[];
  /** How many more packages of registries and of git are linked because of it; below 0: fewer. */
  readonly packages: number;
}
