/** Administration of people, access and the system in the console: what is clicked there, the engine has. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

describe.skipIf(browserMissing !== undefined)(
  `people, access and system in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      pbx = await Pbx.start();
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', name: '王芳', roles: ['company-admin'] });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const drawer = () => page.locator('.ant-drawer-section');
    const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
    const row = (text: string) => page.getByRole('row').filter({ hasText: text }).first();
    const open = async (path: string, heading: string) => {
      await page.goto(`${pbx.http}/admin/${path}`);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    };
    /** Chooses in an open list of antd. */
    const choose = async (within: ReturnType<typeof dialog>, label: string, text: string) => {
      await within.getByLabel(label, { exact: true }).click();
      await page.locator('.ant-select-dropdown:visible').getByText(text, { exact: true }).click();
    };
    const told = async (name: string | RegExp) => {
      const secret = dialog(name).locator('.told-secret');
      await secret.waitFor();
      return (await secret.textContent())!;
    };
    const haveIt = async (name: string | RegExp) => {
      await dialog(name).getByRole('button', { name: '我已保存' }).click();
      await dialog(name).waitFor({ state: 'hidden' });
    };
    /** Clicks an act, confirms it, and waits for what is said of it. */
    const act = async (button: string, title: string, verb: string) => {
      await drawer().getByRole('button', { name: button }).click();
      await dialog(title).getByRole('button', { name: verb }).click();
      await dialog(title).waitFor({ state: 'hidden' });
    };

    it('adds somebody, whose first password is told once and opens the door', async () => {
      const department = { name: 'sales', title: '销售部' };
      expect((await wang.ask('POST /api/v1/departments', { body: department })).status).toBe(201);
      await open('users', '人员');
      await row('王芳').waitFor();
      await page.getByRole('button', { name: '新建人员' }).click();
      const form = dialog('新建人员');
      await form.getByRole('button', { name: '新建并生成初始密码' }).click();
      await form.getByText('必填').nth(2).waitFor();
      await look(page, 'users-new-refused');
      await form.getByLabel('登录名').fill('li.lei');
      await form.getByLabel('姓名').fill('李雷');
      await choose(form, '角色', '班长');
      await form.getByLabel('姓名').click();
      await choose(form, '部门', 'sales  销售部');
      await form.getByRole('button', { name: '新建并生成初始密码' }).click();
      const password = await told('李雷的初始密码');
      await look(page, 'users-password');
      await haveIt('李雷的初始密码');
      await row('李雷').getByText('待改初始密码').waitFor();
      const li = new Browser(pbx.http);
      expect((await li.signIn({ tenant: 'demo', login: 'li.lei', password })).status).toBe(201);
      await look(page, 'users');
    });

    it('finds people by what they are, and says how long they have been away', async () => {
      await page.getByRole('combobox', { name: '角色' }).click();
      await page.locator('.ant-select-dropdown:visible').getByText('班长', { exact: true }).click();
      await row('王芳').waitFor({ state: 'hidden' });
      await row('李雷').waitFor();
      await page.getByRole('combobox', { name: '未登录时长' }).click();
      await page.locator('.ant-select-dropdown:visible').getByText('30 天未登录', { exact: true }).click();
      await page.getByText('没有符合条件的人员。').waitFor();
      await page.getByRole('button', { name: '清除筛选' }).first().click();
      await row('王芳').waitFor();
    });

    it('changes, signs out, turns off and deletes; who does it is told what breaks', async () => {
      const { items } = (await wang.ask('GET /api/v1/users?q=li.lei')).body;
      const path = `/api/v1/users/${items[0].id}`;
      const user = async () => (await wang.ask(`GET ${path}`)).body;
      await row('李雷').click();
      await drawer().getByLabel('姓名').fill('李磊');
      await drawer().getByRole('button', { name: '保存' }).click();
      await page.getByText('已保存，立即生效').waitFor();
      expect(await user()).toMatchObject({
        name: '李磊',
        roles: ['supervisor'],
        department: 'sales',
        revision: 2,
      });
      await look(page, 'user');
      await drawer().getByRole('tab', { name: '登录会话' }).click();
      await act('结束所有会话', '结束李磊的所有会话', '结束所有会话');
      await drawer().getByText('目前没有登录').waitFor();
      expect((await wang.ask(`GET ${path}/sessions`)).body.items).toEqual([]);
      await drawer().getByRole('tab', { name: '资料' }).click();
      await act('重置密码', '重置李磊的密码', '重置密码');
      const password = await told('李磊的初始密码');
      await haveIt('李磊的初始密码');
      await act('停用账号', '停用李磊的账号', '停用账号');
      await drawer().getByText('已停用', { exact: true }).waitFor();
      const li = new Browser(pbx.http);
      const credentials = { tenant: 'demo', login: 'li.lei', password };
      expect((await li.signIn(credentials)).body.code).toBe('wrong-password');
      await act('启用账号', '启用账号', '启用账号');
      await drawer().getByText('待改初始密码').waitFor();
      expect((await li.signIn(credentials)).status).toBe(201);
      await drawer().getByRole('button', { name: '删除…' }).click();
      const refused = dialog('删除李磊');
      await refused.getByText('通话记录和操作日志保留').waitFor();
      await look(page, 'user-delete');
      await refused.getByRole('button', { name: '删除李磊' }).click();
      await row('李磊').waitFor({ state: 'hidden' });
      expect((await wang.ask(`GET ${path}`)).status).toBe(404);
    });

    it('is in English, too', async () => {
      await open('users', '人员');
      await speak(page, 'en');
      await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
      await row('王芳').click();
      await drawer().getByText('Last sign-in').waitFor();
      await look(page, 'user-en');
      await speak(page, 'zh-CN');
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
