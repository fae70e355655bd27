/** What calls of the past say of a flow: where they went in the last days, and where they would go by the draft. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBody } from '../../../src/provisioning/check/check-body.ts';
import { type Named, Snapshot } from '../../../src/provisioning/snapshot.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { VirtualCaller } from '../../../src/testing/virtual-caller.ts';
import { VirtualPbx } from '../../../src/testing/virtual-pbx.ts';
import { type Browser, personOn } from '../../support/browser.ts';
import { SAMPLE, SAMPLE_COMPANIES } from '../../support/companies.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

const NUMBER = '4006543212';
const END = { type: 'hangup', cause: 'normal' };
const FLOW = [
  { type: 'play', prompt: 'welcome' },
  {
    type: 'menu',
    prompt: 'main-menu',
    keys: {
      1: { type: 'queue', queue: 'sales', otherwise: END },
      2: END,
      3: { type: 'queue', queue: 'service', otherwise: END },
    },
    otherwise: END,
  },
];
/** What the callers have pressed: nobody 3. */
const KEYS = ['1', '1', '1', '1', '1', '1', '2', '2', '2', '2'];

/** Calls of an hour ago, as the engine journals them. */
async function pastCalls(file: string): Promise<void> {
  const hotline = checkBody({ kind: 'hotline', tenant: 'demo', name: NUMBER, value: { flow: FLOW } });
  if (Array.isArray(hotline)) throw new Error(JSON.stringify(hotline));
  const companies = new Snapshot(1, [...SAMPLE_COMPANIES, hotline as Named]);
  const pbx = new VirtualPbx({ config: SAMPLE, companies, at: Date.now() - 3600_000 });
  await pbx.dialplans.load();
  await pbx.open();
  for (const [index, key] of KEYS.entries()) {
    const from = `138001380${10 + index}`;
    const { leg, callId } = pbx.arrive(from, NUMBER);
    const caller = new VirtualCaller(pbx, from, leg, callId!);
    await caller.hears('main-menu');
    await caller.presses(key);
    await caller.ends();
  }
  await pbx.close();
  const store = await openSqliteStore({ file, clock: systemClock, logger: silentLogger });
  for (const event of pbx.events) store.journal.append(event);
  await store.close();
}

