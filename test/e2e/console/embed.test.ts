/** The phone bar in a page of another origin (话务条嵌入): the example that comes with pbx400, in Chromium, with a caller. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser as Chromium, FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personOn } from '../../support/browser.ts';
import { ClientProject } from '../../support/client-project.ts';
import { browserMissing, openPage, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { freeTcpPort } from '../../support/free-port.ts';
import { phones, placeCall, waitForCall } from '../../support/party.ts';
import { Pbx, TOKEN } from '../../support/pbx.ts';
import { sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? sippMissing;
const PICTURES = process.env['PICTURES'];
const CALLER = '13800138000';

describe.skipIf(missing !== undefined)(
  `the phone bar in a page of others${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let watched: WatchedPage;
    let page: Page;
    let bar: FrameLocator;
    let project: ClientProject;
    let server: ChildProcess;
    let stranger: Server;
    let phonePort: number;
    let origin: string;

    beforeAll(async () => {
      project = new ClientProject('dialplans/examples/integration');
      const { ports, contacts } = await phones('8001');
      phonePort = ports['8001']!;
      const port = await freeTcpPort();
      origin = `http://127.0.0.1:${port}`;
      pbx = await Pbx.start({
        configure: (config) => {
          config.http.origins = [origin];
          config.extensions['8001'].contact = contacts['8001'];
          Object.assign(config.queues.sales, { agents: [8001], wrapUp: '0s' });
        },
      });
      await personOn(pbx.http, 'demo', { login: 'li', roles: ['agent'], agent: '8001' });
      const key = { name: 'crm', permissions: ['desk:create'] };
      const { body } = await pbx.post('/api/v1/api-keys', key, TOKEN, 'demo');
      server = spawn(process.execPath, ['phone-bar-server.ts'], {
        cwd: project.folder,
        env: { ...process.env, PBX_URL: pbx.http, PBX_KEY: body.secret, PORT: String(port) },
      });
      let said = '';
      for (const stream of [server.stdout!, server.stderr!])
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      await until('the server of the page', () => said.includes(origin), { show: () => said });
      chromium = await startBrowser();
      watched = await openPage(chromium);
      page = watched.page;
      bar = page.frameLocator('#bar');
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      server?.kill('SIGKILL');
      stranger?.close();
      await pbx?.cleanUp();
      project?.cleanUp();
    });

    it('opens with a ticket of the page, without a cookie', async () => {
      await page.goto(`${origin}/?agent=8001`);
      await bar.getByRole('region', { name: '话务条' }).waitFor();
      await page.getByText('坐席 8001: ready').waitFor();
      expect(await page.context().cookies()).toEqual([]);
    });

    it('is given the room that its menus and dialogs need, and gives it back', async () => {
      const frame = page.locator('#bar');
      const room = async () => (await frame.boundingBox())!;
      const isWhole = async (what: Locator) => {
        const [inner, outer] = [(await what.boundingBox())!, await room()];
        return inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
      };
      await until('it is as high as the bar', async () => (await room()).height < 70);
      const below = (await page.locator('main').boundingBox())!.y;
      await bar.locator('.pb-state-button').click();
      const last = bar.getByRole('menuitem', { name: '签出' });
      await last.waitFor();
      await until('the menu is whole', () => isWhole(last));
      await page.keyboard.press('Escape');
      await until('the room is given back', async () => (await room()).height < 70);
      await bar.getByRole('button', { name: '外呼' }).click();
      const dialog = bar.getByRole('dialog');
      await dialog.getByRole('combobox').fill('13900139000');
      await until('the dialog is whole', () => isWhole(dialog.getByRole('button', { name: '关闭' })));
      await until('and its first line', () => isWhole(dialog.getByText('通讯录 · 外呼')));
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/embed-directory.png` });
      await page.keyboard.press('Escape');
      await until('the room is given back', async () => (await room()).height < 70);
      // Nothing of the page has moved.
      expect((await page.locator('main').boundingBox())!.y).toBe(below);
    });

    it('tells the page who calls, and does what the page asks for', async () => {
      const agent = await waitForCall({
        number: '8001',
        port: phonePort,
        scenario: 'agent-answer-expect-bye',
        pauseMs: 1500,
      });
      const caller = await placeCall(pbx, { caller: CALLER });
      await caller.voice.hears('main-menu');
      caller.voice.press('1');
      await page.locator('#about').filter({ hasText: '振铃中' }).waitFor();
      expect(await page.locator('#caller').textContent()).toBe('138****8000');
      await page.locator('#about').filter({ hasText: '通话中' }).waitFor();
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/embed.png` });
      await page.getByRole('button', { name: '保持', exact: true }).click();
      await page.locator('#result').filter({ hasText: '完成' }).waitFor();
      await bar.getByText('保持', { exact: true }).first().waitFor();
      await page.getByRole('button', { name: '取消保持' }).click();
      await page
        .locator('#result')
        .filter({ hasText: /^完成$/ })
        .waitFor();
      await page.getByRole('button', { name: '挂断' }).click();
      await page.locator('#about').filter({ hasText: '已结束' }).waitFor();
      await agent.sipp.passed();
      caller.sipp.kill();
    }, 60_000);

    it('says why where a command cannot be done', async () => {
      await page.getByRole('button', { name: '挂断' }).click();
      await page.locator('#result').filter({ hasText: '未完成: refused' }).waitFor();
      await bar.getByRole('alert').first().waitFor();
    });

    it('is not opened by a ticket that is none, and framed by no stranger', async () => {
      await page.goto(`${origin}/?agent=8009`);
      await page.getByText('nobody who may sign in is agent 8009').waitFor();
      await bar.getByText('等待页面登录话务条').waitFor();
      stranger = createServer((_, response) =>
        response
          .setHeader('content-type', 'text/html')
          .end(`<iframe id="bar" src="${pbx.http}/embed/phone-bar"></iframe>`),
      ).listen(0, '127.0.0.1');
      await until('a stranger', () => stranger.listening);
      const other = await openPage(chromium);
      await other.page.goto(`http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`);
      await until('it is refused', () => other.faults.some((fault) => /frame-ancestors/.test(fault)));
      expect(await other.page.frameLocator('#bar').locator('#root').count()).toBe(0);
      expect(watched.faults).toEqual([]);
    });
  },
);
