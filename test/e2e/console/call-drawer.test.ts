/** A call in the console: its real recording is listened to, commented on at a second, shared; what it came to is written down; numbers are revealed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { toneMs } from '../../support/hearing.ts';
import { phones, placeCall, waitForCall } from '../../support/party.ts';
import { Pbx } from '../../support/pbx.ts';
import { sippMissing } from '../../support/sipp.ts';
import { until } from '../../support/until.ts';
import { readWav } from '../../support/wav.ts';

const missing = browserMissing ?? sippMissing;
const CALLER = '13800138000';

describe.skipIf(missing !== undefined)(
  `a call in the console${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;
    let id: string;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pbx400-drawer-'));
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
      const port = ports['8001']!;
      await talk(pbx, port);
      await talk(pbx, port);
      await until('both calls are recorded', async () => {
        const { body } = await wang.ask('GET /api/v1/calls?outcome=answered');
        id = body.items[0]?.id;
        return body.items.length === 2;
      });
    }, 120_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
      if (folder) rmSync(folder, { recursive: true, force: true });
    });

    const drawer = () => page.getByRole('dialog').first();
    const player = () => drawer().getByRole('region', { name: '录音 1' });
    const audio = <Answer>(what: string) =>
      page.evaluate<Answer>(`(document.querySelector('.player audio')).${what}`);
    const actions = async (): Promise<string[]> => {
      const { body } = await wang.ask('GET /api/v1/audit?limit=100');
      return body.items.map(({ action }: { action: string }) => action);
    };

    it('draws the recording above the seconds that it holds, and nobody has listened yet', async () => {
      await page.goto(`${pbx.http}/calls/${id}`);
      await player().locator('.waveform').waitFor();
      await until('both channels are drawn', () =>
        page.evaluate<boolean>(
          `document.querySelector('.waveform div')?.shadowRoot?.querySelectorAll('canvas').length >= 2`,
        ),
      );
      const { body } = await wang.ask(`GET /api/v1/calls/${id}`);
      const [recording] = body.recordings;
      expect(recording.startMs).toBeGreaterThan(0);
      const [track, whole] = await Promise.all([
        page.locator('.player-track').boundingBox(),
        page.locator('.segments').boundingBox(),
      ]);
      const from = (track!.x - whole!.x) / whole!.width;
      expect(from).toBeCloseTo(recording.startMs / body.durationMs, 2);
      expect(track!.width / whole!.width).toBeCloseTo(recording.durationMs / body.durationMs, 1);
      expect(await actions()).not.toContain('listen');
      await look(page, 'drawer');
    });

    it('plays it at twice the speed, from a click, and the audit trail has who listened', async () => {
      await player().getByRole('combobox', { name: '播放速度' }).click();
      await page.getByTitle('2×', { exact: true }).click();
      await player().getByRole('button', { name: '播放' }).click();
      await until('it plays', () => audio<boolean>('currentTime > 0.2'));
      expect(await audio<number>('playbackRate')).toBe(2);
      // Wherever it is by now, it stops there, and is moved.
      await audio('pause()');
      await player().getByRole('button', { name: '播放' }).waitFor();
      await player().getByRole('slider').fill('0');
      await player().getByRole('slider').fill('2');
      await until('it is at the second', () => audio<boolean>('currentTime === 2'));
      expect(await actions()).toContain('listen');
      // Without being asked again.
      const listeners = drawer().getByRole('table').filter({ hasText: '操作' });
      await listeners.getByRole('row').filter({ hasText: 'wang@demo' }).filter({ hasText: '收听' }).waitFor();
    });

    it('comments at the second, and goes back to it', async () => {
      await player().getByRole('button', { name: '在此处批注' }).click();
      await page.keyboard.type('没有报价格');
      await page.keyboard.press('Control+Enter');
      await drawer().getByRole('listitem').filter({ hasText: '没有报价格' }).waitFor();
      const { body } = await wang.ask(`GET /api/v1/calls/${id}/notes`);
      expect(body.items).toMatchObject([{ by: 'wang@demo', atMs: 2_000, text: '没有报价格' }]);
      await player().getByRole('slider').fill('0');
      await player()
        .getByRole('button', { name: /批注 0:02/ })
        .click();
      await until('it is there again', () => audio<boolean>('currentTime === 2'));
    });

    it('writes down what it came to', async () => {
      await drawer().getByRole('button', { name: '填写小结' }).click();
      await drawer().getByRole('radio', { name: '未解决' }).check();
      await drawer().getByRole('textbox', { name: '备注' }).fill('客户要求退款');
      await look(page, 'drawer-edit');
      await drawer().getByRole('button', { name: '保存小结' }).click();
      await drawer().getByRole('button', { name: '填写小结' }).waitFor();
      await drawer().getByText('客户要求退款').waitFor();
      const { body } = await wang.ask(`GET /api/v1/calls/${id}`);
      expect(body).toMatchObject({ resolved: false, note: '客户要求退款' });
    });

    it('is marked in the list, found by the mark, and has a reason; what others do about it is seen at once', async () => {
      await page.goto(`${pbx.http}/calls`);
      const row = page.getByRole('row').nth(1);
      await row.getByRole('button', { name: '标记', exact: true }).click();
      await row.getByRole('button', { name: '已标记' }).waitFor();
      await look(page, 'calls-flag');
      await page.getByRole('button', { name: '只看已标记' }).click();
      await page.getByText(/^共 1 通/).waitFor();
      await page.goto(`${pbx.http}/calls/${id}?flagged=true`);
      await drawer().getByRole('button', { name: '已标记' }).click();
      const why = page.getByRole('textbox', { name: '原因（可不填）' });
      await why.fill('样板通话');
      await why.press('Enter');
      await drawer().getByText('样板通话').waitFor();
      await look(page, 'drawer-flag');
      const flag = `/api/v1/calls/${id}/flag`;
      expect((await wang.ask(`GET /api/v1/calls/${id}`)).body.flag).toMatchObject({
        ...{ by: 'wang@demo', reason: '样板通话' },
      });
      expect((await wang.ask(`DELETE ${flag}`)).status).toBe(204);
      await drawer().getByRole('button', { name: '标记', exact: true }).waitFor();
      expect((await wang.ask(`PUT ${flag}`, { body: { reason: '升级投诉' } })).status).toBe(200);
      await drawer().getByRole('button', { name: '已标记' }).waitFor();
      await drawer().getByText('升级投诉').waitFor();
    });

    it('shares it with somebody who has no account, until that is ended', async () => {
      await player().getByRole('button', { name: '分享录音' }).click();
      const dialog = page.getByRole('dialog', { name: '分享录音' });
      await dialog.getByRole('button', { name: '生成链接' }).click();
      const link = await dialog.getByRole('textbox', { name: '链接' }).inputValue();
      expect((await fetch(link)).status).toBe(200);
      await look(page, 'drawer-share');
      await dialog.getByRole('button', { name: '停用' }).click();
      await dialog.getByText('已停用').waitFor();
      expect((await fetch(link)).status).toBe(404);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    });

    it('tells who listened, saved or shared', async () => {
      await page.goto(`${pbx.http}/calls/${id}`);
      const table = drawer().getByRole('table').filter({ hasText: '操作' });
      await table.getByRole('row').filter({ hasText: '停用分享链接' }).waitFor();
      const rows = (await table.getByRole('row').allTextContents()).slice(1);
      expect(rows.map((row) => row.replace(/^[\d :-]{19}/, '').replace(/[\d.]+$/, ''))).toEqual([
        'wang@demo停用分享链接',
        '持有 wang@demo 所生成链接的人通过链接收听',
        'wang@demo生成分享链接',
        'wang@demo收听',
      ]);
      await table.scrollIntoViewIfNeeded();
      await look(page, 'drawer-listeners');
    });

    it('opens at the second of a link, and goes to the neighbours by key', async () => {
      await page.goto(`${pbx.http}/calls/${id}?t=2`);
      await player().getByText('0:02').first().waitFor();
      await page.getByRole('row').nth(2).waitFor();
      await page.locator('button[aria-label="下一通"]:enabled').waitFor();
      await page.keyboard.press('j');
      await page.waitForURL((url) => url.pathname !== `/calls/${id}`);
      expect(new URL(page.url()).search).toBe('');
      await page.locator('button[aria-label="上一通"]:enabled').waitFor();
      await page.keyboard.press('k');
      await page.waitForURL(`${pbx.http}/calls/${id}`);
      await speak(page, 'en');
      await drawer().getByText('Disposition and note').waitFor();
      await look(page, 'drawer-en');
      await speak(page, 'zh-CN');
    });

    it('masks numbers of who may not see them, and tells one for a reason', async () => {
      const li = await personOn(pbx.http, 'demo', { login: 'li', roles: ['agent'], agent: '8001' });
      const other = await pageOf(chromium, pbx.http, li);
      await other.page.goto(`${pbx.http}/calls`);
      const row = other.page.getByRole('row').filter({ hasText: '138 **** 8000' }).first();
      await row.getByRole('button', { name: /查看号码/ }).click();
      const dialog = other.page.getByRole('dialog', { name: '查看号码' });
      await dialog.getByRole('radio', { name: '回拨客户' }).check();
      await look(other.page, 'reveal');
      await dialog.getByRole('button', { name: '查看号码' }).click();
      await dialog.waitFor({ state: 'detached' });
      await other.page.getByRole('row').filter({ hasText: '138 0013 8000' }).waitFor();
      expect(await other.page.getByRole('row').filter({ hasText: '138 0013 8000' }).count()).toBe(1);
      expect(new URL(other.page.url()).pathname).toBe('/calls');
      const { body } = await wang.ask('GET /api/v1/audit?limit=100');
      expect(body.items).toContainEqual(
        expect.objectContaining({
          action: 'reveal',
          by: 'li@demo',
          details: expect.objectContaining({ reason: '回拨客户' }),
        }),
      );
      expect(other.faults).toEqual([]);
      await other.page.close();
    });

    it('exports the calls of the filter by a job, tells when the file is ready, and finds it again', async () => {
      await page.goto(`${pbx.http}/calls?outcome=answered`);
      await page.getByRole('button', { name: /导出$/ }).click();
      const dialog = page.getByRole('dialog', { name: '导出通话记录' });
      await dialog.getByText('导出 2 通通话').waitFor();
      await dialog.getByRole('radio', { name: /^CSV/ }).check();
      await look(page, 'export-dialog');
      await dialog.getByRole('button', { name: '开始导出' }).click();
      await page.getByText('导出已完成：call.csv').waitFor();
      const href = await page.locator('a[href*="/jobs/"]').first().getAttribute('href');
      const csv = (await wang.ask(`GET ${href}`)).body as string;
      expect(csv.trim().split('\n')).toHaveLength(3);
      expect(csv).toContain(CALLER);
      expect(csv).toContain('升级投诉');
      await page.goto(`${pbx.http}/exports`);
      await page
        .getByRole('row')
        .filter({ hasText: '已完成' })
        .getByRole('link', { name: /call\.csv/ })
        .waitFor();
      await look(page, 'exports');
    });

    it('packs the recordings into a ZIP file with a table of what they are, each of which plays', async () => {
      await page.goto(`${pbx.http}/calls?outcome=answered`);
      await page.getByRole('button', { name: /导出$/ }).click();
      const dialog = page.getByRole('dialog', { name: '导出通话记录' });
      await dialog.getByRole('radio', { name: /^ZIP/ }).check();
      await dialog.getByRole('button', { name: '开始导出' }).click();
      await page.getByText('导出已完成：recordings.zip').waitFor();
      const href = await page
        .locator('.ant-notification')
        .filter({ hasText: 'recordings.zip' })
        .locator('a[href*="/jobs/"]')
        .getAttribute('href');
      const zip = join(folder, 'recordings.zip');
      const answer = await fetch(`${pbx.http}${href}`, { headers: wang.headers });
      writeFileSync(zip, Buffer.from(await answer.arrayBuffer()));
      const names = unzip(zip, folder);
      const { body } = await wang.ask('GET /api/v1/recordings');
      expect(names).toHaveLength(body.items.length + 1);
      expect(names.at(-1)).toBe('index.csv');
      const [titles, ...rows] = readFileSync(join(folder, 'index.csv'), 'utf8').trimEnd().split('\r\n');
      expect(titles).toMatch(/^\ufeff文件,录音编号,/);
      expect(rows.map((row) => row.split(',')[0])).toEqual(names.slice(0, -1));
      for (const [place, name] of names.slice(0, -1).entries()) {
        const { id: recordingId, sha256 } = body.items[place];
        expect(rows[place]!.split(',')[1]).toBe(recordingId);
        expect(name).toContain(CALLER);
        const bytes = readFileSync(join(folder, name));
        if (sha256 !== null) expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
        const { channels, complete } = readWav(join(folder, name));
        expect(complete).toBe(true);
        // The caller on the left, the agent on the right.
        expect(toneMs(channels[0]!, 480)).toBeGreaterThan(1000);
        expect(toneMs(channels[1]!, 700)).toBeGreaterThan(1000);
      }
      const { body: audit } = await wang.ask('GET /api/v1/audit?limit=100');
      expect(audit.items).toContainEqual(
        expect.objectContaining({ action: 'download', by: 'wang@demo', details: expect.anything() }),
      );
    });

    it('gives the file to somebody without an account by a link, and to nobody after its end', async () => {
      await page.goto(`${pbx.http}/exports`);
      const made = page.getByRole('row').filter({ hasText: 'recordings.zip' });
      await made.getByRole('button', { name: '分享链接' }).click();
      const dialog = page.getByRole('dialog', { name: '分享链接' });
      await dialog.getByRole('button', { name: '生成链接' }).click();
      const link = await dialog.getByRole('textbox', { name: '链接' }).inputValue();
      const fetched = await fetch(link);
      expect(fetched.status).toBe(200);
      expect(Buffer.from(await fetched.arrayBuffer())).toEqual(readFileSync(join(folder, 'recordings.zip')));
      await look(page, 'export-link');
      endLinks(pbx.dataDir);
      const refused = await fetch(link);
      expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([404, 'not-found']);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await page.reload();
      await made.getByRole('button', { name: '分享链接' }).click();
      await dialog.getByText('已到期').waitFor();
    });

    it('shows nothing of exports to who may not, and refuses them', async () => {
      const xu = await personOn(pbx.http, 'demo', { login: 'xu', roles: ['quality'] });
      const other = await pageOf(chromium, pbx.http, xu);
      await other.page.goto(`${pbx.http}/calls?outcome=answered`);
      await other.page.locator('.grid-row').first().waitFor();
      await other.page.getByText('共 2 通').waitFor();
      expect(await other.page.getByRole('button', { name: /导出/ }).count()).toBe(0);
      expect(await other.page.getByRole('link', { name: '导出' }).count()).toBe(0);
      await other.page.goto(`${pbx.http}/exports`);
      await other.page.getByText(/没有权限/).waitFor();
      const asked = { kind: 'recording', format: 'zip', filter: {} };
      expect((await xu.ask('POST /api/v1/exports', { body: asked })).status).toBe(403);
      expect(other.faults).toEqual([]);
      await other.page.context().close();
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);

/** Python's own reader proves all sums; names in their order. */
function unzip(file: string, folder: string): string[] {
  const script =
    'import json,sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])\nprint(json.dumps(z.namelist()))';
  return JSON.parse(execFileSync('python3', ['-c', script, file, folder], { encoding: 'utf8' }));
}

/** Has all links to files of exports end a moment ago: a minute is the shortest that one lasts. */
function endLinks(dataDir: string): void {
  const kept = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.links'),
  );
  expect(kept).not.toEqual([]);
  for (const name of kept) {
    const links = JSON.parse(readFileSync(join(dataDir, name), 'utf8'));
    const over = links.map((link: object) => ({ ...link, endsAt: Date.now() - 1 }));
    writeFileSync(join(dataDir, name), JSON.stringify(over));
  }
}

/** A caller comes to an agent by the menu and the queue; both talk for some seconds. */
async function talk(pbx: Pbx, port: number): Promise<void> {
  const scenario = 'agent-answers-and-hangs-up-expect-ok';
  const agent = await waitForCall({ number: '8001', port, scenario, pauseMs: 9_000 });
  const caller = await placeCall(pbx, { caller: CALLER });
  await caller.voice.hears('main-menu');
  caller.voice.press('1');
  await agent.rung();
  caller.voice.tone(480);
  agent.voice.tone(700);
  await agent.sipp.passed();
  await caller.voice.hears('survey-three-keys');
  caller.voice.press('1');
  await caller.sipp.passed();
}
