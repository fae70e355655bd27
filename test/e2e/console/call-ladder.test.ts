/** The SIP ladder of a real call in the console: all legs and events on one axis, by keyboard, saved. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { phones, placeCall, waitForCall } from '../../support/party.ts';
import { Pbx } from '../../support/pbx.ts';
import { sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? sippMissing;

describe.skipIf(missing !== undefined)(
  `the ladder of a call in the console${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;
    let id: string;

    beforeAll(async () => {
      const { ports, contacts } = await phones('8001');
      pbx = await Pbx.start({
        configure: (config) => {
          config.extensions['8001'].contact = contacts['8001'];
          Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s', record: true });
        },
      });
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
      const scenario = 'agent-answers-and-hangs-up-expect-ok';
      const agent = await waitForCall({ number: '8001', port: ports['8001']!, scenario, pauseMs: 9_000 });
      const caller = await placeCall(pbx, { caller: '13800138000' });
      await caller.voice.hears('main-menu');
      caller.voice.press('1');
      await agent.rung();
      await agent.sipp.passed();
      await caller.voice.hears('survey-three-keys');
      caller.voice.press('1');
      await caller.sipp.passed();
      await until('the call is recorded', async () => {
        const { body } = await wang.ask('GET /api/v1/calls?outcome=answered');
        id = body.items[0]?.id;
        return id !== undefined;
      });
    }, 120_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const drawer = () => page.getByRole('dialog').first();
    const list = () => drawer().getByRole('listbox');
    const text = () => drawer().getByRole('region', { name: '消息内容' });

    it('has a lane for each party, arrows and marks in the order of time', async () => {
      await page.goto(`${pbx.http}/calls/${id}`);
      await drawer().getByRole('button', { name: '显示信令图' }).click();
      await list().waitFor();
      const rows = await list().getByRole('option').allTextContents();
      const has = (pattern: RegExp) => rows.some((row) => pattern.test(row));
      expect(rows[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3}0主叫 到 pbx400：INVITE \(SDP\)$/);
      expect(has(/pbx400 到 8001：INVITE \(SDP\)$/)).toBe(true);
      expect(has(/8001 到 pbx400：200 OK \(INVITE\) \(SDP\)$/)).toBe(true);
      expect(has(/8001：收到语音$/)).toBe(true);
    });

    it('tells a message on Enter, follows the keys, and goes away without the drawer', async () => {
      const { body } = await wang.ask(`GET /api/v1/calls/${id}/ladder`);
      await list().focus();
      await page.keyboard.press('Enter');
      await text()
        .getByText(/^INVITE sip:/)
        .waitFor();
      await page.keyboard.press('End');
      await list().locator(`[aria-posinset="${body.lines.length}"][aria-selected="true"]`).waitFor();
      // The last message and the end of the call come in either order.
      const last = body.lines.at(-1).kind === 'message' ? '消息内容' : '事件内容';
      await drawer().getByRole('region', { name: last }).waitFor();
      await page.keyboard.press('Home');
      await text()
        .getByText(/^INVITE sip:/)
        .waitFor();
      await text().scrollIntoViewIfNeeded();
      await look(page, 'ladder');
      await list().focus();
      await page.keyboard.press('Escape');
      await text().waitFor({ state: 'detached' });
      expect(await drawer().isVisible()).toBe(true);
    });

    it('is saved as text with the messages, and as a capture', async () => {
      const saved = async (name: string) => {
        const href = await drawer().getByRole('link', { name }).getAttribute('href');
        return wang.ask(`GET ${href}`);
      };
      const txt = await saved('下载 txt');
      expect(txt.headers.get('content-disposition')).toMatch(/attachment; filename=".+\.txt"/);
      expect(txt.body).toMatch(/\|-+>\|/);
      expect(txt.body).toMatch(/\nINVITE sip:[^\n]*\n(?:[^\n]+\n)+Content-Type: application\/sdp/);
      expect((await saved('下载 pcap')).headers.get('content-type')).toBe('application/vnd.tcpdump.pcap');
    });

    it('reads in English', async () => {
      await speak(page, 'en');
      await drawer().getByRole('button', { name: 'Show the ladder' }).click();
      await list().getByRole('option').nth(1).click();
      await look(page, 'ladder-en');
      await speak(page, 'zh-CN');
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
