import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundleBrowser } from '../../scripts/browser.ts';
import { builtFile } from '../../scripts/built.ts';
import { pageViewer, viewerOf } from '../../src/measure/page-viewer.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const viewer = await viewerOf(await bundleBrowser(ROOT, 'page'));

test('the page runs under a policy that knows its scripts and styles, and those of the flame graphs in it', () => {
  const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  expect(viewer.policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(viewer.script)} ${hash(viewer.flame.script)}`,
    `style-src ${hash(viewer.style)} ${hash(viewer.flame.style)}`,
    'frame-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ]);
});

test('its script imports nothing, and makes no markup of text', () => {
  expect(() => new Function(viewer.script)).not.toThrow();
  expect(viewer.script).not.toMatch(
    /^(?:import|export)\b|\bimport\(|innerHTML|outerHTML|insertAdjacentHTML|eval\(|document\.write|fetch\(/m,
  );
});

test('what is built is what stands in src/', async () => {
  builtFile(ROOT, 'browser/page.js');
  const built = await pageViewer();
  expect([built.script, built.style, built.policy]).toEqual([viewer.script, viewer.style, viewer.policy]);
});
