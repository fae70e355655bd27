/**
 * Somebody who knows nothing starts the product, follows the wizard in Chromium, and takes a call on a new number with a menu of
 * three levels, a queue, a mailbox and holidays, without a file; the flow goes on as TypeScript, and runs as it did.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { baresipMissing } from '../../support/baresip.ts';
import { AS_OPERATOR, ask, GOOD_PASSWORD } from '../../support/browser.ts';
import { browserMissing } from '../../support/console-browser.ts';
import { look } from '../../support/console-look.ts';
import { Pbx, withoutCompany } from '../../support/pbx.ts';
import { PhonePage, startTalkingBrowser } from '../../support/phone-page.ts';
import { Softphone } from '../../support/softphone.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? baresipMissing;
const NUMBER = '4008765432';
const CARRIER = '127.0.0.61';
const CALLER = '13800138000';
const LI = { number: '8001', name: '李娜' };

describe.skipIf(missing)(`a newcomer in Chromium${missing ? `: skipped, ${missing}` : ''}`, () => {
  let folder: string;
  /** In the project, where `pbx400/dialplan` is found. */
  let inside: string;
  let pbx: Pbx;
  let browser: Awaited<ReturnType<typeof startTalkingBrowser>>;
  let me: PhonePage;
  let alice: Softphone;
  /** What the page told of LI: his first password. */
  let password = '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pbx400-newcomer-'));
    mkdirSync(join(folder, 'dialplans'));
    inside = mkdtempSync(join(import.meta.dirname, '.load-'));
    [pbx, browser] = await Promise.all([
      Pbx.start({
        configure: (config) => {
          withoutCompany(config);
          config.dialplans = join(folder, 'dialplans');
        },
      }),
      startTalkingBrowser('bob'),
    ]);
    me = await PhonePage.open(browser.chromium, pbx.http, undefined, {
      path: '/',
      show: () => pbx.output.slice(-3000),
    });
    alice = await Softphone.start({
      ...{ pbx: pbx.sip, number: CALLER, domain: CARRIER, host: CARRIER, voice: 'alice' },
      ...{ password: 'none', registers: false },
    });
  }, 90_000);
  afterAll(async () => {
    await alice?.close();
    await browser?.close();
    await pbx?.cleanUp();
    for (const each of [folder, inside]) rmSync(each, { recursive: true, force: true });
  });

  const page = () => me.page;
  const field = (label: string) => page().getByLabel(label, { exact: true });
  const press = (name: string) => page().getByRole('button', { name, exact: true }).click();
  const at = async (step: string, title: string) => {
    await page().waitForURL(`**/setup/${step}`);
    await page().getByRole('heading', { level: 2, name: title, exact: true }).waitFor();
  };
  const isDone = (title: string) =>
    page()
      .getByRole('navigation', { name: '设置步骤' })
      .getByRole('link', { name: `${title} （已完成）` });
  const of = async (path: string) => {
    const headers = { ...AS_OPERATOR, 'pbx-tenant': 'huaxin' };
    return (await ask(pbx.http, `GET /api/v1/${path}`, { headers })).body;
  };

  it('is told by the start where to sign in, and with what; the first thing is a password of his own', async () => {
    const line = /^first {2}sign in at (\S+) as (\S+) with the password in (.+)$/m;
    const told = await until('the first steps', () => line.exec(pbx.output) ?? undefined);
    const [, address, login, file] = told;
    expect(address).toBe(pbx.http);
    await page().waitForURL('**/sign-in');
    await field('用户名').fill(login!);
    const first = readFileSync(file!, 'utf8').trim();
    await field('密码').fill(first);
    await page().keyboard.press('Enter');
    await field('当前密码').fill(first);
    await field('新密码').fill(GOOD_PASSWORD);
    await field('再次输入新密码').fill(GOOD_PASSWORD);
    await press('设置新密码');
    await at('company', '企业');
    expect(pbx.output).not.toContain(first);
  });

  it('makes the company; what is wrong stands at the field', async () => {
    await field('企业名称').fill('华信科技');
    await field('企业代号').fill('华信');
    await field('本地区号').fill('755');
    await press('保存，下一步');
    await page().getByText('以 0 开头的 3 至 4 位区号').waitFor();
    await look(page(), 'setup-company');
    await field('企业代号').fill('huaxin');
    await field('本地区号').fill('0755');
    await page().keyboard.press('Enter');
    await at('line', '线路');
    await isDone('企业').waitFor();
  });

  it('connects the line; what the engine refuses stands at the field', async () => {
    await field('对方 IP 地址').fill('carrier.example.com');
    await press('保存，下一步');
    await page().getByText('填写 IP 地址，如 203.0.113.10').waitFor();
    await field('对方 IP 地址').fill('1.2.3.400');
    await press('保存，下一步');
    await page()
      .getByText(/^服务器不接受此内容：.*1\.2\.3\.400/)
      .waitFor();
    await look(page(), 'setup-line');
    await field('对方 IP 地址').fill(CARRIER);
    await press('保存，下一步');
    await at('agents', '坐席');
    expect((await of('trunks')).items).toMatchObject([{ addresses: [CARRIER], areaCode: '0755' }]);
  });

  it('goes on where he was after the page was loaded anew', async () => {
    await page().goto(pbx.http);
    await at('agents', '坐席');
    await isDone('线路').waitFor();
  });

  it('makes agents with their extensions and accounts, who are told what they sign in with', async () => {
    await field('姓名').nth(0).fill(LI.name);
    await press('建立坐席');
    await page().getByText('请填写姓名').waitFor();
    await look(page(), 'setup-agents');
    await field('姓名').nth(1).fill('王芳');
    await field('话机').nth(1).click();
    await page().locator('.ant-select-dropdown:visible').getByText('桌面话机或软电话').click();
    await press('建立坐席');
    await page().getByRole('heading', { name: '坐席已建立' }).waitFor({ timeout: 30_000 });
    const li = page().getByRole('region', { name: `${LI.number} ${LI.name}` });
    password = (await li.locator('code').textContent())!;
    const wang = page().getByRole('region', { name: '8002 王芳' });
    expect(await wang.textContent()).toContain('SIP 域pbx400.local');
    expect(await wang.locator('code').count()).toBe(2);
    await look(page(), 'setup-told');
    await press('我已保存，下一步');
    await at('hours', '工作时间');
    expect((await of('queues')).items).toMatchObject([{ title: '客服', agents: ['8001', '8002'] }]);
  });

  it('sets hours and holidays, and a mailbox', async () => {
    await page().getByText('每天', { exact: true }).click();
    await field('上班').fill('00:00');
    await field('下班').fill('24:00');
    await field('公司另外的放假日').fill('2026-11-11, 明天');
    await press('保存，下一步');
    await page()
      .getByText(/^日期写作/)
      .waitFor();
    await look(page(), 'setup-hours');
    await field('公司另外的放假日').fill('2026-11-11');
    await press('保存，下一步');
    await at('mailbox', '语音信箱');
    await look(page(), 'setup-mailbox');
    await press('保存，下一步');
    await at('number', '号码与菜单');
    await openToday();
  });

  /** Public holidays are closed; whoever runs this on one opens the company all the same. */
  async function openToday(): Promise<void> {
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    if (!new Holidays().on(today)) return;
    const headers = { ...AS_OPERATOR, 'pbx-tenant': 'huaxin', 'if-match': '"1"' };
    const body = { dates: { [today]: { open: '00:00-24:00' } } };
    expect((await ask(pbx.http, 'PATCH /api/v1/calendars/office', { headers, body })).status).toBe(200);
  }

  it('gives the number a menu of three levels, in his own words, and it takes calls', async () => {
    await field('400 号码').fill(NUMBER);
    await field('号码名称').fill('华信总机');
    await field('主菜单').fill('产品请按 1，售后请按 2，留言请按 9，人工请按 0。');
    // Where a text is left out, callers hear what comes with pbx400.
    for (const text of ['欢迎语', '再按 1 后的菜单']) await field(text).fill('');
    await look(page(), 'setup-number');
    await press('启用号码');
    await page().waitForURL('**/setup/test', { timeout: 120_000 });
    await isDone('号码与菜单').waitFor();
    expect((await of('flows')).items).toMatchObject([{ number: NUMBER, takesCalls: true, published: 1 }]);
    const prompts = (await of('prompts')).items.map(({ name }: { readonly name: string }) => name);
    expect(prompts.toSorted()).toEqual(['main', 'sales'].map((text) => `${NUMBER}-${text}`));
  }, 150_000);

  it('signs in as the agent that he is, and is where he was', async () => {
    await page().getByRole('button', { name: '账号 operator' }).click();
    await page().getByRole('menuitem', { name: '退出登录' }).click();
    await page().waitForURL('**/sign-in**');
    await field('企业').fill('huaxin');
    await field('用户名').fill(LI.number);
    await field('密码').fill(password);
    await page().keyboard.press('Enter');
    await field('当前密码').fill(password);
    await field('新密码').fill(GOOD_PASSWORD);
    await field('再次输入新密码').fill(GOOD_PASSWORD);
    await press('设置新密码');
    await me.button('签入').waitFor();
    await page().goto(`${pbx.http}/setup`);
    await at('test', '试拨');
    await me.signIn();
    await me.isIn('就绪');
    await look(page(), 'setup-test');
  });

  it('is rung by the test call, is its caller, and leaves a message behind three menus', async () => {
    const body = page().getByRole('region', { name: '试拨', exact: true });
    await body.getByRole('button', { name: '开始试拨' }).click();
    await me.button('接听').waitFor();
    await me.button('接听').click();
    const call = page().getByRole('region', { name: '试拨的通话' });
    await call.getByText('已接通').waitFor();
    await keyed('119', (key) =>
      page()
        .getByRole('button', { name: `按键 ${key}`, exact: true })
        .click(),
    );
    await call.getByText('语音信箱', { exact: false }).first().waitFor();
    await look(page(), 'setup-testing');
    await body.getByRole('button', { name: '结束试拨' }).click();
    await call.getByRole('link', { name: '查看通话记录' }).waitFor();
    await isDone('试拨').waitFor();
    const [record] = (await of('calls')).items;
    expect(record).toMatchObject({ direction: 'internal', caller: CALLER, called: NUMBER, hotline: NUMBER });
    expect(steps(record)).toEqual(['menu → 1', 'menu → 1', 'menu → 9']);
  });

  const steps = (record: { readonly path: readonly { readonly step: string }[] }) =>
    record.path.map(({ step }) => step).filter((step) => step.startsWith('menu →'));

  const running = async () => (await of('calls?state=running')).items[0];

  /** One key a menu: when the call is in a menu, and the record has the key before. */
  async function keyed(keys: string, press: (key: string) => Promise<unknown>): Promise<void> {
    const isAsked = async () => (await running())?.segment?.owner === 'menu';
    await until('the first menu asks', isAsked, { limitMs: 20_000 });
    for (const [index, key] of [...keys].entries()) {
      await press(key);
      await until(
        `key ${index + 1} is taken`,
        async () => {
          const call = await running();
          return call && steps(call).length > index;
        },
        { limitMs: 20_000 },
      );
    }
  }

  it('takes a call on the new number: both hear each other', async () => {
    await me.isIn('就绪', 30_000);
    const calling = await alice.dial(`sip:${NUMBER}@${pbx.sip}`);
    await calling.established();
    await keyed('112', (key) => calling.press(key));
    await me.button('接听').waitFor({ timeout: 20_000 });
    await me.button('接听').click();
    await me.isIn('通话');
    await Promise.all([me.hears('alice'), alice.hears('bob')]);
    await calling.hangUp();
    const record = await until('the record', async () =>
      (await of('calls')).items.find(
        ({ direction }: { readonly direction: string }) => direction === 'inbound',
      ),
    );
    expect(record).toMatchObject({ caller: CALLER, called: NUMBER, outcome: 'answered', agent: LI.number });
    expect(steps(record)).toEqual(['menu → 1', 'menu → 1', 'menu → 2']);
    expect(me.faults).toEqual([]);
  });

  it('is told what is left before callers come, as long as he likes', async () => {
    await page().goto(`${pbx.http}/setup/test`);
    await press('完成设置');
    await page().getByRole('heading', { level: 1, name: '开通检查' }).waitFor();
    await page().getByRole('link', { name: '去完成：录音告知' }).waitFor();
    expect(await page().getByRole('link', { name: '去完成：已试拨' }).count()).toBe(0);
    await look(page(), 'setup-checklist');
    await page().getByRole('link', { name: '去完成：录音告知' }).click();
    const reminder = page().getByRole('link', { name: /^开通检查 \d+\/\d+$/ });
    await reminder.click();
    await press('不再提醒');
    await page().getByRole('button', { name: '恢复提醒' }).waitFor();
    await page().goto(`${pbx.http}/admin/queues`);
    await page().getByRole('row').filter({ hasText: '客服' }).waitFor();
    expect(await reminder.count()).toBe(0);
  });

  it('goes on as a file: what is exported as TypeScript passes the check at a shell, and runs as the flow does', async () => {
    await page().goto(`${pbx.http}/flows/${NUMBER}`);
    await page()
      .getByRole('button', { name: /导\s?出/ })
      .click();
    const downloaded = page().waitForEvent('download');
    await page().getByRole('menuitem', { name: 'TypeScript' }).click();
    const dialplans = join(inside, 'dialplans');
    const file = join(dialplans, `hotline-${NUMBER}.ts`);
    await (await downloaded).saveAs(file);
    expect(readFileSync(file, 'utf8')).toMatch(
      /^import \{ .*hotline, menu, play, queue, schedule, voicemail \} from/,
    );

    // The same company in a folder of its own, its hotline in the file alone.
    const entities = parseAllDocuments(await pbx.cli('export')).map((each) => each.toJS());
    mkdirSync(join(inside, 'companies'));
    const company = entities.map(({ hotlines: _, ...others }) => stringify(others)).join('---\n');
    writeFileSync(join(inside, 'companies/all.yaml'), company);
    cpSync(join(pbx.dataDir, 'prompts'), join(inside, 'data/prompts'), { recursive: true });
    const { tenants: _, ...machine } = parse(readFileSync(pbx.configFile, 'utf8'));
    const config = join(inside, 'pbx400.yaml');
    const folders = { dialplans, companies: join(inside, 'companies'), data: join(inside, 'data') };
    writeFileSync(config, stringify({ ...machine, ...folders }));
    const shell = async (...args: readonly string[]) =>
      (await promisify(execFile)('npx', ['pbx400', ...args, '--config', config])).stdout;
    expect(await shell('check')).toMatch(/^1 hotlines in 1 files: 0 errors, /m);

    const calls = [
      ['2026-10-10T10:00', '1,1,2', 'menu → 2'],
      ['2026-10-10T10:00', '1,1,9', 'voicemail reception'],
      ['2026-10-01T10:00', '', 'schedule → closed'],
    ] as const;
    for (const [time, keys, step] of calls) {
      const args = ['simulate', NUMBER, '--at', time, ...(keys ? ['--keys', keys] : [])];
      const [stored, written] = await Promise.all([pbx.cli(...args), shell(...args)]);
      expect(stored).toContain(step);
      expect(written).toBe(stored);
    }
  }, 60_000);
});
