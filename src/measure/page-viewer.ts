import { readFile } from 'node:fs/promises';
import type { DocumentViewer } from '../report/page/document.ts';
import type { PageViewer } from '../report/page/page.ts';
import { flameViewer } from './flame-graphs.ts';
import { policyOf } from './policy.ts';

/** Bundled by `npm run build`: beside this file in `dist/`; `src/` has none and takes that of `dist/`. */
const FOLDERS = ['./browser/', '../../dist/browser/'];

/** The script and style of the page, with the policy under which they run, and its flame graphs' in it. */
export async function pageViewer(): Promise<PageViewer> {
  return await viewerOf(await bundled('page'));
}

/** Those of a history's page. */
export async function historyViewer(): Promise<DocumentViewer> {
  const own = await bundled('history');
  return { ...own, policy: policyOf([own], 'no-frames') };
}

/** The same of a script and style that were bundled elsewhere. */
export async function viewerOf(own: { readonly script: string; readonly style: string }): Promise<PageViewer> {
  const flame = await flameViewer();
  return { ...own, policy: policyOf([own, flame], 'frames'), flame };
}

async function bundled(name: 'page' | 'history'): Promise<{ readonly script: string; readonly style: string }> {
  const read = async (extension: 'js' | 'css'): Promise<string> => {
    const [beside, built] = FOLDERS.map((folder) => new URL(`${folder}${name}.${extension}`, import.meta.url));
    if (beside === undefined || built === undefined) throw new Error('a page has two places');
    return await readFile(beside, 'utf8').catch(async () => await readFile(built, 'utf8'));
  };
  return { script: await read('js'), style: await read('css') };
}
