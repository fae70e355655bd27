/** Two people edit one flow at once: each sees the other, both save, and nothing that either did is lost. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

const NUMBER = '4006543211';
const END = { type: 'hangup', cause: 'normal' };
const FLOW = [
  { type: 'play', prompt: 'welcome' },
  {
    type: 'menu',
    prompt: 'main-menu',
    keys: { 1: { type: 'queue', queue: 'sales', otherwise: END }, 2: END },
    otherwise: END,
  },
];

describe.skipIf(browserMissing !== undefined)(
  `two people at one flow${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let api: Browser;
    const watched: WatchedPage[] = [];
    let wang: Page;
    let li: Page;

    beforeAll(async () => {
      pbx = await Pbx.start();
      chromium = await startBrowser();
      api = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      const other = await personOn(pbx.http, 'demo', { login: 'li', roles: ['company-admin'] });
      const made = await api.ask('POST /api/v1/hotlines', {
        body: { number: NUMBER, name: '总机', flow: FLOW },
      });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      for (const person of [api, other]) watched.push(await pageOf(chromium, pbx.http, person));
      [wang, li] = watched.map(({ page }) => page) as [Page, Page];
      for (const page of [wang, li]) {
        await page.goto(`${pbx.http}/flows/${NUMBER}?view=outline`);
        await tree(page).getByRole('row').filter({ hasText: '按键菜单' }).waitFor();
      }
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
    });

    const tree = (page: Page) => page.getByRole('treegrid', { name: '大纲' });
    const people = (page: Page) => page.getByRole('list', { name: '也打开了此流程的人' });
    const field = (page: Page, label: string) =>
      page.getByRole('complementary', { name: '节点设置' }).getByLabel(label);
    const flow = async () =>
      (await api.ask(`GET /api/v1/hotlines/${NUMBER}/draft`)).body.hotline.flow as Record<string, unknown>[];
    const choose = async (page: Page, row: string | RegExp) => {
      const found = tree(page).getByRole('row').filter({ hasText: row });
      await found.click();
      await tree(page).locator('[aria-selected="true"]').filter({ hasText: row }).waitFor();
    };
    const set = async (page: Page, row: string | RegExp, label: string, value: string) => {
      await choose(page, row);
      await field(page, label).fill(value);
      await field(page, label).press('Tab');
      await page.getByText('有未保存的修改').waitFor();
    };
    const save = (page: Page) => page.getByRole('button', { name: '保存草稿' }).click();
    const isSaved = (page: Page) => page.getByText('有未保存的修改').waitFor({ state: 'detached' });
    const dialogOf = (page: Page) => page.getByRole('dialog', { name: '他人也修改了此草稿' });

    it('each sees that the other has it open, and that he changes something', async () => {
      await people(wang).getByText('li 正在查看').waitFor();
      await people(li).getByText('wang 正在查看').waitFor();
      await set(wang, '按键菜单', '尝试次数', '2');
      await people(li).getByText('wang 正在修改').waitFor();
      await li.getByText(/wang 也在修改，保存时双方的修改会合并/).waitFor();
      await look(li, 'together-edits');
    });

    it('both change other nodes and save: both changes are in the draft', async () => {
      await set(li, '放音', '播放次数', '3');
      await save(wang);
      await isSaved(wang);
      await li.getByText(/wang 于 [\d:]+ 保存了草稿/).waitFor();
      await look(li, 'together-news');
      await save(li);
      const dialog = dialogOf(li);
      await dialog.getByText('已合入对方的修改').waitFor();
      expect(await dialog.getByRole('radio').count()).toBe(0);
      await dialog.getByRole('button', { name: '合并并保存' }).click();
      await dialog.waitFor({ state: 'detached' });
      await isSaved(li);
      expect(await flow()).toMatchObject([{ repeat: 3 }, { attempts: 2 }]);
    });

    it('what the other has saved is taken in beside what is not saved yet', async () => {
      await set(wang, '按键菜单', '尝试次数', '4');
      await wang.getByRole('button', { name: '合入对方的修改' }).click();
      await wang.getByRole('button', { name: '合入对方的修改' }).waitFor({ state: 'detached' });
      await choose(wang, '放音');
      expect(await field(wang, '播放次数').inputValue()).toBe('3');
      await choose(wang, '按键菜单');
      expect(await field(wang, '尝试次数').inputValue()).toBe('4');
      await save(wang);
      await isSaved(wang);
      expect(await flow()).toMatchObject([{ repeat: 3 }, { attempts: 4 }]);
      await li.getByRole('button', { name: '合入对方的修改' }).click();
      await li.getByRole('button', { name: '合入对方的修改' }).waitFor({ state: 'detached' });
    });

    it('where both changed the same field it is decided field by field', async () => {
      await set(wang, '按键菜单', '尝试次数', '6');
      await set(wang, '放音', '播放次数', '6');
      await set(li, '按键菜单', '尝试次数', '7');
      await set(li, '放音', '播放次数', '7');
      await save(li);
      await isSaved(li);
      await save(wang);
      const dialog = dialogOf(wang);
      await dialog.getByRole('group').nth(1).waitFor();
      await look(wang, 'together-conflict');
      const menu = dialog.getByRole('group').filter({ hasText: '尝试次数' });
      await menu.getByRole('radio', { name: '对方的：7' }).check();
      await dialog.getByRole('button', { name: '合并并保存' }).click();
      await dialog.waitFor({ state: 'detached' });
      await isSaved(wang);
      expect(await flow()).toMatchObject([{ repeat: 6 }, { attempts: 7 }]);
    });

    it('what was published meanwhile is not undone by a draft that was begun before', async () => {
      await li.goto(`${pbx.http}/flows/${NUMBER}?view=outline`);
      await set(li, '队列', '最长等待', '60');
      await wang.getByRole('button', { name: '发布' }).click();
      const publish = wang.getByRole('dialog', { name: /^发布/ });
      await publish.getByRole('button', { name: /发\s?布/ }).click();
      await publish.waitFor({ state: 'detached' });
      await wang.getByText('已发布 v2').first().waitFor();
      await li.getByText(/wang 于 [\d:]+ 发布了新版本/).waitFor();
      await set(wang, '放音', '播放次数', '5');
      await save(wang);
      await isSaved(wang);
      await save(li);
      const dialog = dialogOf(li);
      await dialog.getByRole('button', { name: '合并并保存' }).click();
      await dialog.waitFor({ state: 'detached' });
      await isSaved(li);
      expect(await flow()).toMatchObject([
        { repeat: 5 },
        { attempts: 7, keys: { 1: { queue: 'sales', maxWaitMs: 60_000 } } },
      ]);
    });

    it('who leaves is gone at once', async () => {
      await li.getByRole('link', { name: '返回热线列表' }).click();
      await people(wang).waitFor({ state: 'detached' });
      for (const { faults } of watched) expect(faults).toEqual([]);
    });
  },
);