describe.skipIf(browserMissing !== undefined)(
  `a flow and its calls of the past${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let dataDir: string;
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      dataDir = mkdtempSync(join(tmpdir(), 'pbx400-flow-replay-'));
      mkdirSync(dataDir, { recursive: true });
      await pastCalls(join(dataDir, 'pbx400.db'));
      pbx = await Pbx.start({ dataDir });
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      const made = await wang.ask('POST /api/v1/hotlines', {
        body: { number: NUMBER, name: '总机', flow: FLOW },
      });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      // The tester's thread is slow to begin beside load: not the page's to wait for.
      const ways = await wang.ask(`GET /api/v1/flows/${NUMBER}/ways`);
      expect(ways.status, JSON.stringify(ways.body)).toBe(200);
      expect(ways.body).toMatchObject({ calls: KEYS.length, isCut: false, others: 0 });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
      await page.goto(`${pbx.http}/flows/${NUMBER}?view=outline`);
      await tree().getByRole('row').filter({ hasText: '按键菜单' }).waitFor();
    }, 120_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
      rmSync(dataDir, { recursive: true, force: true });
    });

    const tree = () => page.getByRole('treegrid', { name: '大纲' });
    const row = (text: string | RegExp) => tree().getByRole('row').filter({ hasText: text });
    const heat = () => page.getByRole('button', { name: '热力' });
    const panel = () => page.getByRole('complementary', { name: '回放' });
    const replayed = async () => {
      await panel()
        .getByRole('button', { name: /回\s?放$/ })
        .click();
      await panel().getByText('去向不变', { exact: true }).waitFor({ timeout: 60_000 });
    };

    it('tells how many calls took each branch, and which nobody took', async () => {
      await heat().click();
      await page.getByText('近 7 天 10 通来电。').waitFor();
      expect(await row(/^按 1/).textContent()).toContain('6');
      expect(await row(/^按 2/).textContent()).toContain('4');
      expect(await row(/^按 3/).textContent()).toContain('无来电');
      await row('按键菜单').click();
      const exits = page.getByRole('region', { name: '来电去向' });
      await exits.getByText('到达这里：10 通').waitFor();
      expect(await exits.getByRole('row').allTextContents()).toEqual([
        '按 1660.0 %',
        '按 2440.0 %',
        '按 3无来电0 %',
        '其他情况无来电0 %',
        expect.stringMatching(/^其余.*00 %$/),
      ]);
      await look(page, 'replay-heat-outline');
      await page.getByText('画布', { exact: true }).click();
      await page.locator('.react-flow__edge.heat-5').first().waitFor();
      expect(await page.locator('.react-flow__edge-text').allTextContents()).toEqual(
        expect.arrayContaining(['按 1 · 6', '按 2 · 4', '按 3 · 0']),
      );
      expect(await page.locator('.react-flow__edge.heat-0').count()).toBeGreaterThan(0);
      await look(page, 'replay-heat-canvas');
      await heat().click();
      await page.locator('.react-flow__edge.heat-5').first().waitFor({ state: 'detached' });
    });

    it('takes the last calls through the flow as it is: all go as they went', async () => {
      await page.getByText('回放', { exact: true }).click();
      await panel().waitFor();
      await replayed();
      expect(await panel().locator('.replay-counts dd').allTextContents()).toEqual(['10', '0']);
    });

    it('takes them through what is edited and not saved: which go elsewhere, with why, beside the canvas', async () => {
      await page.getByText('大纲', { exact: true }).click();
      await page.getByText('节点设置', { exact: true }).click();
      // Key 2 leads to agents first.
      await row(/^按 2/).click();
      await tree().focus();
      await page.keyboard.press('Tab');
      const palette = page.getByRole('dialog', { name: '添加节点' });
      await palette.waitFor();
      await page.keyboard.type('队列');
      await page.keyboard.press('Enter');
      await palette.waitFor({ state: 'detached' });
      await tree().locator('[aria-selected="true"]').filter({ hasText: '队列' }).waitFor();
      await page.getByRole('combobox', { name: '队列' }).fill('service');
      await tree().locator('[aria-selected="true"]').filter({ hasText: 'service' }).waitFor();
      await page.getByText('回放', { exact: true }).click();
      await panel()
        .getByText(/流程已改动/)
        .waitFor();
      await panel()
        .getByRole('button', { name: /回\s?放$/ })
        .click();
      const changes = panel().getByRole('list', { name: '去向的变化' });
      await changes.waitFor({ timeout: 60_000 });
      expect(await panel().locator('.replay-counts dd').allTextContents()).toEqual(['6', '4']);
      expect(await changes.getByRole('button').count()).toBe(1);
      await changes.getByRole('button', { name: /→ .*service.*4 通/ }).click();
      const calls = panel().getByRole('list', { name: '去向改变的来电' });
      expect(await calls.getByRole('listitem').count()).toBe(4);
      expect(await row(/^按 1/).textContent()).toContain('6');
      expect(await tree().locator('[aria-selected="true"]').textContent()).toContain('0 → 4');
      await look(page, 'replay-changes-outline');
      await page.getByText('画布', { exact: true }).click();
      await page.locator('.react-flow__edge.heat-5').first().waitFor();
      await look(page, 'replay-changes-canvas');
      await calls.getByRole('link', { name: '查看通话' }).first().click();
      await page.waitForURL(/\/calls\/[^?]+/);
      await page
        .getByText(/138 0013 801\d/)
        .first()
        .waitFor();
    });

    it('speaks English', async () => {
      await page.goto(`${pbx.http}/flows/${NUMBER}?view=outline`);
      await speak(page, 'en');
      await page.getByRole('button', { name: 'Heat' }).click();
      await page.getByText('Calls in 7 days: 10.').waitFor();
      await page.getByText('Replay', { exact: true }).click();
      await page.getByRole('button', { name: /Replay$/ }).waitFor();
      await look(page, 'replay-en');
      expect(watched.faults).toEqual([]);
    });
  },
);
