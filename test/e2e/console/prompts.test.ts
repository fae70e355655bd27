/** Prompts in the console: said, uploaded, recorded by phone, trimmed, taken back, each heard by callers at once. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { ffmpegMissing } from '../../support/ffmpeg.ts';
import { toneMs } from '../../support/hearing.ts';
import { Pbx } from '../../support/pbx.ts';
import { HZ, Softphone } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';
import { readWav } from '../../support/wav.ts';
import { sine, writeWav } from '../../support/wav-file.ts';

const missing = browserMissing ?? ffmpegMissing ?? baresipMissing;
const DOMAIN = 'pbx400.local';
const PASSWORD = 'horse-staple';
const FIRST_HZ = 440;
const SECOND_HZ = 770;

describe.skipIf(missing !== undefined)(
  `prompts in the console${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let folder: string;
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;
    let phone: Softphone | undefined;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pbx400-console-prompts-'));
      // In the folder of the company by hand: faint, and with silence around it.
      const silence = new Int16Array(8000);
      const tone = sine(SECOND_HZ, 1_000, 900);
      writeWav(
        join(folder, 'data/prompts/demo/hand.wav'),
        Int16Array.from([...silence, ...tone, ...silence]),
      );
      // Half a second of silence, three of one tone and one of another.
      writeWav(
        join(folder, 'two.wav'),
        Int16Array.from([...silence, ...sine(FIRST_HZ, 3_000), ...sine(SECOND_HZ, 1_000), ...silence]),
      );
      execFileSync('ffmpeg', ['-loglevel', 'error', '-i', join(folder, 'two.wav'), join(folder, 'two.mp3')]);
      const md5 = createHash('md5').update(`8001:${DOMAIN}:${PASSWORD}`).digest('hex');
      pbx = await Pbx.start({
        dataDir: join(folder, 'data'),
        configure: (config) => {
          config.extensions['8001'].ha1 = { md5 };
        },
      });
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', name: '王芳', roles: ['company-admin'] });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
    }, 90_000);
    afterAll(async () => {
      await phone?.close();
      await chromium?.close();
      await pbx?.cleanUp();
      rmSync(folder, { recursive: true, force: true });
    });

    /** ffmpeg comes below everything that calls need: beside load a job takes its time. */
    const JOB = { timeout: 60_000 };
    const drawer = () => page.locator('.ant-drawer-section');
    const now = () => drawer().getByRole('region', { name: '来电者现在听到的', exact: true });
    const versionRows = () => drawer().getByRole('region', { name: '历史版本' }).locator('tbody tr');
    /** What callers hear. */
    async function heard(name: string, query = ''): Promise<Int16Array> {
      const headers = wang.headers as Record<string, string>;
      const answer = await fetch(`${pbx.http}/api/v1/prompts/${name}/audio${query}`, { headers });
      expect(answer.status).toBe(200);
      const file = join(folder, 'heard.wav');
      writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
      return readWav(file).channels[0]!;
    }
    const versions = async (name: string, query = '') =>
      (await wang.ask(`GET /api/v1/prompts/${name}/versions${query}`)).body.items;
    /** Waits until so many versions are listed: what was made is heard. */
    const listed = async (count: number) => {
      await versionRows()
        .nth(count - 1)
        .waitFor(JOB);
      expect(await versionRows().count()).toBe(count);
    };

    it('are made in one go, of a name and a text', async () => {
      await page.goto(`${pbx.http}/admin/prompts`);
      await page.getByRole('heading', { level: 1, name: '提示音' }).waitFor();
      await page.getByRole('button', { name: '新建' }).first().click();
      const form = page.getByRole('dialog', { name: '新建提示音' });
      await form.getByLabel('名称').fill('欢迎');
      await form.locator('.prompt-fault').waitFor();
      await form.getByLabel('名称').fill('welcome-night');
      await form.getByLabel('要说的话').fill('您好，欢迎致电，现在是下班时间。');
      await look(page, 'prompt-new');
      await form.getByRole('button', { name: '生成语音' }).click();
      await now().locator('.waveform').waitFor(JOB);
      await now().getByText('与其他提示音一致').waitFor(JOB);
      expect((await heard('welcome-night')).length).toBeGreaterThan(8_000);
      const [only, ...more] = await versions('welcome-night');
      expect([only, more]).toMatchObject([{ by: 'wang@demo', isCurrent: true }, []]);
      expect(await drawer().getByLabel('要说的话').inputValue()).toBe('您好，欢迎致电，现在是下班时间。');
      await look(page, 'prompt-sound');
    }, 150_000);

    it('are listened to in the page', async () => {
      await now().getByRole('button', { name: '播放' }).click();
      await now().getByRole('button', { name: '暂停' }).waitFor();
      await now().getByRole('button', { name: '播放' }).waitFor();
    });

    it('are uploaded in any format, and are telephone audio then', async () => {
      await drawer().getByText('上传文件', { exact: true }).click();
      await drawer().locator('input[type=file]').setInputFiles(join(folder, 'two.mp3'));
      await listed(2);
      const samples = await heard('welcome-night');
      expect(toneMs(samples, FIRST_HZ)).toBeGreaterThan(2_700);
      expect(toneMs(samples, SECOND_HZ)).toBeGreaterThan(800);
      // The silence around it is gone.
      expect(samples.length / 8).toBeLessThan(4_300);
    }, 150_000);

    it('are trimmed to what is chosen', async () => {
      await now().getByRole('button', { name: '剪辑' }).click();
      await now().getByLabel('从（秒）').last().fill('3.2');
      await now().getByLabel('从（秒）').last().press('Enter');
      await now().locator('.player-left-out').first().waitFor();
      await look(page, 'prompt-trim');
      await now()
        .getByRole('button', { name: /只保留这一段/ })
        .click();
      await listed(3);
      const samples = await heard('welcome-night');
      expect(toneMs(samples, FIRST_HZ)).toBe(0);
      expect(toneMs(samples, SECOND_HZ)).toBeGreaterThan(500);
    }, 150_000);

    it('are taken back to an earlier version, which is listened to before', async () => {
      const spoken = (await versions('welcome-night')).at(-1);
      const oldest = versionRows().nth(2);
      await oldest.getByRole('button', { name: '试听' }).click();
      await drawer().getByRole('region', { name: '历史版本' }).locator('.waveform').waitFor();
      await look(page, 'prompt-versions');
      await oldest.getByRole('button', { name: '恢复' }).click();
      await until('it is heard again', async () =>
        (await versions('welcome-night')).find(
          ({ version, isCurrent }: { version: string; isCurrent: boolean }) =>
            isCurrent && version === spoken.version,
        ),
      );
      await versionRows().nth(2).getByText('正在使用').waitFor();
    });

    it('are recorded at the phone of who asks, heard there and kept', async () => {
      phone = await Softphone.start({
        pbx: pbx.sip,
        domain: DOMAIN,
        number: '8001',
        password: PASSWORD,
        voice: 'carol',
      });
      await drawer().getByText('电话录音', { exact: true }).click();
      await drawer().getByRole('combobox', { name: '分机' }).fill('8001');
      await page.locator('.ant-select-dropdown:visible').getByText('8001  张伟').click();
      await page.locator('.ant-select-dropdown:visible').waitFor({ state: 'hidden' });
      await drawer().getByRole('button', { name: '打电话给我录音' }).click();
      const call = await phone.rings(30_000);
      await call.accept();
      await drawer().getByText('请在提示音后讲话，按 # 结束').waitFor(JOB);
      await look(page, 'prompt-phone');
      const uploads = join(pbx.dataDir, 'uploads');
      await until(
        'two seconds are recorded',
        () => readdirSync(uploads).some((each) => statSync(join(uploads, each)).size > 32_000),
        { limitMs: 30_000 },
      );
      await call.press('#');
      await drawer().getByText('正在播放给您听：按 1 保留，按 2 重录').waitFor(JOB);
      await call.press('1');
      await listed(4);
      expect(toneMs(await heard('welcome-night'), HZ.carol)).toBeGreaterThan(1_500);
      const [newest] = await versions('welcome-night');
      expect(newest).toMatchObject({ by: 'wang@demo', isCurrent: true });
    }, 150_000);

    it('are heard by a caller, who leaves a message in a folder and keeps it', async () => {
      const body = {
        number: '4007654321',
        flow: [
          { type: 'recordMessage', box: 'sales', subject: '投诉', prompt: 'welcome-night' },
          { type: 'hangup', cause: 'normal' },
        ],
      };
      const made = await wang.ask('POST /api/v1/hotlines', { body });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
      const call = await phone!.dial('4007654321');
      await call.established();
      // What was recorded at his phone before.
      await phone!.hears('carol');
      const message = async () => {
        const folder = join(pbx.dataDir, 'voicemail/demo/sales');
        const files = readdirSync(folder, { recursive: true, withFileTypes: true });
        return files.some(
          (each) => each.isFile() && statSync(join(each.parentPath, each.name)).size > 32_000,
        );
      };
      await until('two seconds are said', async () => await message().catch(() => false), {
        limitMs: 60_000,
      });
      await call.press('#');
      // What he has said.
      await phone!.hears('carol');
      await call.press('1');
      await until('the call is over', () => call.state === 'over', { limitMs: 60_000 });
      const left = await until(
        'the message',
        async () => (await wang.ask('GET /api/v1/voicemails')).body.items[0],
      );
      expect(left).toMatchObject({ mailbox: 'sales', subject: '投诉', caller: '8001', state: 'new' });
    }, 150_000);

    it('are recorded in other languages besides', async () => {
      await drawer().getByRole('combobox', { name: '添加语言' }).click();
      await page.locator('.ant-select-dropdown:visible').getByText('英语', { exact: true }).click();
      await drawer().getByText('还没有用这种语言录制').waitFor();
      await drawer().getByLabel('要说的话').fill('Welcome. We are closed now.');
      await speak(page, 'en');
      await drawer().getByText('Not recorded in this language yet').waitFor();
      await look(page, 'prompt-english-en');
      await drawer().getByLabel('What is said').fill('Welcome. We are closed now.');
      await drawer().getByRole('button', { name: 'Say it' }).click();
      await drawer().getByRole('region', { name: 'What callers hear now' }).locator('.waveform').waitFor(JOB);
      expect(await versions('welcome-night', '?language=en')).toHaveLength(1);
      await look(page, 'prompt-sound-en');
      await speak(page, 'zh-CN');
    }, 150_000);

    it('that were put into the folder by hand are set to the loudness of all', async () => {
      const body = { name: 'by-hand', file: 'hand.wav' };
      expect((await wang.ask('POST /api/v1/prompts', { body })).status).toBe(201);
      await page.goto(`${pbx.http}/admin/prompts/by-hand`);
      await now().getByText('偏轻').waitFor(JOB);
      await now().getByRole('button', { name: '剪辑' }).click();
      await now()
        .getByText(/两端有静音/)
        .waitFor();
      await look(page, 'prompt-silence');
      await now().getByRole('button', { name: '取消' }).click();
      await now()
        .getByRole('button', { name: /调整到/ })
        .click();
      await listed(2);
      await now().getByText('与其他提示音一致').waitFor(JOB);
      expect((await heard('by-hand')).length / 8).toBeLessThan(1_300);
    }, 150_000);

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
