/** The agent workspace (坐席工作台) against the real engine: two agents with softphones in Chromium, callers on the trunk. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { baresipMissing } from '../../support/baresip.ts';
import { AS_OPERATOR, ask, GOOD_PASSWORD, personOn } from '../../support/browser.ts';
import { browserMissing, openPage, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look } from '../../support/console-look.ts';
import { PhoneHouse } from '../../support/phone-house.ts';
import { START_MS } from '../../support/sip-engines.ts';
import { until } from '../../support/until.ts';

const missing = browserMissing ?? baresipMissing;
const OF_A = { ...AS_OPERATOR, 'pbx-tenant': 'a' };

describe.skipIf(missing !== undefined)(
  `the agent workspace in Chromium${missing ? `: skipped, ${missing}` : ''}`,
  () => {
    let house: PhoneHouse;
    let browser: Browser;
    let zhang: WatchedPage;
    let wang: WatchedPage;
    let page: Page;

    beforeAll(async () => {
      house = await PhoneHouse.open({
        company: (document) => {
          document.agents['8001'] = { name: '张伟' };
          document.agents['8002'] = { name: '王芳' };
          document.agents['8004'] = { name: '赵敏', signIn: 'manual' };
          document.dispositions = {
            sales: {
              entries: [
                { code: 'order', title: '下单', children: [{ code: 'order-new', title: '新客户' }] },
                { code: 'question', title: '咨询' },
              ],
            },
          };
          document.scripts = {
            sales: { title: '开场白', text: '您好，工号 {agent} {name} 为您服务，请问有什么可以帮您？' },
          };
          document.contacts = {
            fire: { title: '消防救援', number: '119', category: 'emergency' },
            depot: { title: '华东仓库', number: '02161234567', note: '工作日 9 点到 18 点' },
          };
          document.calendars = { never: { periods: { open: { mon: '03:00-03:01' } } } };
          Object.assign(document.queues.sales, {
            ...{ title: '售前咨询', ring: '60s', wrapUp: '5m', script: 'sales' },
            ...{ disposition: 'sales', dispositionRequired: true, talkAlarm: '10m', holdAlarm: '1m' },
          });
          document.queues.service = { title: '售后服务', agents: [8002], hours: 'never' };
        },
      });
      await personOn(house.pbx.http, 'a', { login: 'zhang', name: '张伟', roles: ['agent'], agent: '8001' });
      await personOn(house.pbx.http, 'a', { login: 'wang', name: '王芳', roles: ['agent'], agent: '8002' });
      browser = await startBrowser();
      zhang = await signedIn('zhang');
      wang = await signedIn('wang');
      page = zhang.page;
    }, START_MS);
    afterEach(() => house?.clear());
    afterAll(async () => {
      await browser?.close();
      await house?.close();
    });

    async function signedIn(login: string): Promise<WatchedPage> {
      const opened = await openPage(browser);
      await opened.page.goto(`${house.pbx.http}/`);
      await opened.page.getByLabel('用户名').fill(login);
      await opened.page.getByLabel('密码').fill(GOOD_PASSWORD);
      await opened.page.getByLabel('企业').fill('a');
      await opened.page.getByRole('button', { name: '登录' }).click();
      // Who is an agent begins at his desk.
      await opened.page.getByRole('heading', { name: '坐席工作台' }).waitFor();
      return opened;
    }
    const centre = (of: Page) => of.getByRole('region', { name: '当前通话' });
    const customer = (of: Page) => of.getByRole('complementary', { name: '客户' });
    const bar = (of: Page) => of.getByRole('region', { name: '话务条' });
    const left = (of: Page) => of.getByRole('complementary', { name: '待办' });

    it('shows nothing but what to do next while there is no call', async () => {
      await centre(page).getByText('没有进行中的通话').waitFor();
      await left(page).getByText('没有待办').waitFor();
      await look(page, 'workspace-idle');
    });

    it('shows a call from the ringing on, keeps the note over a reload, and gives both to who takes the caller over', async () => {
      const bob = await house.phone('bob');
      const carol = await house.phone('carol');
      const alice = await house.outside('a', '13800138051');
      const calling = await house.calls(alice);
      const atBob = await bob.rings();
      await centre(page).getByText('138 **** 8051').first().waitFor();
      await centre(page).getByText('您好，工号 8001 张伟 为您服务，请问有什么可以帮您？').waitFor();
      await customer(page).getByText('第一次来电，没有历史通话').waitFor();
      await look(page, 'workspace-ringing');
      await customer(page).getByRole('button', { name: '查看号码' }).click();
      await page.getByLabel('原因').fill('客户要求短信确认');
      await page.keyboard.press('Enter');
      await customer(page).getByText('138 0013 8051').waitFor();

      await atBob.accept();
      await centre(page).getByText('通话', { exact: true }).first().waitFor();
      await page.keyboard.press('Alt+n');
      await page.keyboard.type('要开发票，抬头 pbx400');
      await centre(page)
        .getByText(/已保存 \d/)
        .waitFor();
      await page.reload();
      await page.getByRole('textbox', { name: '小结' }).and(page.locator('textarea')).waitFor();
      await until(
        'the note is there again',
        async () => (await page.locator('textarea').first().inputValue()) === '要开发票，抬头 pbx400',
      );

      // One key marks the call; why is said when there is time.
      await bar(page).locator('button[aria-label="标记"]:enabled').waitFor();
      await page.keyboard.press('Alt+f');
      await bar(page).getByRole('button', { name: '已标记' }).click();
      const why = page.getByRole('textbox', { name: '原因（可不填）' });
      await why.fill('请质检抽听');
      await look(page, 'workspace-flag');
      await why.press('Enter');
      await why.waitFor({ state: 'detached' });

      await page.keyboard.press('Alt+d');
      const dialog = page.getByRole('dialog');
      const search = dialog.getByRole('combobox');
      await search.fill('shouhou');
      await dialog
        .getByRole('option', { name: /售后服务/ })
        .getByText('已下班')
        .waitFor();
      await dialog.getByRole('button', { name: '预约该队列回呼' }).waitFor();
      await search.fill('zhaomin');
      await dialog.getByRole('button', { name: '留言给 赵敏' }).waitFor();
      await search.fill('wf');
      await dialog.getByRole('option', { name: /王芳/ }).getByText('就绪').waitFor();
      await dialog.getByLabel('转接留言').fill('客户已等三天，请尽快开票');
      await look(page, 'workspace-directory');
      await search.focus();
      await page.keyboard.press('Enter');
      const atCarol = await carol.rings();
      // Before she answers.
      await centre(wang.page).getByText('客户已等三天，请尽快开票').waitFor();
      await centre(wang.page).getByText('要开发票，抬头 pbx400').waitFor();
      await atCarol.accept();
      await centre(wang.page).getByText('通话', { exact: true }).first().waitFor();
      await bar(wang.page).getByTitle('请质检抽听').waitFor();
      await dialog.waitFor({ state: 'detached' });

      // By keyboard alone: what it came to, and the end of his wrap-up.
      await centre(page).getByRole('heading', { name: '话后整理' }).waitFor();
      await centre(page).getByText('客户已转给同事').waitFor();
      await page.keyboard.press('Control+Enter');
      await centre(page).getByText('请先选择通话结果').waitFor();
      await look(page, 'workspace-wrap-up');
      await centre(page).getByLabel('通话结果').focus();
      await page.keyboard.type('咨询');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+Enter');
      await centre(page).getByText('没有进行中的通话').waitFor();

      await calling.hangUp();
      const desk = centre(wang.page);
      await desk.getByRole('heading', { name: '话后整理' }).waitFor();
      // The mark is taken off, and set again, after the call: she has no wrap-up, and so nothing in the bar.
      await desk.getByRole('button', { name: '已标记' }).click();
      await wang.page.getByRole('button', { name: '取消标记' }).click();
      await desk.locator('button[aria-label="标记"]:enabled').waitFor();
      await wang.page.keyboard.press('Alt+f');
      await desk.locator('button[aria-label="已标记"]:enabled').waitFor();
      await look(wang.page, 'workspace-flagged-after');
      await desk.getByLabel('已解决').check();
      await desk.getByLabel('约定回电').check();
      await desk.getByLabel('回电事由').fill('确认发票已收到');
      await desk.getByLabel('通话结果').focus();
      await wang.page.keyboard.type('新客户');
      await wang.page.keyboard.press('Enter');
      await wang.page.keyboard.press('Control+Enter');
      await desk.getByText('没有进行中的通话').waitFor();
      await left(wang.page).getByText('确认发票已收到').waitFor();

      const { callId } = await house.recordOf('13800138051');
      const read = async () =>
        (await ask(house.pbx.http, `GET /api/v1/calls/${callId}`, { headers: OF_A })).body;
      await until('the record says all of it', async () => {
        const { disposition, resolved, targets, flag } = await read();
        const notes = targets.map(({ note, disposition: each }: Record<string, unknown>) => [each, note]);
        const isWhole = JSON.stringify(notes).includes('["question","要开发票，抬头 pbx400"]');
        return disposition === 'order-new' && resolved === true && isWhole && flag?.by === 'wang@a';
      });
      await left(page).getByRole('link').filter({ hasText: '138 **** 8051' }).waitFor({ timeout: 30_000 });
    });

    it('calls a missed caller back with one key, who is then off the list', async () => {
      const bob = await house.phone('bob');
      const number = '13900139077';
      // He has no phone of the other desk to ring, and hangs up.
      const caller = await house.outside('a', number);
      const first = await house.calls(caller);
      await bob.rings();
      await first.hangUp();
      const { callId } = await house.recordOf(number);
      const given = await ask(house.pbx.http, `PATCH /api/v1/missed-calls/${callId}`, {
        headers: { ...OF_A, 'if-match': '*' },
        body: { assignee: '8001' },
      });
      expect(given.status, JSON.stringify(given.body)).toBe(200);
      await page.reload();
      await left(page).getByText('139 **** 9077').first().waitFor();
      await look(page, 'workspace-todo');
      const line = await house.line('a', number, 'dave');
      await page.keyboard.press('b');
      const own = await bob.rings();
      await own.accept();
      const reached = await line.rings();
      await reached.accept();
      await centre(page).getByText('通话', { exact: true }).first().waitFor();
      await customer(page).getByText('排队放弃').waitFor();
      await look(page, 'workspace-talking');
      await own.hangUp();
      await until('nothing is left to do', async () => {
        await page.reload();
        await left(page).getByRole('heading', { name: '待办' }).waitFor();
        await left(page)
          .getByText(/没有待办|139/)
          .first()
          .waitFor();
        return (await left(page).getByText('没有待办').count()) > 0;
      });
      await left(page).getByRole('link').filter({ hasText: '139 **** 9077' }).first().waitFor();
      // What was being read when the page was loaded anew.
      const isFault = (fault: string) => !fault.endsWith('net::ERR_ABORTED');
      expect([...zhang.faults, ...wang.faults].filter(isFault)).toEqual([]);
    });

    it('speaks English', async () => {
      await page.getByRole('button', { name: 'Switch to English' }).click();
      // Its tooltip goes with the focus.
      await page.reload();
      await page.getByRole('heading', { name: 'My day' }).waitFor();
      await look(page, 'workspace-english');
      expect(await page.locator('main').textContent()).not.toMatch(/待办|我的/);
    });
  },
);
