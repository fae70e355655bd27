/** Administration in the console: what a company sets up is found, made, changed, restored and deleted, and the engine has it at once. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

describe.skipIf(browserMissing !== undefined)(
  `administration in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
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
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const drawer = () => page.locator('.entity-drawer .ant-drawer-section');
    const save = () => drawer().getByRole('button', { name: '保存', exact: true });
    const field = (name: string) => drawer().getByLabel(name, { exact: true });
    const queue = async (name: string) => (await wang.ask(`GET /api/v1/queues/${name}`)).body;

    it('shows each kind that somebody may read, in groups', async () => {
      await page.goto(`${pbx.http}/admin`);
      const contents = page.getByRole('navigation', { name: '管理的内容' });
      await contents.getByRole('link', { name: '队列', exact: true }).click();
      await page.waitForURL(/\/admin\/queues$/);
      await page.getByRole('row').filter({ hasText: 'sales' }).first().waitFor();
      await look(page, 'admin-queues');
    });

    it('makes one: what is wrong is said at its field, and what is right counts at once', async () => {
      await page.getByRole('button', { name: '新建' }).click();
      await field('标识').fill('夜班');
      await drawer().getByRole('button', { name: '新建' }).click();
      await drawer()
        .getByText(/应为：字母、数字/)
        .waitFor();
      await field('标识').fill('night');
      await field('名称').fill('夜班组');
      await field('坐席').click();
      await page.keyboard.type('8001');
      await page.locator('.ant-select-item-option').filter({ hasText: '8001' }).click();
      // Escape would close the drawer.
      await field('名称').click();
      await field('振铃时长').fill('25');
      await look(page, 'admin-queue-new');
      await drawer().getByRole('button', { name: '新建' }).click();
      await page.waitForURL(/\/admin\/queues\/night$/);
      await drawer().getByRole('tab', { name: '历史' }).waitFor();
      expect(await queue('night')).toMatchObject({ title: '夜班组', agents: ['8001'], ringMs: 25_000 });
    });

    it('changes it: the rest of the fields under more, what the server refuses at its field', async () => {
      await drawer()
        .getByRole('button', { name: /更多设置/ })
        .click();
      await field('必填小结').click();
      await save().click();
      await drawer().locator('.entity-field.is-wrong').filter({ hasText: '必填小结' }).waitFor();
      await look(page, 'admin-queue-refused');
      await field('必填小结').click();
      await field('最长等待').fill('5');
      await save().click();
      await page.getByText('已保存，立即生效').waitFor();
      expect(await queue('night')).toMatchObject({ maxWaitMs: 300_000, meta: { revision: 2 } });
    });

    it('loses nothing where two change it: whose stays is chosen field by field', async () => {
      await field('最长等待').fill('6');
      await field('排队上限').fill('70');
      const theirs = { maxWaitMs: 420_000, title: '夜班' };
      const { status } = await wang.ask('PATCH /api/v1/queues/night', {
        body: theirs,
        headers: { 'if-match': '"2"' },
      });
      expect(status).toBe(200);
      await save().click();
      const dialog = page.getByRole('dialog', { name: /刚刚也修改了night/ });
      await dialog.waitFor();
      await look(page, 'admin-conflict');
      const wait = dialog.getByRole('group', { name: '最长等待' });
      await wait.getByRole('radio', { name: /对方的修改/ }).check();
      await dialog.getByRole('button', { name: '合并并保存' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await queue('night')).toMatchObject({ maxWaitMs: 420_000, title: '夜班', maxCallers: 70 });
    });

    it('shows what it was, and makes it that again', async () => {
      await drawer().getByRole('tab', { name: '历史' }).click();
      const first = drawer().getByRole('listitem').filter({ hasText: '第 2 版' });
      await first.getByText('最长等待').waitFor();
      await look(page, 'admin-history');
      await first.getByRole('button', { name: '恢复到此版本' }).click();
      await page.getByText('已恢复到第 2 版').waitFor();
      expect(await queue('night')).toMatchObject({
        title: '夜班组',
        maxWaitMs: 300_000,
        meta: { revision: 5 },
      });
    });

    it('deletes it with a way back, and does not where something else uses it', async () => {
      await drawer().getByRole('button', { name: '删除…' }).click();
      const dialog = page.getByRole('dialog', { name: '删除队列 night' });
      await look(page, 'admin-delete');
      await dialog.getByRole('button', { name: '删除队列 night' }).click();
      await page.getByText('已删除队列 night').waitFor();
      expect((await wang.ask('GET /api/v1/queues/night')).status).toBe(404);
      await page.getByRole('button', { name: '撤销' }).click();
      await page.getByText('已恢复队列 night').waitFor();
      expect(await queue('night')).toMatchObject({ title: '夜班组', agents: ['8001'] });
      const mailbox = { name: 'night-box' };
      expect((await wang.ask('POST /api/v1/mailboxes', { body: mailbox })).status).toBe(201);
      const offer = { offer: { voicemail: { key: '2', mailbox: 'night-box' } } };
      const at = (await queue('night')).meta.revision;
      const patched = await wang.ask('PATCH /api/v1/queues/night', {
        body: offer,
        headers: { 'if-match': `"${at}"` },
      });
      expect(patched.status).toBe(200);
      await page.goto(`${pbx.http}/admin/mailboxes/night-box`);
      await drawer().getByRole('button', { name: '删除…' }).click();
      const refused = page.getByRole('dialog', { name: '删除语音信箱 night-box' });
      await refused.getByText('以下 1 项正在使用它').waitFor();
      expect(await refused.getByRole('button', { name: '删除语音信箱 night-box' }).isDisabled()).toBe(true);
      await look(page, 'admin-delete-used');
      await refused.getByRole('link', { name: 'night' }).click();
      await page.waitForURL(/\/admin\/queues\/night$/);
    });

    it('shows what a file owns with its line, and changes nothing of it', async () => {
      await page.goto(`${pbx.http}/admin/agents`);
      await page.getByRole('row').filter({ hasText: '8001' }).first().waitFor();
      await look(page, 'admin-agents');
      await speak(page, 'en');
      await page.getByRole('navigation', { name: 'What is set up' }).waitFor();
      await page.goto(`${pbx.http}/admin/queues/night`);
      await drawer().getByText('Ring time').waitFor();
      await look(page, 'admin-queue-en');
      await speak(page, 'zh-CN');
      await page.goto(`${pbx.http}/admin/queues/sales`);
      await drawer()
        .getByText(/由文件 .+ 管理/)
        .waitFor();
      expect(await save().count()).toBe(0);
      await look(page, 'admin-queue-of-file');
      const periods = { open: { 'mon-fri': '09:00-12:00,13:30-18:00', sat: '09:00-12:00' } };
      const body = { name: 'office', holidays: 'CN', periods };
      expect((await wang.ask('POST /api/v1/calendars', { body })).status).toBe(201);
      await page.goto(`${pbx.http}/admin/calendars/office`);
      await drawer().getByRole('tab', { name: '设置' }).waitFor();
      await look(page, 'admin-calendar');
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
