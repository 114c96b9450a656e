import { provideTools } from '../src/tools/toolbox.ts';
import { unseen } from './doubles/progress.ts';
import { defaultHome } from './rust.ts';

/** Brings cargo-lambda, zig and cargo-bloat once, as the first check would: a fresh machine passes the tests with nothing installed by hand. */
export default async function setup(): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const progress = unseen((line) => void process.stderr.write(`${line}\n`));
  await provideTools({ home: defaultHome(), env, signal: new AbortController().signal, progress });
}
