/** Companies and what helps who helps them, in the console of a real engine. */
import { readFileSync } from 'node:fs';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx, TOKEN } from '../../support/pbx.ts';

/** Planted where secrets and numbers are: none of them may leave the house. */
const SECRET = 'Gr8-secret/planted';
const NUMBERS = ['13900139001', '075583001234'];

describe.skipIf(browserMissing !== undefined)(
  `companies in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let boss: Browser;
    let wang: Browser;

    beforeAll(async () => {
      pbx = await Pbx.start();
      chromium = await startBrowser();
      boss = await personOn(pbx.http, 'system', { login: 'boss', name: '运营', roles: ['operator'] });
      wang = await personOn(pbx.http, 'demo', { login: 'wang', name: '王芳', roles: ['company-admin'] });
      const made = [
        await wang.ask('POST /api/v1/secrets', {
          body: { name: 'crm', value: SECRET, hosts: ['crm.example'] },
        }),
        await wang.ask('POST /api/v1/lists', { body: { name: 'planted', numbers: [NUMBERS[0]] } }),
        await wang.ask('POST /api/v1/extensions', { body: { number: '8077', ownNumber: NUMBERS[1] } }),
      ];
      expect(made.map(({ status }) => status)).toEqual([201, 201, 201]);
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });
    /** Has a bundle made on a page, and reads it. */
    const bundle = async (page: Page) => {
      await page.getByRole('button', { name: '支持包' }).click();
      await dialog(page, '生成支持包').getByText('密码、密钥和七位以上的号码会先去掉').waitFor();
      await look(page, 'support-wish');
      await dialog(page, '生成支持包').getByRole('button', { name: '生成支持包' }).click();
      const ready = page.locator('.ant-notification-notice');
      const link = ready.getByRole('link', { name: '下载' });
      await link.waitFor();
      await look(page, 'support-ready');
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      return readFileSync(await download.path(), 'latin1');
    };
    /** No secret and no number, in any form; `token`: that of the machine. */
    const expectClean = (text: string) => {
      for (const secret of [SECRET, TOKEN]) {
        const bytes = Buffer.from(secret);
        for (const form of [
          secret,
          encodeURIComponent(secret),
          bytes.toString('base64'),
          bytes.toString('hex'),
        ])
          expect(text.includes(form), form).toBe(false);
      }
      for (const number of NUMBERS)
        for (const form of [
          number,
          number.replace(/^(...)(....)/, '$1 $2 '),
          number.replace(/^(...)(....)/, '$1-$2-'),
        ])
          expect(text).not.toContain(form);
    };

    it('has a support bundle of what is its own made for a company', async () => {
      const { page } = await pageOf(chromium, pbx.http, wang);
      await page.goto(`${pbx.http}/admin/jobs`);
      const text = await bundle(page);
      expectClean(text);
      expect(text).toContain('entities/demo/extension.ndjson');
      expect(text).toContain('8077');
      // What is of the machine is not the company's.
      expect(text).not.toMatch(/config\.json\0?\{|entities\/system/);
      await page.close();
    });

    it('has one of the whole installation made for its operators', async () => {
      const { page } = await pageOf(chromium, pbx.http, boss);
      await page.goto(`${pbx.http}/admin/nodes`);
      const text = await bundle(page);
      expectClean(text);
      for (const part of [
        'about.json',
        'health.json',
        'config.json',
        'log.ndjson',
        'entities/demo/secret.ndjson',
      ])
        expect(text).toContain(part);
      expect(text).toContain('"msg"');
      await speak(page, 'en');
      await page.getByRole('button', { name: 'Support bundle' }).click();
      await dialog(page, 'Make a support bundle').waitFor();
      await look(page, 'support-wish-en');
      await page.close();
    });

    it('opens an entry of the audit trail by its link, also where the list does not show it', async () => {
      const { items } = (await wang.ask('GET /api/v1/audit?action=entity&limit=1')).body;
      const { page } = await pageOf(chromium, pbx.http, wang);
      await page.goto(`${pbx.http}/admin/audit/${items[0].seq}?action=listen`);
      const drawer = page.locator('.ant-drawer-section');
      await drawer.getByText('wang@demo').first().waitFor();
      await page.goto(`${pbx.http}/admin/audit/999999`);
      await drawer.getByText('没有这条记录').waitFor();
      await page.close();
    });

    it('proposes peak mode where two places are without power, and turns it on by one click', async () => {
      const at = (minutes: number) =>
        new Date(Date.now() + minutes * 60_000).toISOString().replace(/\.\d+/, '');
      const outage = (name: string, place: string) => ({
        ...{ name, title: `${place}停电`, places: [place] },
        ...{ from: at(-5), to: at(120), text: `${place}抢修，预计两小时后恢复供电。` },
      });
      const add = async (path: string, body: object) => {
        const { status, body: answer } = await wang.ask(`POST /api/v1/${path}`, { body });
        expect(status, JSON.stringify(answer)).toBe(201);
      };
      await add('queues', {
        name: 'repairs',
        title: '报修',
        agents: ['8001'],
        peak: { switch: 'repairs-peak' },
      });
      await add('announcements', outage('cut-1', '桃源街道'));
      const { page } = await pageOf(chromium, pbx.http, wang);
      await page.goto(`${pbx.http}/live`);
      await page.getByRole('heading', { level: 1, name: '实时监控' }).waitFor();
      const proposed = page.getByText('2 个地方正在停电，来电可能激增');
      expect(await proposed.count()).toBe(0);
      await add('announcements', outage('cut-2', '西丽街道'));
      await page.goto(`${pbx.http}/admin/announcements`);
      await proposed.waitFor();
      // They were published when it had begun.
      await page.getByText('有 2 条公告发布时距停电不足 7 天').waitFor();
      await look(page, 'outages');
      await page.goto(`${pbx.http}/live`);
      await proposed.waitFor();
      await look(page, 'outage-peak');
      await page.getByRole('button', { name: '开启高峰应急' }).click();
      await page.getByText('已为 报修 开启高峰应急').waitFor();
      const { items } = (await wang.ask('GET /api/v1/switches')).body;
      const [found] = items.filter(({ name }: { name: string }) => name === 'repairs-peak');
      expect(found).toMatchObject({ on: true, peakOf: ['repairs'] });
      expect(Date.parse(found.until)).toBeGreaterThan(Date.now());
      await page.getByText('高峰应急已开启').waitFor();
      await page.close();
    });
  },
);
