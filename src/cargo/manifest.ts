import { dirname, join } from 'node:path';
import { isThere } from '../folder.ts';

/**
 * The folder of the nearest `Cargo.toml`, from `folder` upwards, as cargo looks for it; `null` where there is none up to the repository's top.
 * In a member of a workspace it is the member's own: cargo builds that one alone.
 */
export async function nearestManifest(folder: string): Promise<string | null> {
  if (await isThere(join(folder, 'Cargo.toml'))) return folder;
  const above = dirname(folder);
  return above === folder || (await isThere(join(folder, '.git'))) ? null : nearestManifest(above);
}
