/** The number tester in the console: on any page by key, by a sentence in the palette, beside what is not saved, by right. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

const NUMBER = '4006543210';

describe.skipIf(browserMissing !== undefined)(
  `the number tester in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      pbx = await Pbx.start();
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
      const keys = { 1: { type: 'queue', queue: 'sales' }, 2: { type: 'hangup', cause: 'busy' } };
      const body = {
        number: NUMBER,
        name: '快递总机',
        vip: {
          who: [{ match: 'number', number: '13900139000' }],
          flow: { type: 'queue', queue: 'service' },
        },
        flow: [
          { type: 'play', prompt: 'welcome' },
          { type: 'menu', prompt: 'main-menu', keys },
        ],
      };
      const made = await wang.ask('POST /api/v1/hotlines', { body });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const dialog = () => page.getByRole('dialog', { name: '号码测试' });
    const field = (name: string) => dialog().getByLabel(name, { exact: true });
    const way = () => dialog().getByRole('list', { name: '路径' });
    const run = () => dialog().getByRole('button', { name: /测\s?试$/ });
    const verdict = (text: string | RegExp) => dialog().locator('.tester-verdict').filter({ hasText: text });
    const shut = async () => {
      await page.keyboard.press('Escape');
      await dialog().waitFor({ state: 'detached' });
    };

    it('opens by its key on any page, and tells in words where a call goes and why', async () => {
      await page.goto(`${pbx.http}/calls`);
      await page.getByRole('heading', { name: '通话记录', exact: true }).waitFor();
      await page.keyboard.press('Alt+s');
      await dialog().waitFor();
      await field('被叫号码').fill('12');
      await run().click();
      await dialog().getByText('请填 3 到 20 位被叫号码').waitFor();
      await field('被叫号码').fill(NUMBER);
      await page.keyboard.press('Tab');
      await field('按键').fill('1');
      await field('按键').press('Enter');
      await verdict(/接通坐席 800\d/).waitFor();
      await way().getByText('主叫按了 1').waitFor();
      await way().getByText('排队 sales', { exact: true }).first().waitFor();
      await look(page, 'tester');
    });

    it('takes the caller for a VIP or one on the blacklist, and asks for the second input', async () => {
      await field('主叫身份').click();
      await page.locator('.ant-select-item-option').filter({ hasText: 'VIP' }).click();
      await run().click();
      await way().getByText('排队 service', { exact: true }).first().waitFor();
      expect(await way().textContent()).toContain('按测试设定');
      await field('主叫身份').click();
      await page.locator('.ant-select-item-option').filter({ hasText: '黑名单' }).click();
      await run().click();
      await verdict('未应答：黑名单').waitFor();
      await shut();
    });

    it('reads a whole call typed into the palette, and speaks English', async () => {
      await speak(page, 'en');
      await page.getByRole('heading', { name: 'Calls', exact: true }).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /A page/ }).waitFor();
      await page.keyboard.type(`${NUMBER} from 075512345678 at 2026-10-01 10:00, keys 2`);
      await page.getByRole('option', { name: /^Test a call/ }).waitFor();
      await page.keyboard.press('Enter');
      const english = page.getByRole('dialog', { name: 'Number tester' });
      await english.getByText('Answered, reached nobody: busy').waitFor();
      expect(await english.getByLabel('Caller', { exact: true }).inputValue()).toBe('075512345678');
      expect(await english.getByLabel('Time of the call').inputValue()).toBe('2026-10-01 10:00');
      await english.getByText('广东深圳').waitFor();
      await look(page, 'tester-en');
      await page.keyboard.press('Escape');
      await english.waitFor({ state: 'detached' });
      await speak(page, 'zh-CN');
      await page.getByRole('heading', { name: '通话记录', exact: true }).waitFor();
    });

    it('shows what is not saved beside what holds, and where the ways part', async () => {
      await page.goto(`${pbx.http}/admin/hotlines/${NUMBER}`);
      const drawer = page.locator('.entity-drawer .ant-drawer-section');
      await drawer.getByRole('tab', { name: '设置' }).waitFor();
      const more = drawer.getByRole('button', { name: /更多设置/ });
      if ((await more.count()) > 0) await more.click();
      await drawer.getByLabel('黑名单', { exact: true }).fill('[{"match":"prefix","prefix":"0755"}]');
      await drawer.getByRole('button', { name: '号码测试' }).click();
      await dialog().waitFor();
      await dialog()
        .getByText(/与页面上未保存的修改并排比较/)
        .waitFor();
      await field('主叫号码').fill('075512345678');
      await field('按键').fill('2');
      await run().click();
      const live = dialog().getByRole('region', { name: '当前生效' });
      const unsaved = dialog().getByRole('region', { name: '未保存的修改' });
      await live.getByText('已应答，未接通人工：忙').waitFor();
      await unsaved.getByText('未应答：黑名单').waitFor();
      await unsaved.getByText('号段 0755').waitFor();
      await unsaved.getByText('从这里不同').waitFor();
      await look(page, 'tester-beside');
      await shut();
    });

    it('is there for who may, and for nobody else', async () => {
      const li = await personOn(pbx.http, 'demo', { login: 'li', roles: ['agent'], agent: '8001' });
      const other = await pageOf(chromium, pbx.http, li);
      await other.page.goto(`${pbx.http}/desk`);
      await other.page.getByRole('button', { name: /^账号/ }).waitFor();
      expect(await other.page.getByRole('button', { name: '号码测试' }).count()).toBe(0);
      await other.page.keyboard.press('Alt+s');
      await other.page.keyboard.press('Control+k');
      await other.page.getByRole('combobox', { name: /输入页面/ }).waitFor();
      expect(await other.page.getByRole('dialog').count()).toBe(1);
      await other.page.keyboard.type(NUMBER);
      expect(await other.page.getByRole('option', { name: /号码测试/ }).count()).toBe(0);
      await other.page.context().close();
      expect(watched.faults).toEqual([]);
    });
  },
);
