/** The examples of dialplans/examples/integration, as an integrator runs them, against a PBX with calls. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Chromium, chromiumMissing } from '../support/chromium.ts';
import { ClientProject } from '../support/client-project.ts';
import { describeBeside } from '../support/describe-beside.ts';
import { freeSipPort, freeTcpPort } from '../support/free-port.ts';
import { type Party, phones, placeCall, waitForCall } from '../support/party.ts';
import { Pbx, TOKEN } from '../support/pbx.ts';
import { START_MS } from '../support/sip-engines.ts';
import { sippMissing } from '../support/sipp.ts';
import { until } from '../support/until.ts';

const LINE = '13900139000';

describeBeside(sippMissing, 'the examples of integrations', () => {
  let pbx: Pbx;
  let desk: Awaited<ReturnType<typeof phones<'8001'>>>;
  let linePort: number;
  let pagePort: number;
  let project: ClientProject;
  let key: string;
  const children: ChildProcess[] = [];
  const parties: Party[] = [];

  beforeAll(async () => {
    project = new ClientProject('dialplans/examples/integration');
    desk = await phones('8001');
    [linePort, pagePort] = [await freeSipPort(), await freeTcpPort()];
    pbx = await Pbx.start({
      configure: (config) => {
        config.http.origins = [`http://127.0.0.1:${pagePort}`];
        config.extensions['8001'].contact = desk.contacts['8001'];
        Object.assign(config.trunks.carrier, { uri: `sip:127.0.0.1:${linePort}`, probe: '0s' });
        Object.assign(config.queues.sales, { agents: ['8001'], announceAgent: false, wrapUp: '0s' });
      },
    });
    const permissions = ['call:read', 'call:create', 'call:update', 'agent:read', 'number:read'];
    const made = await pbx.post('/api/v1/api-keys', { name: 'crm', permissions }, TOKEN, 'demo');
    key = made.body.secret;
  }, START_MS);
  afterEach(async () => {
    for (const { sipp } of parties.splice(0)) sipp.kill();
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(async () => {
    await pbx?.cleanUp();
    project?.cleanUp();
  });

  /** An example as a process; `says` is what it has written. */
  function run(file: string, ...args: string[]) {
    const env = { ...process.env, PBX_URL: pbx.http, PBX_KEY: key, PORT: `${pagePort}` };
    const child = spawn(process.execPath, [file, ...args], { cwd: project.folder, env });
    children.push(child);
    const written = { text: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        written.text += text;
      });
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    return { written, exited };
  }

  it('click-to-call.ts rings the extension, then the number, and tells how it goes', async () => {
    const phone = await waitForCall({ number: '8001', port: desk.ports['8001'] });
    const scenario = 'agent-answers-and-hangs-up-expect-ok';
    const line = await waitForCall({ number: LINE, port: linePort, scenario, pauseMs: 500 });
    parties.push(phone, line);
    const { written, exited } = run('click-to-call.ts', '8001', LINE);
    const code = await exited;
    expect(written.text.replace(/call \S+/, 'call ID')).toBe(
      `call ID\nrings at 8001\n8001 answers\nrings at ${LINE}\n${LINE} answers\nconnected with ${LINE}\nended: normal\n`,
    );
    expect(code).toBe(0);
    await line.sipp.passed();
  });

  it('click-to-call.ts says why it is refused, and how it is used', async () => {
    const refused = run('click-to-call.ts', '8099', LINE);
    expect(await refused.exited).toBe(1);
    expect(refused.written.text).toContain('refused: not-found: demo has no extension 8099');
    const asked = run('click-to-call.ts');
    expect(await asked.exited).toBe(2);
    expect(asked.written.text).toMatch(/^usage: /);
  });

  it.skipIf(chromiumMissing)('screen-pop.html shows who calls while the agent is rung', async () => {
    const server = run('screen-pop-server.ts');
    await until('the page is served', () => server.written.text.includes('http://'));
    const browser = await Chromium.start();
    try {
      await browser.open(`http://127.0.0.1:${pagePort}/?agent=8001`);
      const textOf = async (selector: string) =>
        await browser.evaluate<string>(
          `[...document.querySelectorAll('${selector}')].map((each) => each.innerText.replace(/\\s+/g, ' ').trim()).join('|')`,
        );
      const sees = (selector: string, text: string) =>
        until(`the page shows ${text}`, async () => (await textOf(selector).catch(() => '')) === text, {
          limitMs: 15_000,
          everyMs: 50,
        });
      await sees('#line', '已连接，坐席 8001');

      const scenario = 'agent-ring-expect-cancel';
      const phone = await waitForCall({ number: '8001', port: desk.ports['8001'], scenario });
      const caller = await placeCall(pbx, { caller: '+8675523456789', called: '864001234567' });
      parties.push(phone, caller);
      await caller.voice.hears('main-menu');
      caller.voice.press('1');
      await phone.sipp.logged('invited');
      await sees('.state', '振铃中');
      expect(await textOf('.caller')).toBe('075523456789');
      expect(await textOf('dl > div')).toBe('归属地 广东深圳|热线 4001234567|队列 sales|按键 1|坐席 8001');
      const picture = process.env['SCREEN_POP_PICTURE'];
      if (picture) writeFileSync(picture, await browser.screenshot());

      caller.sipp.kill();
      await pbx.post(`/api/v1/calls/${await runningCall()}/hang-up`, {}, TOKEN, 'demo');
      await sees('.state', '未接听');
    } finally {
      await browser.close();
    }
  });

  async function runningCall(): Promise<string> {
    const { body } = await pbx.get('/api/v1/calls?state=running');
    return body.items[0].id;
  }
});
