/** Many rows at once in the console (批量修改): what is changed, deleted and taken back there, the engine has. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';
import { until } from '../../support/until.ts';

const NUMBERS = Array.from({ length: 200 }, (_, at) => String(7001 + at));

describe.skipIf(browserMissing !== undefined)(
  `many rows in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let page: Page;

    beforeAll(async () => {
      pbx = await Pbx.start();
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', name: '王芳', roles: ['company-admin'] });
      // As a table, in one change.
      const sent = await fetch(`${pbx.http}/api/v1/imports?kind=extension&mode=preview&name=phones.csv`, {
        method: 'POST',
        headers: { ...wang.headers, 'content-type': 'text/csv' },
        body: `number,name\n${NUMBERS.map((number) => `${number},班组${number}`).join('\n')}\n`,
      });
      const body = (await sent.json()) as { readonly job: { readonly id: string } };
      await over(body.job.id);
      const run = await wang.ask(`POST /api/v1/imports/${body.job.id}/run`);
      await over(run.body.job.id);
      ({ page } = await pageOf(chromium, pbx.http, wang));
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const over = (id: string) =>
      until('the job is done', async () => (await wang.ask(`GET /api/v1/jobs/${id}`)).body.state === 'done');
    const extension = async (number: string) => (await wang.ask(`GET /api/v1/extensions/${number}`)).body;
    const dialog = (name: string | RegExp, on = page) => on.getByRole('dialog', { name });
    const box = (number: string, on = page) => on.getByLabel(`选择 ${number}`, { exact: true });
    const openList = async (q = '班组', on = page) => {
      await on.goto(`${pbx.http}/admin/extensions?q=${encodeURIComponent(q)}`);
      await box('7001', on).waitFor();
    };
    /** Opens the form and chooses the right to call out for what is chosen. */
    const wish = async (right: string, on = page) => {
      await on.getByRole('button', { name: '批量修改' }).click();
      const form = dialog(/^批量修改分机/, on);
      await form.getByLabel('添加要修改的字段').click();
      await on.locator('.ant-select-dropdown:visible').getByText('外呼权限', { exact: true }).click();
      await form.getByLabel('外呼权限', { exact: true }).click();
      await on.locator('.ant-select-dropdown:visible').getByText(right, { exact: true }).click();
      return form;
    };
    const toast = (on = page) => on.locator('.ant-notification-notice');

    it('chooses one, a range and all that fit, by mouse and by keys', async () => {
      await openList();
      await box('7002').click();
      await page.getByText('已选 1 行').waitFor();
      await box('7005').click({ modifiers: ['Shift'] });
      await page.getByText('已选 4 行').waitFor();
      expect(await box('7003').isChecked()).toBe(true);
      // The row was not opened by it.
      expect(new URL(page.url()).pathname).toBe('/admin/extensions');
      await page.getByRole('button', { name: '取消选择' }).click();
      await page.locator('.choose-bar').waitFor({ state: 'hidden' });
      const row = page.getByRole('row').filter({ hasText: '班组7001' });
      await row.focus();
      await page.keyboard.press('Shift+Space');
      await page.getByText('已选 1 行').waitFor();
      await page.keyboard.press('Shift+ArrowDown');
      await page.getByText('已选 2 行').waitFor();
      await look(page, 'bulk-chosen');
      await page.getByRole('button', { name: '选择全部符合条件的' }).click();
      await page.getByText('已选 200 行').waitFor();
    });

    it('changes 200 extensions after it was looked through, and takes it back', async () => {
      const form = await wish('国际');
      await look(page, 'bulk-form');
      await form.getByRole('button', { name: '检查 200 行' }).click();
      await form.getByText('修改 200', { exact: true }).waitFor();
      expect((await extension('7001')).outside).not.toBe('international');
      await look(page, 'bulk-preview');
      await form.getByRole('button', { name: '修改 200 行' }).click();
      await form.waitFor({ state: 'hidden' });
      await toast().getByText('已修改 200 行').waitFor();
      await page.locator('.choose-bar').waitFor({ state: 'hidden' });
      for (const number of ['7001', '7200']) expect((await extension(number)).outside).toBe('international');
      await look(page, 'bulk-done');
      await toast().getByRole('button', { name: '撤销' }).click();
      await page.getByText('已撤销，恢复 200 项').waitFor();
      for (const number of ['7001', '7200'])
        expect((await extension(number)).outside).not.toBe('international');
    });

    it('is refused where somebody in another tab has changed a row since; and says who changed what after it', async () => {
      await openList('班组700');
      await page.getByLabel('选择符合条件的全部行').click();
      await page.getByText('已选 9 行').waitFor();
      const form = await wish('不允许');
      await form.getByRole('button', { name: '检查 9 行' }).click();
      await form.getByRole('button', { name: '修改 9 行' }).waitFor();
      const { page: other } = await pageOf(chromium, pbx.http, wang);
      /** In the other tab, in the form of that one. */
      const change = async (number: string, name: string) => {
        await other.goto(`${pbx.http}/admin/extensions/${number}`);
        const drawer = other.locator('.ant-drawer-section');
        await drawer.getByLabel('名称', { exact: true }).fill(name);
        await drawer.getByRole('button', { name: '保存' }).click();
        await expect.poll(async () => (await extension(number)).name, { timeout: 10_000 }).toBe(name);
      };
      await change('7003', '前台');
      await form.getByRole('button', { name: '修改 9 行' }).click();
      await form.getByText('检查之后有人改过其中的行').waitFor();
      expect((await extension('7001')).outside).not.toBe('none');
      await form.getByRole('button', { name: '重新检查' }).click();
      await form.getByRole('button', { name: '修改 9 行' }).click();
      await form.waitFor({ state: 'hidden' });
      await change('7004', '仓库');
      await other.close();
      await toast().getByRole('button', { name: '撤销' }).click();
      await toast().getByText('之后被改过：7004').waitFor();
      await toast().getByRole('button', { name: '撤销其余的' }).click();
      await page.getByText('已撤销，恢复 8 项').waitFor();
      expect((await extension('7004')).outside).toBe('none');
      expect((await extension('7001')).outside).not.toBe('none');
    });

    it('deletes rows, and the list of changes says who did what and brings them back', async () => {
      await openList();
      await box('7010').click();
      await box('7012').click({ modifiers: ['Shift'] });
      await page.getByRole('button', { name: '批量删除' }).click();
      const form = dialog(/^批量删除分机/);
      await form.getByRole('button', { name: '检查 3 行' }).click();
      await form.getByRole('button', { name: '删除 3 行' }).click();
      await toast().getByText('已删除 3 行').waitFor();
      await box('7010').waitFor({ state: 'hidden' });
      await toast().getByRole('button', { name: '查看改动记录' }).click();
      const drawer = page.locator('.ant-drawer-section');
      await drawer.getByText('删除 3').waitFor();
      await look(page, 'bulk-change');
      await drawer.getByRole('button', { name: '撤销本次改动' }).click();
      await page.getByText('已撤销，恢复 3 项').waitFor();
      expect((await extension('7011')).name).toBe('班组7011');
      await page.keyboard.press('Escape');
      await drawer.waitFor({ state: 'hidden' });
      await page.getByRole('row').filter({ hasText: '撤销' }).first().waitFor();
      await look(page, 'bulk-changes');
    });

    it('leaves what a file owns, and changes accounts by their roles', async () => {
      await page.goto(`${pbx.http}/admin/users`);
      await page.getByLabel('选择 wang', { exact: true }).click();
      await page.getByRole('button', { name: '批量修改' }).click();
      const form = dialog(/^批量修改人员/);
      await form.getByLabel('添加要修改的字段').click();
      await page.locator('.ant-select-dropdown:visible').getByText('角色', { exact: true }).click();
      await form.getByText('加上', { exact: true }).click();
      await form.getByLabel('角色', { exact: true }).click();
      await page.locator('.ant-select-dropdown:visible').getByText('质检', { exact: true }).click();
      await page.keyboard.press('Escape');
      await form.getByRole('button', { name: '检查 1 行' }).click();
      await form.getByText('企业管理员 → 企业管理员、质检').waitFor();
      await look(page, 'bulk-users');
      await form.getByRole('button', { name: '返回修改' }).click();
      await form.getByRole('button', { name: '检查 1 行' }).waitFor();
      await page.keyboard.press('Escape');
      await form.waitFor({ state: 'hidden' });
    });

    it('has departments come in by a table', async () => {
      await page.goto(`${pbx.http}/admin/departments`);
      await page.getByRole('button', { name: '导入' }).click();
      const form = dialog('导入组织架构');
      await form.locator('input[type=file]').setInputFiles({
        ...{ name: 'departments.csv', mimeType: 'text/csv' },
        buffer: Buffer.from('name,title,parent\nsouth,华南,\nshenzhen,深圳,south\n'),
      });
      await form.getByRole('button', { name: '导入 2 行' }).click();
      await form.getByText('已导入：新建 2').waitFor();
      expect((await wang.ask('GET /api/v1/departments/shenzhen')).body).toMatchObject({ parent: 'south' });
      await look(page, 'bulk-departments');
      await form.getByRole('button', { name: '撤销本次导入' }).click();
      await form.getByText('已撤销，恢复 2 项').waitFor();
      expect((await wang.ask('GET /api/v1/departments/shenzhen')).status).toBe(404);
      await page.keyboard.press('Escape');
      await form.waitFor({ state: 'hidden' });
    });

    it('says the same in English', async () => {
      await speak(page, 'en');
      await page.goto(`${pbx.http}/admin/changes`);
      await page.getByRole('heading', { level: 1, name: 'Changes of many' }).waitFor();
      await look(page, 'bulk-changes-en');
      await page.goto(`${pbx.http}/admin/extensions`);
      await page.getByRole('heading', { level: 1, name: 'Extensions' }).waitFor();
      await speak(page, 'zh-CN');
    });
  },
);
