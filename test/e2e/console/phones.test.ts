/** Phones of an extension in the console: set up by what is told there, registered for real, and seen. */
import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, personOn } from '../../support/browser.ts';
import { browserMissing, startBrowser, type WatchedPage } from '../../support/console-browser.ts';
import { look, pageOf, speak } from '../../support/console-look.ts';
import { Pbx } from '../../support/pbx.ts';
import { UdpPhone } from '../../support/udp-phone.ts';
import { until } from '../../support/until.ts';

const SDP = [
  ...['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
  ...['m=audio 40002 RTP/AVP 8', 'a=rtpmap:8 PCMA/8000', ''],
].join('\r\n');

describe.skipIf(browserMissing !== undefined)(
  `phones in the console${browserMissing ? `: skipped, ${browserMissing}` : ''}`,
  () => {
    let pbx: Pbx;
    let chromium: Chromium;
    let phone: UdpPhone;
    let wang: Browser;
    let watched: WatchedPage;
    let page: Page;
    let password: string;

    beforeAll(async () => {
      pbx = await Pbx.start();
      phone = await UdpPhone.open(pbx.sip);
      chromium = await startBrowser();
      wang = await personOn(pbx.http, 'demo', { login: 'wang', roles: ['company-admin'] });
      const made = await wang.ask('POST /api/v1/extensions', { body: { number: '8010', name: '前台' } });
      expect(made.status).toBe(201);
      watched = await pageOf(chromium, pbx.http, wang);
      page = watched.page;
    }, 90_000);
    afterAll(async () => {
      await chromium?.close();
      phone?.close();
      await pbx?.cleanUp();
    });

    const drawer = () => page.locator('.entity-drawer .ant-drawer-section');
    const panel = () => drawer().getByRole('tabpanel');
    const turnTo = (tab: string) => drawer().getByRole('tab', { name: tab, exact: true }).click();

    it('says what a phone is set up with, without a password, and that none is registered', async () => {
      await page.goto(`${pbx.http}/admin/extensions/8010`);
      await turnTo('话机');
      await panel().getByText('现在没有话机注册到本分机').waitFor();
      const settings = panel().getByLabel('配置话机 Yealink');
      expect(await settings.inputValue()).toContain('account.1.password = ********');
      expect(await panel().getByLabel('含账号设置的二维码').count()).toBe(0);
      await look(page, 'phones-none');
    });

    it('tells a new password once, in settings and QR code, with which a phone registers', async () => {
      await panel().getByRole('button', { name: '重新生成密码' }).click();
      const dialog = page.getByRole('dialog', { name: '重新生成分机 8010 的密码' });
      await dialog.getByRole('button', { name: '重新生成密码' }).click();
      await dialog.waitFor({ state: 'detached' });
      await panel().getByLabel('含账号设置的二维码').waitFor();
      const settings = await panel().getByLabel('配置话机 Yealink').inputValue();
      password = /account\.1\.password = (\S+)/.exec(settings)![1]!;
      const server = /sip_server\.1\.address = (\S+)/.exec(settings)![1]!;
      expect(password).toMatch(/^[\w-]{8,}$/);
      expect(await panel().locator('.phones-password').textContent()).toBe(password);
      expect(settings).toContain(`outbound_proxy.1.address = ${pbx.sip.split(':')[0]}`);
      expect(server).toBe('pbx400.local');
      await look(page, 'phones-password');
      const answer = await phone.register({
        user: '8010',
        password,
        userAgent: 'Yealink SIP-T31P 124.86.0.40',
      });
      expect(answer.status).toBe(200);
      const row = panel().getByRole('row').filter({ hasText: 'Yealink SIP-T31P' });
      await row.waitFor();
      expect(await row.textContent()).toContain(phone.address);
    });

    it('has the settings of each phone', async () => {
      await panel().getByLabel('话机或软电话').click();
      await page.locator('.ant-select-item-option').filter({ hasText: 'Grandstream Wave' }).click();
      const settings = panel().getByLabel('配置话机 Grandstream Wave');
      expect(await settings.inputValue()).toContain(`<AuthPass>${password}</AuthPass>`);
      await look(page, 'phones-wave');
    });

    it('does not tell the password again', async () => {
      await page.reload();
      await turnTo('话机');
      await panel().getByRole('row').filter({ hasText: 'Yealink SIP-T31P' }).waitFor();
      expect(await panel().getByLabel('配置话机 Yealink').inputValue()).toContain('password = ********');
      expect(await page.content()).not.toContain(password);
      expect(await panel().getByLabel('含账号设置的二维码').count()).toBe(0);
    });

    it('shows how its last calls sounded, and says all of it in English', async () => {
      const answer = await phone.call({
        ...{ user: '8010', from: '8010', called: '4001234567' },
        password,
        sdp: SDP,
      });
      expect(answer.status).toBe(200);
      const running = await wang.ask('GET /api/v1/calls?state=running');
      const { id } = running.body.items[0];
      expect((await wang.ask(`POST /api/v1/calls/${id}/hang-up`)).status).toBe(204);
      await until('its record', async () => (await wang.ask('GET /api/v1/calls?caller=8010')).body.items[0]);
      await speak(page, 'en');
      await turnTo('Phones');
      await panel().getByRole('row').filter({ hasText: '400 123 4567' }).waitFor();
      await look(page, 'phones-en');
      expect(watched.faults).toEqual([]);
    });
  },
);
