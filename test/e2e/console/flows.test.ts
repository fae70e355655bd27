/** Flows in the console: a hotline is made from a template, mended by what the check says, drawn, published, and takes a call; code is read only. */
import { readFileSync } from 'node:fs';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

const NUMBER = '4006543210';

describe.skipIf(browserMissing !== undefined)(
  `flows of hotlines in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
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
      // The tester's thread is slow to begin beside load: not the page's to wait for.
      const call = { hotline: '4001234567', caller: '13800138000' };
      await wang.ask('POST /api/v1/simulations', { body: call });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const tree = () => page.getByRole('treegrid', { name: '大纲' });
    const chosen = () => tree().locator('[aria-selected="true"]').textContent();
    const problems = () => page.getByRole('region', { name: '问题' });
    const form = () => page.getByRole('complementary', { name: '节点设置' });
    const draft = async () => (await wang.ask(`GET /api/v1/hotlines/${NUMBER}/draft`)).body;

    it('lists hotlines, those of files too, and opens code read only with its line', async () => {
      await page.goto(`${pbx.http}/flows`);
      const row = page.getByRole('row').filter({ hasText: '400 123 4567' });
      await row.getByText(/配置文件 .*\.ts:\d+/).waitFor();
      await look(page, 'flows-list');
      await row.click();
      await page.getByText(/此热线由文件定义（.*\.ts:\d+）/).waitFor();
      await page.locator('.react-flow__node .box').first().waitFor();
      await look(page, 'flows-code');
      await page.getByText('大纲', { exact: true }).click();
      await tree().focus();
      await page.keyboard.press('ArrowDown');
      await form()
        .getByText(/\.ts:\d+/)
        .waitFor();
      expect(await page.getByRole('button', { name: '发布' }).count()).toBe(0);
      await page.keyboard.press('Tab');
      expect(await page.getByRole('dialog').count()).toBe(0);
    });

    it('makes a hotline from a template, whose unknown names the check has found', async () => {
      await page.goto(`${pbx.http}/flows`);
      await page.getByRole('button', { name: '新建热线' }).click();
      await page.getByLabel('号码', { exact: true }).fill(NUMBER);
      await page.getByLabel('名称', { exact: true }).fill('快递总机');
      await page.getByText('快递物流').click();
      await look(page, 'flows-new');
      await page
        .getByRole('button', { name: '新 建' })
        .or(page.getByRole('button', { name: '新建', exact: true }))
        .click();
      await page.waitForURL(`**/flows/${NUMBER}`);
      await problems().getByText('找不到“south”（队列）').waitFor();
      expect(await page.getByRole('button', { name: '发布' }).isDisabled()).toBe(true);
      await page.locator('.react-flow__node .box').first().waitFor();
      await look(page, 'flows-canvas');
    });

    it('is drawn whole at first, however wide it is', async () => {
      const room = (await page.locator('.canvas').boundingBox())!;
      const nodes = await page.locator('.react-flow__node').all();
      const boxes = await Promise.all(nodes.map((node) => node.boundingBox()));
      expect(boxes.length).toBeGreaterThan(5);
      const outside = boxes.filter((box) => box!.x < room.x || box!.x + box!.width > room.x + room.width);
      expect(outside).toEqual([]);
    });

    it('is worked in by keyboard: F8, Delete, Tab, Enter, undo', async () => {
      await page.getByText('大纲', { exact: true }).click();
      await tree().focus();
      await page.keyboard.press('F8');
      expect(await chosen()).toContain('队列');
      await look(page, 'flows-outline');
      // What has no place here goes, node by node, with its branch.
      const menu = tree().getByRole('row').filter({ hasText: '按键菜单' });
      await menu.click();
      await tree().focus();
      await page.keyboard.press('Delete');
      await menu.waitFor({ state: 'detached' });
      await page.keyboard.press('Control+z');
      await menu.waitFor();
      await page.keyboard.press('Control+y');
      await menu.waitFor({ state: 'detached' });
      expect(await chosen()).toContain('放音');
      await page.keyboard.press('Tab');
      await page.getByRole('dialog', { name: '添加节点' }).waitFor();
      await look(page, 'flows-palette');
      await page.keyboard.type('队列');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: '添加节点' }).waitFor({ state: 'detached' });
      expect(await chosen()).toContain('队列');
      await problems().getByText('缺少必填项').waitFor();
      await tree().focus();
      await page.keyboard.press('Enter');
      await page.keyboard.type('sale');
      await problems().getByText('找不到“sale”（队列）').waitFor();
      await problems().getByRole('button', { name: '改为“sales”' }).click();
      await problems().getByText('找不到“sale”').waitFor({ state: 'detached' });
    });

    it('is tested before it is saved: the way lights up in both views, each step leads to its node', async () => {
      await page.keyboard.press('Control+Enter');
      const panel = page.getByRole('complementary', { name: '测试' });
      await panel
        .locator('.tester-verdict')
        .filter({ hasText: /接通坐席 800\d/ })
        .waitFor();
      expect(await tree().locator('.outline-row.is-lit').allTextContents()).toEqual([
        expect.stringMatching(/放音.*1.*welcome/),
        expect.stringMatching(/队列.*2.*sales/),
      ]);
      await look(page, 'flows-test-outline');
      await panel
        .getByRole('list', { name: '路径' })
        .getByRole('button', { name: /排队 sales → 已接通/ })
        .click();
      await tree().locator('[aria-selected="true"]').filter({ hasText: 'sales' }).waitFor();
      await page.getByText('画布', { exact: true }).click();
      await page.locator('.box.is-lit').nth(1).waitFor();
      await look(page, 'flows-test-canvas');
      await page.getByText('大纲', { exact: true }).click();
      await tree().focus();
      await page.keyboard.press('Delete');
      await panel.getByText(/流程已改动/).waitFor();
      expect(await tree().locator('.outline-row.is-lit').count()).toBe(0);
      await page.keyboard.press('Control+z');
      await panel.getByText(/流程已改动/).waitFor({ state: 'detached' });
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: /导\s?出$/ }).click();
      await page.getByRole('menuitem', { name: /TypeScript/ }).click();
      const file = await download;
      expect(file.suggestedFilename()).toBe(`hotline-${NUMBER}.ts`);
      const written = readFileSync(await file.path(), 'utf8');
      expect(written).toContain(`export default hotline('${NUMBER}', {`);
      expect(written).toContain("flow: [play('welcome'), queue('sales')],");
      await page.getByRole('menuitem', { name: /TypeScript/ }).waitFor({ state: 'hidden' });
      await tree().focus();
    });

    it('saves the draft, merges what somebody else has saved, and publishes with a reason', async () => {
      const { hotline } = await draft();
      const before = await wang.ask(`GET /api/v1/hotlines/${NUMBER}/draft`);
      const other = { ...hotline, description: 'by somebody else' };
      const put = await wang.ask(`PUT /api/v1/hotlines/${NUMBER}/draft`, {
        body: { hotline: other },
        headers: { 'if-match': before.headers.get('etag')! },
      });
      expect(put.status, JSON.stringify(put.body)).toBe(200);
      await page.keyboard.press('Control+s');
      const dialog = page.getByRole('dialog', { name: '他人也修改了此草稿' });
      await dialog.waitFor();
      await dialog.getByText('说明', { exact: true }).waitFor();
      await look(page, 'flows-conflict');
      await dialog.getByRole('button', { name: '合并并保存' }).click();
      await page.getByText('草稿已保存').first().waitFor();
      const merged = (await draft()).hotline;
      expect(merged.description).toBe('by somebody else');
      expect(merged.flow).toEqual([
        { type: 'play', prompt: 'welcome' },
        { type: 'queue', queue: 'sales' },
      ]);
      await page.getByRole('button', { name: '发布' }).click();
      const publish = page.getByRole('dialog', { name: /^发布/ });
      await publish.waitFor();
      await publish.getByRole('textbox').fill('国庆前上线');
      await look(page, 'flows-publish');
      await publish.getByRole('button', { name: /发\s?布/ }).click();
      await page.getByText('已发布 v2').first().waitFor();
      const simulated = await wang.ask('POST /api/v1/simulations', {
        body: { hotline: NUMBER, caller: '13800138000' },
      });
      const { path } = simulated.body;
      expect(path.map(({ step }: { step: string }) => step).join(' ')).toContain('queue sales');
    });

    it('tells versions in words and rolls back in one click', async () => {
      await page.getByRole('button', { name: '版本' }).click();
      const drawer = page.getByRole('dialog', { name: '版本' });
      await drawer.getByText('国庆前上线').waitFor();
      await look(page, 'flows-versions');
      await drawer.getByRole('button', { name: '与线上对比' }).first().click();
      await page.getByRole('dialog', { name: 'v2 → v1 的改动' }).getByText(/队列/).first().waitFor();
      await look(page, 'flows-diff');
      await page.keyboard.press('Escape');
      await drawer.getByRole('button', { name: '回滚到此版本' }).click();
      await page
        .getByRole('dialog', { name: '回滚到 v1？' })
        .getByRole('button', { name: '回滚到此版本' })
        .click();
      await page.getByText('已回滚到 v1').first().waitFor();
      expect((await wang.ask(`GET /api/v1/flows/${NUMBER}`)).body).toMatchObject({ published: 1 });
    });

    it('tries a draft on some callers only, shows that, and ends it', async () => {
      const flow = { type: 'queue', queue: 'service' };
      const put = await wang.ask(`PUT /api/v1/hotlines/${NUMBER}/draft`, { body: { hotline: { flow } } });
      expect(put.status, JSON.stringify(put.body)).toBe(200);
      await page.goto(`${pbx.http}/flows/${NUMBER}?view=outline`);
      await tree().getByRole('row').filter({ hasText: 'service' }).first().waitFor();
      await page.getByRole('button', { name: '版本' }).click();
      const drawer = page.getByRole('dialog', { name: '版本' });
      await drawer.getByRole('button', { name: '灰度试用' }).click();
      const dialog = page.getByRole('dialog', { name: '灰度试用草稿' });
      await dialog.waitFor();
      await look(page, 'flows-canary');
      await dialog.getByText('按指定主叫', { exact: true }).click();
      await dialog.getByRole('textbox').fill('13900139000');
      await dialog.getByRole('button', { name: '灰度试用' }).click();
      await dialog.waitFor({ state: 'detached' });
      await drawer.getByText('1 个主叫').waitFor();
      expect((await wang.ask(`GET /api/v1/flows/${NUMBER}`)).body.canary).toBe(3);
      await look(page, 'flows-canary-runs');
      await drawer.getByRole('button', { name: '结束灰度' }).click();
      await page
        .getByText(/灰度已结束/)
        .first()
        .waitFor();
      await drawer.getByRole('button', { name: '结束灰度' }).waitFor({ state: 'detached' });
      expect((await wang.ask(`GET /api/v1/flows/${NUMBER}`)).body.canary).toBeNull();
    });

    it('speaks English, and has its page in the menu for who may read hotlines', async () => {
      await page.goto(`${pbx.http}/flows/${NUMBER}`);
      await page.locator('.react-flow__node .box').first().waitFor();
      await speak(page, 'en');
      await page.getByText('Call to 400 654 3210').waitFor();
      await look(page, 'flows-en');
      await page.goto(`${pbx.http}/flows`);
      await page.getByRole('link', { name: 'Hotline flows' }).waitFor();
      await look(page, 'flows-list-en');
      expect(watched.faults).toEqual([]);
    });
  },
);
