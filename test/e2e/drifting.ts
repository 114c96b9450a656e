import { randomBytes } from 'node:crypto';
import { QUICK_PROFILE } from './checks.ts';
import { TINY_MAIN, tiny } from './project.ts';

/** Half of it is what packing leaves: hexadecimal digits. */
const TEXT = randomBytes(100_000).toString('hex');

/** The tiny Lambda with so many kB more in its package. */
export function carrying(kilobytes: number): Record<string, string> {
  const main = TINY_MAIN.replace(
    'fn main() {',
    'static LOAD: &[u8] = include_bytes!("load.txt");\n\nfn main() {\n    std::hint::black_box(LOAD);',
  );
  return { 'src/main.rs': main, 'src/load.txt': TEXT.slice(0, kilobytes * 2_000) };
}

export function limited(...limits: readonly string[]): Record<string, string> {
  const files = tiny('tiny', QUICK_PROFILE);
  return {
    ...files,
    ...carrying(0),
    'Cargo.toml': `${files['Cargo.toml']}\n[package.metadata.coldgate]\nlimits = ${JSON.stringify(limits)}\n`,
  };
}
