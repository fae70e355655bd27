/** The live view (班长席) against the real engine: softphones at the desks, callers on the trunk, a supervisor in Chromium. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { GOOD_PASSWORD, type Browser as Person, personOn } from '../../support/browser.ts';
import { browserMissing, openPage, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { START_MS } from '../../support/sip-engines.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** What axe finds, each with its rule and the first elements. */
const AXE_RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 200))]))`;
const missing = browserMissing ?? baresipMissing;
/** Pictures for people to look at: PICTURES=/tmp/x vitest run test/e2e/console/live.test.ts */
const PICTURES = process.env['PICTURES'];
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1280, height: 720 },
  { width: 400, height: 800 },
];

describe.skipIf(missing !== undefined)(
  `the live view in Chromium${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let house: PhoneHouse;
    let browser: Browser;
    let watched: WatchedPage;
    let page: Page;
    let chief: Person;

    beforeAll(async () => {
      house = await PhoneHouse.open({
        company: (document) => {
          document.agents['8001'] = { name: '张伟' };
          document.agents['8002'] = { name: '王芳' };
          document.agents['8003'] = { name: '李敏', supervises: { all: true } };
          document.breakReasons = { lunch: { title: { zh: '午餐', en: 'Lunch' } } };
          Object.assign(document.queues.sales, { title: '售前咨询' });
          document.queues.service = { title: '售后服务', agents: [8002] };
        },
      });
      chief = await personOn(house.pbx.http, 'a', { login: 'li', roles: ['company-admin'], agent: '8003' });
      browser = await startBrowser();
      watched = await openPage(browser);
      page = watched.page;
      await page.goto(`${house.pbx.http}/live`);
      await page.getByLabel('用户名').fill('li');
      await page.getByLabel('密码').fill(GOOD_PASSWORD);
      await page.getByLabel('企业').fill('a');
      await page.getByRole('button', { name: '登录' }).click();
      await page.getByRole('heading', { name: '实时监控' }).waitFor();
    }, START_MS);
    afterEach(() => house?.clear());
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    const tile = (agent: string) => page.locator(`[data-agent="${agent}"]`);
    const waiting = () => page.getByRole('grid', { name: '排队中的来电' });
    const row = (name: string) =>
      page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
    const setState = (agent: string, body: object) =>
      chief.ask(`POST /api/v1/agents/${agent}/state`, { body });

    it('shows who waits and why nobody serves him, agents as they are, and queues with their figures', async () => {
      await page.getByRole('status').getByText('没有来电在排队').waitFor();
      await tile('8001').getByText('话机离线').waitFor();
      const bob = await house.phone('bob');
      await tile('8001').getByText('就绪').waitFor();
      await setState('8001', { state: 'break', reason: 'lunch' });
      await tile('8001').getByText('小休 · 午餐').waitFor();
      const alice = await house.outside('a', '13800138051');
      const calling = await house.calls(alice);
      const first = waiting().getByRole('row').filter({ hasText: '138 0013 8051' });
      await first.getByText('8001 小休（午餐），8002 话机离线').waitFor();
      const eve = await house.outside('a', '13900139052', 'eve');
      const second = await house.calls(eve);
      await waiting().getByRole('row').filter({ hasText: '139 0013 9052' }).waitFor();
      await row('售前咨询').getByRole('cell').first().getByText('2', { exact: true }).waitFor();
      await look('live');

      await setState('8001', { state: 'ready' });
      await first.getByText('正在振铃坐席').waitFor();
      await tile('8001').getByText('振铃').waitFor();
      const called = await bob.rings();
      await called.accept();
      await first.waitFor({ state: 'detached' });
      await tile('8001').getByText('通话').waitFor();
      await row('售前咨询').getByRole('cell').first().getByText('1', { exact: true }).waitFor();
      await second.hangUp();
      await page.getByRole('status').getByText('没有来电在排队').waitFor();
      await calling.hangUp();
      await tile('8001').getByText('就绪').waitFor();
      // What is counted of calls that are over.
      await row('售前咨询').getByText('50.0 %').first().waitFor();
      expect(watched.faults).toEqual([]);
    });

    /** In both looks axe finds nothing; with PICTURES, a picture of each at each size. */
    async function look(name: string): Promise<void> {
      if (!(await page.evaluate("'axe' in window"))) await page.evaluate(readFileSync(AXE, 'utf8'));
      // No tooltip of where the pointer was.
      await page.mouse.move(0, 400);
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
  },
);
