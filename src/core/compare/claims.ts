import type { Did } from '../did.ts';
import type { MovedPackage } from './moves.ts';

/** What a person did and the packages that moved because of it. */
export interface Claim {
  readonly did: Did;
  readonly moved: MovedPackage[];
}

/** Gives each package that moved to one root: those that a root is about, then what it leads to through packages that moved. */
export class Claims {
  readonly claims: Claim[] = [];
  readonly #claimed = new Set<MovedPackage>();
  readonly #byBase: ReadonlyMap<string, MovedPackage>;
  readonly #byHead: ReadonlyMap<string, MovedPackage>;
  /** From where it is still to be walked, in the order in which they were taken. */
  #fresh: Step[] = [];

  constructor(moved: readonly MovedPackage[]) {
    this.#byBase = new Map(moved.flatMap((one) => (one.base === null ? [] : [[one.base.id, one] as const])));
    this.#byHead = new Map(moved.flatMap((one) => (one.head === null ? [] : [[one.head.id, one] as const])));
  }

  /** A root for those of some packages that no root has yet; none where there are none. */
  take(about: readonly MovedPackage[], didOf: (first: MovedPackage) => Did): void {
    const free = about.filter((one) => !this.#claimed.has(one));
    const [first] = free;
    if (first === undefined) return;
    const claim: Claim = { did: didOf(first), moved: [] };
    this.claims.push(claim);
    for (const one of free) this.#give({ one, claim });
  }

  /**
   * Walks on from what was taken, the nearest first. Packages that came, went or changed go before those with other features alone, which
   * many may have asked for: of those a package that came or changed explains them before one whose own features moved.
   */
  spread(): void {
    const waiting: [strong: Step[], weak: Step[]] = [[], []];
    const [strong, weak] = waiting;
    for (let [near, late, last] = [0, 0, 0]; ; ) {
      const step = this.#fresh[near];
      if (step !== undefined) {
        near += 1;
        for (const one of this.#below(step.one)) {
          const next = { one, claim: step.claim };
          if (one.move.kind !== 'features') this.#give(next);
          else (step.one.move.kind === 'features' ? weak : strong).push(next);
        }
        continue;
      }
      const featured = strong[late] ?? weak[last];
      if (featured === undefined) break;
      if (strong[late] === undefined) last += 1;
      else late += 1;
      this.#give(featured);
    }
    this.#fresh = [];
  }

  #give({ one, claim }: Step): void {
    if (this.#claimed.has(one)) return;
    this.#claimed.add(one);
    claim.moved.push(one);
    this.#fresh.push({ one, claim });
  }

  /** What may have moved because this one did: features alone bring no other version, and what went explains nothing that came. */
  #below({ base, head, move }: MovedPackage): readonly MovedPackage[] {
    const came = (head?.dependencies ?? [])
      .flatMap((id) => this.#byHead.get(id) ?? [])
      .filter((one) => move.kind !== 'features' || one.move.kind !== 'changed');
    const went = (base?.dependencies ?? [])
      .flatMap((id) => this.#byBase.get(id) ?? [])
      .filter((one) => one.move.kind === 'removed' || one.move.kind === 'features');
    return [...came, ...went];
  }
}

interface Step {
  readonly one: MovedPackage;
  readonly claim: Claim;
}
