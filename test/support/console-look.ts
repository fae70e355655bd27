/** Pages of the console as somebody sees them: signed in, looked at in both themes and languages, checked by axe. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Browser } from './browser.ts';
import { openPage, pointerAway, type WatchedPage } from './console-browser.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** What axe finds, each with its rule and the first elements. */
const AXE_RUN = `axe.run(document, { resultTypes: ['violations'], preload: false }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]))`;
/** Pictures for people to look at: PICTURES=/tmp/x vitest run test/e2e/console/... */
const PICTURES = process.env['PICTURES'];
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
  { width: 400, height: 800 },
];

/** A page of Chromium in which somebody is signed in already. */
export async function pageOf(chromium: Chromium, http: string, person: Browser): Promise<WatchedPage> {
  const watched = await openPage(chromium);
  const [name, value] = person.cookie.split(/=(.*)/s) as [string, string];
  await watched.page.context().addCookies([{ name, value, url: http }]);
  return watched;
}

/** In both looks axe finds nothing; with PICTURES, a picture of each at each size. */
export async function look(page: Page, name: string): Promise<void> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(readFileSync(AXE, 'utf8'));
  await pointerAway(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found = await page.evaluate(AXE_RUN);
    expect(found, `${name}, ${colorScheme}`).toEqual([]);
    if (PICTURES === undefined) continue;
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.waitForTimeout(200);
      await page.screenshot({ path: join(PICTURES, `${name}-${size.width}-${colorScheme}.png`) });
    }
    await page.setViewportSize(SIZES[0]!);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** Loads the page anew in a language. */
export async function speak(page: Page, language: 'zh-CN' | 'en'): Promise<void> {
  await page.evaluate(`localStorage.setItem('pbx400.language', '${language}')`);
  await page.reload();
}
