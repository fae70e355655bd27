/** The live view of a large centre against the real engine: 500 agents, 200 callers by SIPp who wait, changes four times a second. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Centre, COMPANY } from '../../bench/console/centre.ts';
import { personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser } from '../../support/console-browser.ts';
import { pageOf } from '../../support/console-look.ts';
import { COUNT_SHIFTS } from '../../support/layout-shifts.ts';
import { sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? sippMissing;
const AGENTS = 500;
const WAITING = 200;
const UPDATES_A_SECOND = 4;
const AGENTS_EACH = 10;
const SECONDS = 5;

describe.skipIf(missing)(`the live view of a large centre${missing ? `: skipped, ${missing}` : ''}`, () => {
  let centre: Centre;
  let chromium: Chromium;
  let page: Page;
  let faults: readonly string[];

  beforeAll(async () => {
    [centre, chromium] = await Promise.all([Centre.open(AGENTS), startBrowser()]);
    const person = await personOn(centre.pbx.http, COMPANY, { login: 'li', roles: ['company-admin'] });
    ({ page, faults } = await pageOf(chromium, centre.pbx.http, person));
    await centre.fill(WAITING);
    await page.goto(`${centre.pbx.http}/live`);
  }, 180_000);
  afterAll(async () => {
    await chromium?.close();
    await centre?.close();
  });

  const rows = () => page.evaluate<number>(`document.querySelectorAll('[data-agent]').length`);

  it('shows all of them, and draws no more than what is in view', async () => {
    await page.getByText(`已签入 ${AGENTS}`).waitFor({ timeout: 60_000 });
    await page.getByText(`排队 ${WAITING}`).waitFor();
    await page.getByRole('grid', { name: '排队中的来电' }).waitFor();
    expect(await rows()).toBeGreaterThan(5);
    expect(await rows()).toBeLessThan(AGENTS / 2);
  });

  it('keeps up with changes, and nothing jumps', async () => {
    await page.evaluate(COUNT_SHIFTS);
    const drawn = await page.evaluate<number>(`document.querySelectorAll('*').length`);
    centre.call(SECONDS * 2, 2, 2000);
    await centre.update(SECONDS, UPDATES_A_SECOND, AGENTS_EACH);
    const changed = SECONDS * UPDATES_A_SECOND * AGENTS_EACH;
    await until('each change is shown', async () =>
      (await page.getByText(`离席 ${changed}`).count()) > 0 ? true : undefined,
    );
    expect(await page.evaluate('jumps')).toEqual([]);
    // A tile more or less, and the state of each.
    expect(await page.evaluate<number>(`document.querySelectorAll('*').length`)).toBeLessThan(drawn * 1.5);
    expect(faults).toEqual([]);
  });
});
