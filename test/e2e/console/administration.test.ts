/** Administration of people, access and the system in the console: what is clicked there, the engine has. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';

describe.skipIf(browserMissing !== undefined)(
  `people, access and system in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;
    /** A system that events are posted to: what it got, and what it answers. */
    let receiver: Server;
    let posted: string[];
    let answers: number;

    beforeAll(async () => {
      posted = [];
      answers = 204;
      receiver = createServer((request, response) => {
        posted.push(String(request.headers['webhook-signature']));
        request.resume().on('end', () => response.writeHead(answers).end());
      });
      await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
      pbx = await Pbx.start({
        configure: (config) => {
          config.http.outbound = { allow: ['127.0.0.1'] };
        },
      });
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', name: '王芳', roles: ['company-admin'] });
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      await pbx?.cleanUp();
      receiver?.closeAllConnections();
      receiver?.close();
    });

    const drawer = () => page.locator('.ant-drawer-section');
    const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
    const row = (text: string) => page.getByRole('row').filter({ hasText: text }).first();
    const open = async (path: string, heading: string) => {
      await page.goto(`${pbx.http}/admin/${path}`);
      await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    };
    /** Chooses in an open list of antd. */
    const choose = async (within: ReturnType<typeof dialog>, label: string, text: string) => {
      await within.getByLabel(label, { exact: true }).click();
      await page.locator('.ant-select-dropdown:visible').getByText(text, { exact: true }).click();
    };
    const told = async (name: string | RegExp) => {
      const secret = dialog(name).locator('.told-secret');
      await secret.waitFor();
      return (await secret.textContent())!;
    };
    const haveIt = async (name: string | RegExp) => {
      await dialog(name).getByRole('button', { name: '我已保存' }).click();
      await dialog(name).waitFor({ state: 'hidden' });
    };
    /** Clicks an act, confirms it, and waits for what is said of it. */
    const act = async (button: string, title: string, verb: string) => {
      await drawer().getByRole('button', { name: button }).click();
      await dialog(title).getByRole('button', { name: verb }).click();
      await dialog(title).waitFor({ state: 'hidden' });
    };

    it('adds somebody, whose first password is told once and opens the door', async () => {
      const department = { name: 'sales', title: '销售部' };
      expect((await wang.ask('POST /api/v1/departments', { body: department })).status).toBe(201);
      await open('users', '人员');
      await row('王芳').waitFor();
      await page.getByRole('button', { name: '新建人员' }).click();
      const form = dialog('新建人员');
      await form.getByRole('button', { name: '新建并生成初始密码' }).click();
      await form.getByText('必填').nth(2).waitFor();
      await form.getByLabel('登录名').fill('li.lei');
      await form.getByLabel('姓名').fill('李雷');
      await choose(form, '角色', '班长');
      await form.getByLabel('姓名').click();
      await choose(form, '部门', 'sales  销售部');
      await form.getByRole('button', { name: '新建并生成初始密码' }).click();
      const password = await told('李雷的初始密码');
      await look(page, 'users-password');
      await haveIt('李雷的初始密码');
      await row('李雷').getByText('待改初始密码').waitFor();
      const li = new Browser(pbx.http);
      expect((await li.signIn({ tenant: 'demo', login: 'li.lei', password })).status).toBe(201);
      await look(page, 'users');
    });

    it('finds people by what they are, and says how long they have been away', async () => {
      await page.getByRole('combobox', { name: '角色' }).click();
      await page.locator('.ant-select-dropdown:visible').getByText('班长', { exact: true }).click();
      await row('王芳').waitFor({ state: 'hidden' });
      await row('李雷').waitFor();
      await page.getByRole('combobox', { name: '未登录时长' }).click();
      await page.locator('.ant-select-dropdown:visible').getByText('30 天未登录', { exact: true }).click();
      await page.getByText('没有符合条件的人员。').waitFor();
      await page.getByRole('button', { name: '清除筛选' }).first().click();
      await row('王芳').waitFor();
    });

    it('changes, signs out, turns off and deletes; who does it is told what breaks', async () => {
      const { items } = (await wang.ask('GET /api/v1/users?q=li.lei')).body;
      const path = `/api/v1/users/${items[0].id}`;
      const user = async () => (await wang.ask(`GET ${path}`)).body;
      await row('李雷').click();
      await drawer().getByLabel('姓名').fill('李磊');
      await drawer().getByRole('button', { name: '保存' }).click();
      await page.getByText('已保存，立即生效').waitFor();
      expect(await user()).toMatchObject({
        name: '李磊',
        roles: ['supervisor'],
        department: 'sales',
        revision: 2,
      });
      await look(page, 'user');
      await drawer().getByRole('tab', { name: '登录会话' }).click();
      await act('结束所有会话', '结束李磊的所有会话', '结束所有会话');
      await drawer().getByText('目前没有登录').waitFor();
      expect((await wang.ask(`GET ${path}/sessions`)).body.items).toEqual([]);
      await drawer().getByRole('tab', { name: '资料' }).click();
      await act('重置密码', '重置李磊的密码', '重置密码');
      const password = await told('李磊的初始密码');
      await haveIt('李磊的初始密码');
      await act('停用账号', '停用李磊的账号', '停用账号');
      await drawer().getByText('已停用', { exact: true }).waitFor();
      const li = new Browser(pbx.http);
      const credentials = { tenant: 'demo', login: 'li.lei', password };
      expect((await li.signIn(credentials)).body.code).toBe('wrong-password');
      await act('启用账号', '启用账号', '启用账号');
      await drawer().getByText('待改初始密码').waitFor();
      expect((await li.signIn(credentials)).status).toBe(201);
      await drawer().getByRole('button', { name: '删除…' }).click();
      const refused = dialog('删除李磊');
      await refused.getByText('通话记录和操作日志保留').waitFor();
      await refused.getByRole('button', { name: '删除李磊' }).click();
      await row('李磊').waitFor({ state: 'hidden' });
      expect((await wang.ask(`GET ${path}`)).status).toBe(404);
    });

    it('copies a role, changes it, and does not delete what somebody has', async () => {
      await open('roles', '角色');
      await row('班长').click();
      await drawer().getByText('内置角色不能修改').waitFor();
      await drawer().getByRole('button', { name: '复制为新角色' }).click();
      // One goes while the other comes: none is looked for in both.
      await drawer().filter({ hasText: '内置角色不能修改' }).waitFor({ state: 'detached' });
      const made = drawer().filter({ hasText: '新建角色' });
      await made.getByLabel('中文名称').fill('夜班组长');
      await made.getByLabel('英文名称').fill('Night lead');
      await made.getByLabel('导出：导出数据').uncheck();
      await choose(made, '录音：查看', '全企业');
      await look(page, 'role-new');
      await made.getByRole('button', { name: '新建角色' }).click();
      await page.waitForURL(/\/admin\/roles\/night-lead$/);
      await made.waitFor({ state: 'detached' });
      const rights = async () => (await wang.ask('GET /api/v1/roles/night-lead')).body.rights;
      expect(await rights()).toContainEqual({ permission: 'recording:read', reach: 'tenant' });
      expect((await rights()).map((each: { permission: string }) => each.permission)).not.toContain(
        'export:create',
      );
      const body = { login: 'zhao', name: '赵敏', roles: ['night-lead'] };
      expect((await wang.ask('POST /api/v1/users', { body })).status).toBe(201);
      await drawer().getByLabel('导出：导出数据').check();
      await drawer().getByRole('button', { name: '保存' }).click();
      await page.getByText('有此角色的人立即生效').waitFor();
      expect(await rights()).toContainEqual({ permission: 'export:create', reach: 'tenant' });
      await page.reload();
      await drawer().getByRole('tab', { name: '谁有此角色 1' }).waitFor();
      await drawer().getByRole('button', { name: '删除…' }).click();
      const refused = dialog('删除角色夜班组长');
      await refused.getByText('以下 1 人有此角色').waitFor();
      expect(await refused.getByRole('button', { name: '删除角色夜班组长' }).isDisabled()).toBe(true);
      await refused.getByRole('link', { name: '赵敏' }).click();
      await page.waitForURL(/\/admin\/users\//);
    });

    it('grows a tree of departments, moves one, and says what breaks before one goes', async () => {
      await open('departments', '组织架构');
      const tree = page.getByRole('navigation', { name: '部门' });
      const panel = page.locator('.organisation-panel');
      await tree.getByRole('link', { name: /^销售部/ }).click();
      await panel.getByRole('button', { name: '新建下级部门' }).click();
      const form = dialog('新建部门');
      await form.getByLabel('名称').fill('电话销售');
      await form.getByLabel('标识').fill('tele');
      await form.getByRole('button', { name: '新建部门' }).click();
      await form.waitFor({ state: 'hidden' });
      await panel.getByRole('heading', { name: '电话销售' }).waitFor();
      await panel.getByText('上级：销售部').waitFor();
      const member = { login: 'sun', name: '孙悦', roles: ['supervisor'], department: 'tele' };
      expect((await wang.ask('POST /api/v1/users', { body: member })).status).toBe(201);
      await page.reload();
      await panel.getByRole('link', { name: '孙悦' }).waitFor();
      await look(page, 'organisation');
      const tele = async () => (await wang.ask('GET /api/v1/departments/tele')).body;
      await panel.getByRole('button', { name: '改名' }).click();
      await dialog('部门电话销售改名').getByLabel('名称').fill('电销组');
      await dialog('部门电话销售改名').getByRole('button', { name: '改名' }).click();
      await panel.getByRole('heading', { name: '电销组' }).waitFor();
      await panel.getByRole('button', { name: '移动' }).click();
      await choose(dialog('移动部门电销组'), '上级部门', '企业直属');
      await dialog('移动部门电销组').getByRole('button', { name: '移动' }).click();
      await panel.getByText('企业直属', { exact: true }).waitFor();
      expect(await tele()).toMatchObject({ title: '电销组' });
      expect((await tele()).parent ?? null).toBeNull();
      await panel.getByRole('button', { name: '删除…' }).click();
      const removal = dialog('删除部门电销组');
      await removal.getByText('以下 1 人直接属于它').waitFor();
      await removal.getByRole('button', { name: '删除部门电销组' }).click();
      await removal.waitFor({ state: 'hidden' });
      await tree.getByRole('link', { name: /^电销组/ }).waitFor({ state: 'hidden' });
      expect((await wang.ask('GET /api/v1/departments/tele')).status).toBe(404);
    });

    it('makes a key that opens what was chosen, and revokes it', async () => {
      await open('api-keys', 'API 密钥');
      await page.getByRole('button', { name: '新建密钥' }).first().click();
      await drawer().getByLabel('用途').fill('客户系统');
      await choose(drawer(), '有效期', '90 天');
      await drawer().getByLabel('人员：查看').check();
      await drawer().getByRole('button', { name: '生成密钥' }).click();
      const secret = await told('客户系统的密钥');
      await haveIt('客户系统的密钥');
      const ask = async (path: string) =>
        (await fetch(`${pbx.http}/api/v1${path}`, { headers: { authorization: `Bearer ${secret}` } })).status;
      expect([await ask('/users'), await ask('/roles')]).toEqual([200, 403]);
      await row('客户系统').getByText('有效').waitFor();
      await row('客户系统').click();
      await drawer().getByText('人员', { exact: true }).waitFor();
      await look(page, 'api-key');
      await act('吊销…', '吊销密钥客户系统', '吊销密钥客户系统');
      await page.getByText('还没有 API 密钥').waitFor();
      expect(await ask('/users')).toBe(401);
    });

    it('has events posted, tested, tried again, and signed with another secret', async () => {
      await open('webhooks', '事件推送');
      await page.getByRole('button', { name: '新建推送' }).first().click();
      const form = dialog('新建推送');
      await form.getByLabel('用途').fill('工单系统');
      await form.getByLabel('接收地址').fill('https://10.0.0.1/hook');
      await choose(form, '推送范围', '配置');
      await form.getByLabel('用途').click();
      await form.getByRole('button', { name: '新建推送' }).click();
      await form.getByText(/address-refused/).waitFor();
      const { port } = receiver.address() as AddressInfo;
      await form.getByLabel('接收地址').fill(`http://127.0.0.1:${port}/hook`);
      await form.getByRole('button', { name: '新建推送' }).click();
      const first = await told('工单系统的签名密钥');
      await haveIt('工单系统的签名密钥');
      await row('工单系统').click();
      await drawer().getByRole('button', { name: '发送测试' }).click();
      await drawer()
        .getByText(/测试已送达：204/)
        .waitFor();
      answers = 500;
      expect((await wang.ask('POST /api/v1/skills', { body: { name: 'dialect' } })).status).toBe(201);
      await expect.poll(() => posted.length, { timeout: 15_000 }).toBeGreaterThan(1);
      await drawer().getByRole('tab', { name: '推送记录' }).click();
      const delivery = drawer().getByRole('row').filter({ hasText: '配置变更' }).first();
      await delivery.getByText('500').waitFor();
      answers = 204;
      await delivery.getByRole('button', { name: /重发/ }).click();
      await page.getByText('已重发并送达').waitFor();
      await look(page, 'webhook-deliveries');
      await drawer().getByRole('tab', { name: '设置' }).click();
      await drawer().getByRole('button', { name: '更换签名密钥…' }).click();
      await dialog('更换工单系统的签名密钥').getByRole('button', { name: '更换工单系统的签名密钥' }).click();
      expect(await told('工单系统的签名密钥')).not.toBe(first);
      await haveIt('工单系统的签名密钥');
      await drawer()
        .getByText(/旧密钥签名到/)
        .waitFor();
      await look(page, 'webhook');
      await act('删除…', '删除推送工单系统', '删除推送工单系统');
      await page.getByText('还没有事件推送').waitFor();
    });

    it('tells who did what, with what was before and after', async () => {
      const { items } = (await wang.ask('GET /api/v1/users?q=zhao')).body;
      const patched = await wang.ask(`PATCH /api/v1/users/${items[0].id}`, {
        body: { name: '赵小敏', roles: ['supervisor'] },
        headers: { 'if-match': `"${items[0].revision}"` },
      });
      expect(patched.status).toBe(200);
      await open('audit', '操作日志');
      await row('zhao@demo').waitFor();
      await page.getByRole('combobox', { name: '操作', exact: true }).click();
      await page.locator('.ant-select-dropdown:visible').getByText('角色', { exact: true }).click();
      await row('夜班组长').waitFor();
      await row('zhao@demo').waitFor({ state: 'hidden' });
      await look(page, 'audit');
      await page.goto(`${pbx.http}/admin/audit?action=user&q=zhao`);
      await row('修改').click();
      await drawer().getByText('赵小敏').waitFor();
      await drawer().getByText('赵敏', { exact: true }).waitFor();
      await drawer().getByText('去掉 夜班组长').waitFor();
      await look(page, 'audit-entry');
    });

    it('shows jobs, with their files for who began them', async () => {
      const begun = await wang.ask('POST /api/v1/exports', { body: { kind: 'agent', format: 'csv' } });
      expect(begun.status).toBe(202);
      await open('jobs', '任务');
      await row('导出').getByText('已完成').waitFor();
      await row('导出').click();
      const file = drawer().getByRole('link', { name: /下载 .+csv/ });
      await file.waitFor();
      const href = await file.getAttribute('href');
      expect((await wang.ask(`GET ${href}`)).body).toContain('8001');
      await look(page, 'job');
    });

    it('shows nodes to operators, and who has no right sees no entry', async () => {
      expect(await page.getByRole('link', { name: '节点', exact: true }).count()).toBe(0);
      const qian = await personOn(pbx.http, 'system', { login: 'qian', name: '钱操', roles: ['operator'] });
      const operator = await pageOf(chromium, pbx.http, qian);
      await operator.page.goto(`${pbx.http}/admin/nodes`);
      await operator.page.getByText('应答的节点', { exact: true }).waitFor();
      await operator.page.getByText(/目录$/).first().waitFor();
      await look(operator.page, 'nodes');
      expect(operator.faults).toEqual([]);
      await operator.page.context().close();
      const zhou = await personOn(pbx.http, 'demo', { login: 'zhou', name: '周审', roles: ['auditor'] });
      const auditor = await pageOf(chromium, pbx.http, zhou);
      await auditor.page.goto(`${pbx.http}/admin`);
      await auditor.page.waitForURL(/\/admin\/audit$/);
      await auditor.page.getByRole('heading', { level: 1, name: '操作日志' }).waitFor();
      const entries = auditor.page.getByRole('navigation', { name: '管理的内容' }).getByRole('link');
      expect(await entries.allTextContents()).toEqual(['操作日志']);
      expect(auditor.faults).toEqual([]);
      await auditor.page.context().close();
    });

    it('is in English, too', async () => {
      await open('users', '人员');
      await speak(page, 'en');
      await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
      await row('王芳').click();
      await drawer().getByText('Last sign-in').waitFor();
      await look(page, 'user-en');
      await speak(page, 'zh-CN');
    });

    it('had no fault in the page', () => {
      expect(watched.faults).toEqual([]);
    });
  },
);
