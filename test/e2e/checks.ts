import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Check } from '../../src/report/json/schema.ts';
import type { Ended, Home } from './coldgate.ts';
import { fingerprint } from './fingerprint.ts';
import { TINY_MAIN } from './project.ts';

const schema = fileURLToPath(new URL('../../schema/check.schema.json', import.meta.url));
const validate = new Ajv2020({ allErrors: true }).compile<Check>(JSON.parse(readFileSync(schema, 'utf8')));

/** What a check that sent its JSON to standard output said: valid by the published schema, and nothing beside it. */
export function jsonOf(ended: Ended): Check {
  const value: unknown = JSON.parse(ended.stdout);
  if (!validate(value)) throw new Error(JSON.stringify(validate.errors, null, 2));
  return value;
}

/** Runs coldgate and proves that it changed nothing of the user's. */
export async function untouched(
  home: Home,
  cwd: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly watched?: string } = {},
): Promise<Ended> {
  const watched = options.watched ?? cwd;
  const before = await fingerprint(watched);
  const ended = await home.run(cwd, args, options.env);
  expect(await fingerprint(watched)).toEqual(before);
  return ended;
}

/** The tiny Lambda that carries `kilobytes` of what does not compress. */
export function heavier(kilobytes: number): Record<string, string> {
  const text = randomBytes(kilobytes * 512).toString('hex');
  return {
    'src/main.rs': TINY_MAIN.replace(
      'fn main() {',
      'static LOAD: &[u8] = include_bytes!("load.txt");\n\nfn main() {\n    std::hint::black_box(LOAD);',
    ),
    'src/load.txt': text,
  };
}

/** The fastest profile that still is a release: these tests are about the flow, not the figures. */
export const QUICK_PROFILE = '\n[profile.release]\nopt-level = 0\nlto = "off"\ncodegen-units = 1\nstrip = true\n';
