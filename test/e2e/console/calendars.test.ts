/** Calendars (工作时间) in the console: a year in days as calls find them, and a day that is set there decides the call; holidays and segments that an operator imports once count for all. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';
import { until } from '../../support/until.ts';

const HOTLINE = '4006543212';

describe.skipIf(browserMissing !== undefined)(
  `calendars in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;
    let qian: Browser;
    let operator: WatchedPage;

    beforeAll(async () => {
      pbx = await Pbx.start();
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
      qian = await personOn(pbx.http, 'system', { login: 'qian', name: '钱操', roles: ['operator'] });
      operator = await pageOf(chromium, pbx.http, qian);
      // Every day that is not said otherwise is the same: the test may run on any.
      const calendar = {
        name: 'hall',
        periods: { open: { 'mon-fri': '09:00-18:00' } },
        holidays: 'CN',
        daysOff: ['2026-12-23/2026-12-25'],
      };
      expect((await wang.ask('POST /api/v1/calendars', { body: calendar })).status).toBe(201);
      const flow = {
        type: 'schedule',
        calendar: 'hall',
        periods: { open: { type: 'queue', queue: 'sales' }, closed: { type: 'hangup', cause: 'busy' } },
      };
      const body = { number: HOTLINE, name: '大厅', flow };
      const made = await wang.ask('POST /api/v1/hotlines', { body });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      // Its thread is slow to begin beside load: not the page's to wait for.
      await way('2026-12-10T10:00:00+08:00');
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    /** Where the schedule takes a call of that time, and why. */
    async function way(at: string): Promise<string> {
      const call = { hotline: HOTLINE, caller: '13800138000', at };
      const { status, body } = await wang.ask('POST /api/v1/simulations', { body: call });
      expect(status, JSON.stringify(body)).toBe(200);
      return body.path.map(({ step, why }: Record<string, string>) => `${step}: ${why}`).join('\n');
    }
    const year = () => page.locator('.year');
    const day = (date: string) => year().locator(`[data-date="${date}"]`);
    const words = () => year().locator('.year-day-words');
    const dialog = () => page.getByRole('dialog', { name: /2026 年/ });
    const calendar = async () => (await wang.ask('GET /api/v1/calendars/hall')).body;
    const save = async () => {
      const { meta } = await calendar();
      await page.locator('.entity-foot').getByRole('button', { name: '保存', exact: true }).click();
      await page
        .locator('.entity-foot')
        .getByText(`第 ${meta.revision + 1} 版`)
        .waitFor();
    };
    const decide = async (how: string) => {
      await dialog().getByRole('radio', { name: how }).check();
    };
    const apply = async () => {
      await dialog().getByRole('button', { name: '确定修改' }).click();
      await dialog().waitFor({ state: 'detached' });
    };
    const turnTo = async (wanted: number) => {
      const heading = year().getByRole('heading', { level: 2 });
      for (;;) {
        const shown = Number(/\d{4}/.exec((await heading.textContent())!)![0]);
        if (shown === wanted) break;
        await year()
          .getByRole('button', { name: shown < wanted ? '下一年' : '上一年' })
          .click();
        const next = shown + Math.sign(wanted - shown);
        await heading.getByText(`${next} 年`).waitFor();
      }
      await day(`${wanted}-06-15`).and(page.locator('[aria-label*="开放"], [aria-label*="全天"]')).waitFor();
    };

    it('shows the year: holidays, make-up days and days off marked, each said in words', async () => {
      await page.goto(`${pbx.http}/admin/calendars/hall`);
      await page.getByRole('tab', { name: '年历' }).click();
      await turnTo(2026);
      const label = async (date: string) => await day(date).getAttribute('aria-label');
      expect(await label('2026-10-01')).toBe('2026 年 10 月 1 日 周四，法定节假日（国庆节），全天关闭');
      expect(await label('2026-10-10')).toBe(
        '2026 年 10 月 10 日 周六，调休上班（国庆节），开放 09:00–18:00',
      );
      expect(await label('2026-12-24')).toBe('2026 年 12 月 24 日 周四，公司休息，全天关闭');
      expect(await label('2026-12-10')).toBe('2026 年 12 月 10 日 周四，按每周时段，开放 09:00–18:00');
      expect(await day('2026-10-10').getAttribute('data-mark')).toBe('班');
      await look(page, 'calendar-year');
    });

    it('goes by keys over days and months, and says what a time of a day means', async () => {
      await day('2026-10-01').focus();
      await page.keyboard.press('ArrowRight');
      await words().getByText('2026 年 10 月 2 日').waitFor();
      await page.keyboard.press('PageDown');
      await words().getByText('2026 年 11 月 2 日').waitFor();
      await page.keyboard.press('ArrowUp');
      await words().getByText('2026 年 10 月 26 日').waitFor();
      await year().getByLabel('时刻').fill('08:30');
      await year().getByText('08:30 属于“关闭”').waitFor();
      await year().getByLabel('时刻').fill('09:00');
      await year().getByText('09:00 属于“开放”').waitFor();
    });

    it('takes a day off with its reason, by the keyboard, and the call of that day finds it', async () => {
      expect(await way('2026-12-10T10:00:00+08:00')).toContain('schedule → open');
      await day('2026-12-09').focus();
      await page.keyboard.press('ArrowRight');
      await words().getByText('2026 年 12 月 10 日').waitFor();
      await page.keyboard.press('Enter');
      await dialog().waitFor();
      await decide('全天休息');
      await dialog().getByLabel('原因').fill('公司年会');
      await look(page, 'calendar-day');
      await apply();
      await words().getByText('公司休息（公司年会）').waitFor();
      await words().getByText('未保存').waitFor();
      // Not before it is saved.
      expect(await way('2026-12-10T10:00:00+08:00')).toContain('schedule → open');
      await save();
      const why = await way('2026-12-10T10:00:00+08:00');
      expect(why).toContain('schedule → closed');
      expect(why).toContain('公司年会');
    });

    it('opens a day out of a range of days off, with hours of its own; clears what was set', async () => {
      await day('2026-12-24').click();
      await dialog().waitFor();
      await decide('特殊时间');
      const hours = dialog().getByRole('textbox', { name: /^时间/ });
      await hours.fill('9-12');
      await dialog().getByText('写成 09:00-12:00,13:30-18:00').waitFor();
      expect(await dialog().getByRole('button', { name: '确定修改' }).isDisabled()).toBe(true);
      await hours.fill('09:00-12:00');
      await apply();
      await words().getByText('特殊时间 · 开放 09:00–12:00').waitFor();
      await day('2026-12-10').click();
      await dialog().waitFor();
      await decide('按每周时段和节假日');
      await apply();
      await words().getByText('按每周时段 · 开放 09:00–18:00').waitFor();
      await save();
      expect(await calendar()).toMatchObject({
        daysOff: ['2026-12-23', '2026-12-25'],
        dates: { '2026-12-24': { open: '09:00-12:00' } },
        names: {},
      });
      expect(await way('2026-12-24T10:00:00+08:00')).toContain('schedule → open');
      expect(await way('2026-12-25T10:00:00+08:00')).toContain('schedule → closed');
      expect(await way('2026-12-10T10:00:00+08:00')).toContain('schedule → open');
    });

    it('says of which year no holidays are known, and shows hours in words in the list and in English', async () => {
      const { knownTo } = (await wang.ask('POST /api/v1/calendars/hall/days', { body: { year: 2026 } })).body;
      await turnTo(knownTo + 1);
      await year()
        .getByText(`${knownTo + 1} 年的法定节假日尚未导入`, { exact: false })
        .first()
        .waitFor();
      await look(page, 'calendar-unknown');
      await page.goto(`${pbx.http}/admin/calendars`);
      await page.getByRole('row').filter({ hasText: 'hall' }).getByText('周一至周五: 09:00-18:00').waitFor();
      await speak(page, 'en');
      await page.getByRole('row').filter({ hasText: 'hall' }).getByText('Mon to Fri').waitFor();
      await page.goto(`${pbx.http}/admin/calendars/hall`);
      await page.getByRole('tab', { name: 'Year' }).click();
      await year().getByRole('list', { name: 'Legend' }).waitFor();
      await look(page, 'calendar-year-en');
      await speak(page, 'zh-CN');
    });

    it('imports the holidays of the next year once for all companies: a call of that day finds them', async () => {
      const { knownTo } = (await wang.ask('GET /api/v1/public-holidays')).body;
      const next = knownTo + 1;
      const asked = await fetch(`${pbx.http}/api/v1/public-holidays/import?mode=run`, {
        method: 'POST',
        headers: { ...wang.headers, 'content-type': 'application/octet-stream' },
        body: '{}',
      });
      expect(asked.status).toBe(403);
      const { page: desk } = operator;
      await desk.goto(`${pbx.http}/admin/public-holidays`);
      await desk.getByRole('heading', { level: 1, name: '法定节假日' }).waitFor();
      await desk.getByText(`已有到 ${knownTo} 年`).waitFor();
      await look(desk, 'public-holidays');
      const choose = (name: string, text: string) =>
        desk
          .locator('input[type=file]')
          .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
      await choose('wrong.json', '{ "soon": 1 }');
      await desk.getByText('文件有误，没有任何改动').waitFor();
      // A Monday to Friday of that year, whichever year it is.
      const workDay = [1, 2, 3]
        .map((day) => `${next}-03-0${day}`)
        .find((date) => new Date(date).getUTCDay() % 6 !== 0)!;
      const at = `${workDay}T10:00:00+08:00`;
      expect(await way(at)).toContain('schedule → open');
      await choose('next.json', JSON.stringify({ [workDay]: { kind: 'holiday', name: '测试节' } }));
      const dialog = desk.getByRole('dialog', { name: '导入 next.json' });
      await dialog.getByText(`文件包含 ${next} 年，共 1 天。`).waitFor();
      expect((await wang.ask('GET /api/v1/public-holidays')).body.knownTo).toBe(knownTo);
      await dialog.getByRole('button', { name: `导入 ${next} 年` }).click();
      await dialog.waitFor({ state: 'detached' });
      await desk.getByText(`已有到 ${next} 年`).waitFor();
      const why = await way(at);
      expect(why).toContain('schedule → closed');
      expect(why).toContain('测试节');
    });

    it('shows how much of the segments is known, and takes another table without a restart', async () => {
      expect((await wang.ask('GET /api/v1/segment-table')).status).toBe(403);
      const { page: desk } = operator;
      await desk.goto(`${pbx.http}/admin/areas`);
      await desk.getByRole('heading', { level: 1, name: '号段与归属地' }).waitFor();
      const found = desk.locator('.shared-found');
      const find = async (number: string, told: string) => {
        await desk.getByRole('textbox', { name: '号码' }).fill(number);
        await desk.getByRole('button', { name: /查\s?询/ }).click();
        await found.getByText(told, { exact: true }).waitFor();
      };
      await find('138 0013 8000', '北京');
      await find('16612341234', '未知');
      await look(desk, 'areas');
      const choose = (name: string, text: string) =>
        desk
          .locator('input[type=file]')
          .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
      await choose('wrong.csv', '1661234,中土,夏尔,0000,移动\n');
      await desk.getByText(/号段表有误，原表不变/).waitFor();
      await choose('right.csv', '# version 2031-01\n1661234,广东,深圳,0755,联通\n');
      const dialog = desk.getByRole('dialog', { name: '导入 right.csv' });
      await dialog.getByText(/版本 .+：1 个号段，其中 1 个与现在不同/).waitFor();
      await look(desk, 'areas-import');
      await dialog.getByRole('button', { name: /^启用版本/ }).click();
      await dialog.waitFor({ state: 'detached' });
      await desk.locator('.shared-facts').getByText('right.csv').waitFor();
      // It is swapped in as soon as its thread has loaded it.
      await until('the new table', async () => {
        const { body } = await qian.ask('GET /api/v1/segment-table/areas/16612341234');
        return body.area?.name === '广东深圳';
      });
      await find('16612341234', '广东深圳');
      expect(operator.faults).toEqual([]);
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
