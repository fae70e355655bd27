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
      // Its thread is slow to begin beside load: not the page's to wait for.
      const call = { hotline: NUMBER, caller: '13800138000' };
      await wang.ask('POST /api/v1/simulations', { body: call });
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

    const skills = async () =>
      (await wang.ask('GET /api/v1/skills')).body.items.map(({ name }: { name: string }) => name);
    const table = (name: string, text: string) => ({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(`\ufeff${text}`),
    });

    it('takes no table in which a row is wrong, says what is wrong, and gives those rows back', async () => {
      await page.goto(`${pbx.http}/admin/skills`);
      await page.getByRole('heading', { name: '技能', exact: true }).waitFor();
      await page.getByRole('button', { name: /导\s?入$/ }).click();
      const imports = page.getByRole('dialog', { name: '导入技能' });
      await imports.getByText(/第一行是列名/).waitFor();
      await look(page, 'import-choose');
      const wrong = table('技能.csv', 'name,title\nshanghainese,上海话\nbad name,方言\nshanghainese,白话\n');
      await imports.locator('input[type=file]').setInputFiles(wrong);
      await imports.getByText(/^有误 2/).waitFor();
      await imports.getByText('重复').first().waitFor();
      expect(await imports.getByRole('button', { name: '请先改正有误的行' }).isDisabled()).toBe(true);
      await look(page, 'import-wrong');
      const href = await imports.getByRole('link', { name: '下载有误的行' }).getAttribute('href');
      const back = await page.request.get(`${pbx.http}${href}`);
      expect(await back.text()).toContain('bad name');
      expect(await skills()).not.toContain('shanghainese');
      await imports.getByRole('button', { name: '换一个文件' }).click();
    });

    it('imports a table that is right, takes it back, and exports', async () => {
      const imports = page.getByRole('dialog', { name: '导入技能' });
      const right = table('技能.csv', 'name,title\nshanghainese,上海话\nhakka,客家话\n');
      await imports.locator('input[type=file]').setInputFiles(right);
      await imports.getByText(/^新建 2/).waitFor();
      await look(page, 'import-right');
      await imports.getByRole('button', { name: '导入 2 行' }).click();
      await imports.getByText('已导入：新建 2，修改 0，不变 0').waitFor();
      expect(await skills()).toEqual(expect.arrayContaining(['shanghainese', 'hakka']));
      await imports.getByRole('button', { name: '撤销本次导入' }).click();
      await imports.getByText('已撤销，恢复 2 项').waitFor();
      expect(await skills()).not.toContain('hakka');
      await imports.locator('input[type=file]').setInputFiles(right);
      await imports.getByRole('button', { name: '导入 2 行' }).click();
      await imports.getByText('已导入：新建 2，修改 0，不变 0').waitFor();
      await imports
        .getByRole('button', { name: /关\s?闭/ })
        .last()
        .click();
      await imports.waitFor({ state: 'detached' });
      await page.getByRole('row').filter({ hasText: '客家话' }).waitFor();
      await page.getByRole('button', { name: /导\s?出$/ }).click();
      await page.getByRole('menuitem', { name: /CSV/ }).click();
      const ready = page.getByRole('link', { name: /下\s?载$/ });
      await ready.waitFor();
      const file = await page.request.get(`${pbx.http}${await ready.getAttribute('href')}`);
      expect(await file.text()).toContain('客家话');
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
