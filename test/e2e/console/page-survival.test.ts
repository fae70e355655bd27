/** What an open page survives: events that are lost for ever, a right or an account taken away, a second factor at the door. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codeAt } from '../../../src/auth/totp.ts';
import { baresipMissing } from '../../support/baresip.ts';
import { AS_OPERATOR, ask, GOOD_PASSWORD, type Browser as Person, personOn } from '../../support/browser.ts';
import { browserMissing, openPage, startBrowser } from '../../support/console-browser.ts';
import { look, pageOf } from '../../support/console-look.ts';
import { CutRelay } from '../../support/cut-relay.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { START_MS } from '../../support/sip-engines.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? baresipMissing;
const OF_A = { ...AS_OPERATOR, 'pbx-tenant': 'a' };

describe.skipIf(missing)(`an open page survives${missing ? `: skipped, ${missing}` : ''}`, () => {
  let house: PhoneHouse;
  let chromium: Chromium;
  let relay: CutRelay;
  let chief: Person;

  beforeAll(async () => {
    house = await PhoneHouse.open({
      company: (document) => {
        document.agents['8001'] = { name: '张伟' };
        document.agents['8002'] = { name: '王芳' };
        document.agents['8003'] = { name: '李敏', supervises: { all: true } };
        Object.assign(document.queues.sales, { title: '售前咨询', noAgents: 'join' });
      },
    });
    relay = await CutRelay.to(Number(new URL(house.pbx.http).port));
    chief = await personOn(house.pbx.http, 'a', { login: 'li', roles: ['company-admin'], agent: '8003' });
    chromium = await startBrowser();
  }, START_MS);
  afterEach(() => house?.clear());
  afterAll(async () => {
    await chromium?.close();
    await relay?.close();
    await house?.close();
  });

  const lost = (page: Page) => page.getByText('与服务器的连接已中断');
  const caller = (page: Page, number: string) =>
    page.getByRole('grid', { name: '排队中的来电' }).getByRole('row').filter({ hasText: number });
  const waits = (page: Page, count: string) =>
    page
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: '售前咨询' }) })
      .getByRole('cell')
      .first()
      .getByText(count, { exact: true })
      .waitFor();
  const tile = (page: Page, agent: string) => page.locator(`[data-agent="${agent}"]`);
  const setState = (agent: string, body: object) => chief.ask(`POST /api/v1/agents/${agent}/state`, { body });

  /** What the daily deletion does to all events that are there: nobody can have them any more. */
  async function forgetEvents(): Promise<number> {
    const { body } = await chief.ask('GET /api/v1/events?after=0&limit=1');
    const files = readdirSync(house.pbx.dataDir, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.db'))) {
      const db = new Database(join(house.pbx.dataDir, file), { timeout: 10_000 });
      const has = db.prepare("select 1 from sqlite_master where name = 'event_batch'").get();
      if (has) db.prepare("delete from event_batch where tenant_id = 'a'").run();
      db.close();
    }
    return body.head;
  }

  it('a gap in the stream: grey while it is away, all of it true afterwards', async () => {
    const { page, faults } = await pageOf(chromium, relay.url, chief);
    const told: { type: string; from?: number; to?: number }[] = [];
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => told.push(JSON.parse(String(payload)))),
    );
    await setState('8001', { state: 'busy' });
    await page.goto(`${relay.url}/live`);
    const alice = await house.outside('a', '13800138051');
    const first = await house.calls(alice);
    await caller(page, '138 0013 8051').waitFor();
    await waits(page, '1');
    await tile(page, '8001').getByText('示忙').waitFor();
    await until('the stream has begun', async () => told.some(({ type }) => type === 'ready'));

    relay.silence();
    relay.cut();
    await lost(page).waitFor();
    const grey = "getComputedStyle(document.querySelector('.main-page')).filter";
    expect(await page.evaluate(grey)).toContain('grayscale');
    await look(page, 'stream-lost');
    await first.hangUp();
    await house.recordOf('13800138051');
    await setState('8001', { state: 'training' });
    const eve = await house.outside('a', '13900139052', 'eve');
    const second = await house.calls(eve);
    await until('eve waits', async () => {
      const { body } = await chief.ask('GET /api/v1/live/callers');
      return body.items.some(({ caller }: { caller: string }) => caller === '13900139052');
    });
    const forgotten = await forgetEvents();
    await setState('8002', { state: 'meeting' });
    // As long as it is away it says so: nothing that is old looks fresh.
    expect(await lost(page).isVisible()).toBe(true);
    expect(await caller(page, '138 0013 8051').count()).toBe(1);

    relay.silence(false);
    relay.cut();
    await lost(page).waitFor({ state: 'detached', timeout: 20_000 });
    await caller(page, '139 0013 9052')
      .waitFor()
      .catch((error: Error) => {
        throw new Error(`${error.message}
${JSON.stringify(told.slice(-6))}
${house.pbx.output.slice(-2000)}`);
      });
    await caller(page, '138 0013 8051').waitFor({ state: 'detached' });
    await waits(page, '1');
    await tile(page, '8001').getByText('培训').waitFor();
    await tile(page, '8002').getByText('会议').waitFor();
    expect(await page.evaluate(grey)).toBe('none');
    const [gap] = told.filter(({ type }) => type === 'gap');
    expect(gap?.to).toBeGreaterThanOrEqual(forgotten);
    // And it goes on by itself.
    await second.hangUp();
    await page.getByRole('status').getByText('没有来电在排队').waitFor();
    expect(faults.filter((fault) => !/ERR_|WebSocket/.test(fault))).toEqual([]);
    await page.context().close();
  });

  it('a stream that went on elsewhere (a backup was brought back): a snapshot is taken, and what follows is seen', async () => {
    const { page } = await pageOf(chromium, relay.url, chief);
    const types: string[] = [];
    // The page's own words to the engine, but for its number: that of a stream that has got further.
    await page.routeWebSocket(/\/api\/v1\/stream/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((text) => {
        const hello = JSON.parse(String(text));
        types.push(hello.after === undefined ? 'hello' : 'hello after');
        server.send(JSON.stringify({ ...hello, ...(hello.after && { after: hello.after + 1_000_000 }) }));
      });
      server.onMessage((text) => {
        const { type } = JSON.parse(String(text));
        if (type === 'ready' || type === 'resync') types.push(type);
        socket.send(text);
      });
    });
    await setState('8001', { state: 'busy' });
    await page.goto(`${relay.url}/live`);
    await tile(page, '8001').getByText('示忙').waitFor();
    await until('the stream is there', () => types.includes('ready'));
    relay.cut();
    await setState('8001', { state: 'training' });
    await tile(page, '8001').getByText('培训').waitFor();
    await setState('8001', { state: 'meeting' });
    await tile(page, '8001').getByText('会议').waitFor();
    expect(types).toEqual(['hello', 'ready', 'hello after', 'resync', 'ready']);
    await page.context().close();
  });

  it('a right taken away while the page is open: page and menu entry go, in words, and the API refuses', async () => {
    const { http } = house.pbx;
    const wu = await personOn(http, 'a', { login: 'wu', roles: ['supervisor'] });
    const { page } = await pageOf(chromium, http, wu);
    let isHeard = false;
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        isHeard ||= String(payload).includes('"type":"ready"');
      }),
    );
    await page.goto(`${http}/live`);
    const menu = page.getByRole('navigation', { name: '主导航' });
    await menu.getByRole('link', { name: '实时监控' }).waitFor();
    await tile(page, '8001').waitFor();
    // Whom nobody tells yet is not told that his rights have changed: he finds them so.
    await until('the stream is there', () => isHeard);
    await changeUser('wu', { roles: ['report-reader'] });
    await page.getByRole('heading', { name: '没有权限查看' }).waitFor();
    await page.getByText('您的权限已变更').waitFor();
    await look(page, 'right-gone');
    expect(await menu.getByRole('link', { name: '实时监控' }).count()).toBe(0);
    expect(await tile(page, '8001').count()).toBe(0);
    const refused = await wu.ask('POST /api/v1/agents/8001/state', { body: { state: 'ready' } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    await page.goto(`${http}/live`);
    await page.getByRole('heading', { name: '没有权限查看' }).waitFor();
    // Given back, it is there again without a reload.
    await changeUser('wu', { roles: ['supervisor'] });
    await tile(page, '8001').waitFor();
    await menu.getByRole('link', { name: '实时监控' }).waitFor();
    await changeUser('wu', { active: false });
    await page.getByRole('heading', { name: '登录' }).waitFor();
    await page.context().close();
  });

  it('a right given while the stream is away, which is told to nobody, is there when it is back', async () => {
    const zhou = await personOn(house.pbx.http, 'a', { login: 'zhou', roles: ['report-reader'] });
    const { page } = await pageOf(chromium, relay.url, zhou);
    await page.goto(`${relay.url}/live`);
    await page.getByRole('heading', { name: '没有权限查看' }).waitFor();
    relay.silence();
    relay.cut();
    await lost(page).waitFor();
    await changeUser('zhou', { roles: ['supervisor'] });
    relay.silence(false);
    relay.cut();
    await tile(page, '8001').waitFor({ timeout: 30_000 });
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '实时监控' }).waitFor();
    await page.context().close();
  });

  async function changeUser(login: string, change: object): Promise<void> {
    const { body } = await ask(house.pbx.http, 'GET /api/v1/users?limit=50', { headers: OF_A });
    const { id } = body.items.find((user: { login: string }) => user.login === login);
    const headers = { ...OF_A, 'if-match': '*' };
    const answer = await ask(house.pbx.http, `PATCH /api/v1/users/${id}`, { headers, body: change });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }

  it('a first password, then a second factor: set up, asked for at the next sign-in, a wrong and a used code refused', async () => {
    const { http } = house.pbx;
    const made = await ask(http, 'POST /api/v1/users', {
      headers: OF_A,
      body: { login: 'zhao', name: '赵敏', roles: ['supervisor'] },
    });
    const { page, faults } = await openPage(chromium);
    const signIn = async (password: string) => {
      await page.getByLabel('用户名').fill('zhao');
      await page.getByLabel('密码').fill(password);
      await page.getByLabel('企业').fill('a');
      await page.getByRole('button', { name: '登录' }).click();
    };
    await page.goto(`${http}/settings`);
    await signIn(made.body.password);
    await page.getByLabel('当前密码').fill(made.body.password);
    await page.getByLabel('新密码', { exact: true }).fill(GOOD_PASSWORD);
    await page.getByLabel('再次输入新密码').fill(GOOD_PASSWORD);
    await page.getByRole('button', { name: '设置新密码' }).click();

    await page.getByRole('button', { name: '开启双因素认证' }).click();
    const dialog = page.getByRole('dialog');
    const shown = dialog.locator('code.secret');
    await shown.filter({ hasText: /^[A-Z2-7]{32}$/ }).waitFor();
    const secret = (await shown.textContent())!;
    const code = (ahead: number) => codeAt(secret, Math.floor(Date.now() / 30_000) + ahead);
    await look(page, 'factor-offer');
    const used = code(0);
    await dialog.getByLabel('验证器上的 6 位数字').fill(used);
    await dialog.getByLabel('当前密码').fill(GOOD_PASSWORD);
    await dialog.getByRole('button', { name: '开启双因素认证' }).click();
    const recovery = page.getByRole('dialog').locator('.recovery code');
    await recovery.first().waitFor();
    const spare = (await recovery.first().textContent())!;
    await page.getByRole('button', { name: '我已保存' }).click();

    const signOut = async () => {
      await page.getByRole('button', { name: '账号' }).click();
      await page.getByRole('menuitem', { name: '退出登录' }).click();
      await page.getByRole('heading', { name: '登录' }).waitFor();
    };
    await signOut();
    await signIn(GOOD_PASSWORD);
    const field = page.getByLabel('验证码');
    await field.waitFor();
    await look(page, 'factor-asked');
    await field.fill(used);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('alert').getByText('wrong-code').waitFor();
    // That of the next step, which a clock may be ahead: it is not used yet.
    await field.fill(code(1));
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('button', { name: /赵敏/ }).waitFor();
    await signOut();
    await signIn(GOOD_PASSWORD);
    await field.fill(spare);
    await page.getByRole('button', { name: '登录' }).click();
    await page.getByRole('button', { name: /赵敏/ }).waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
