import type { Code } from './code.ts';
import { ACCOUNT, type Architecture, REGION } from './function.ts';
import { invalid } from './refusals.ts';

/** One version of a layer, as the account keeps it. */
export interface LayerVersion {
  readonly name: string;
  readonly version: number;
  readonly arn: string;
  readonly description: string;
  readonly code: Code;
  readonly created: Date;
  readonly runtimes: readonly string[];
  readonly architectures: readonly Architecture[];
}

/** With the function's own code. */
const UNPACKED_LIMIT = 262_144_000;
const OWN = new RegExp(`^arn:aws:lambda:${REGION}:${ACCOUNT}:layer:([^:]+):(\\d+)$`);

/**
 * The layers of one account and region. Versions count up and no number comes twice, also where it was deleted. What a function holds stays
 * with it; a deleted version can no longer be given to one. Layers carry no tags.
 */
export class Layers {
  readonly #versions = new Map<string, LayerVersion[]>();
  readonly #counts = new Map<string, number>();

  publish(layer: Omit<LayerVersion, 'version' | 'arn'>): LayerVersion {
    const version = (this.#counts.get(layer.name) ?? 0) + 1;
    this.#counts.set(layer.name, version);
    const published = { ...layer, version, arn: `${arnOf(layer.name)}:${version}` };
    this.#versions.set(layer.name, [...this.versions(layer.name), published]);
    return published;
  }

  /** Of the layers that have any, by name. */
  names(): readonly string[] {
    return [...this.#versions.keys()].sort();
  }

  /** Oldest first. */
  versions(name: string): readonly LayerVersion[] {
    return this.#versions.get(name) ?? [];
  }

  /** Nothing happens where there is none: AWS answers 204 to that, too. */
  delete(name: string, version: number): void {
    const left = this.versions(name).filter((one) => one.version !== version);
    if (left.length === 0) this.#versions.delete(name);
    else this.#versions.set(name, left);
  }

  /** What a function with these layers holds; layers of other accounts are there, and hold nothing. */
  attached(arns: readonly string[], code: Code): readonly Code[] {
    const found = arns.flatMap((arn) => {
      const [, name, version] = OWN.exec(arn) ?? [];
      if (name === undefined) return [];
      const layer = this.versions(name).find((one) => one.version === Number(version));
      if (layer === undefined) throw invalid(`Layer version ${arn} does not exist.`);
      return [layer.code];
    });
    const twice = arns.find((arn, place) => arns.findIndex((other) => withoutVersion(other) === withoutVersion(arn)) !== place);
    if (twice !== undefined)
      throw invalid(`Two different versions of the same layer are not allowed to be referenced in the same function.`);
    const unpacked = [code, ...found].reduce((sum, one) => sum + one.unpackedSize, 0);
    if (unpacked > UNPACKED_LIMIT)
      throw invalid(
        `Function code combined with layers exceeds the maximum allowed size of ${UNPACKED_LIMIT} bytes. The actual size is ${unpacked} bytes.`,
      );
    return found;
  }
}

export function arnOf(name: string): string {
  return `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:${name}`;
}

function withoutVersion(arn: string): string {
  return arn.replace(/:\d+$/, '');
}
