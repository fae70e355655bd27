/** HTTPS, WSS, the event stream and SIP for browsers on one port, with the certificate that `pbx400 certificate` makes. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeCertificate } from '../../src/certificate/make-certificate.ts';
import { ownCertificateIn } from '../../src/config/data-dir.ts';
import { digestAnswer } from '../support/digest-answer.ts';
import { Pbx, TOKEN } from '../support/pbx.ts';
import { until } from '../support/until.ts';

describe('pbx400 certificate', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'pbx400-certified-'));
  let pbx: Pbx;
  let ca: string;
  let port: number;
  let times = 0;

  beforeAll(async () => {
    const { folder } = ownCertificateIn(dataDir);
    await makeCertificate(
      { folder, cert: 'server.crt', key: 'server.key' },
      {
        ...{ hosts: ['pbx.example.com'], within: [], company: 'Demo', authority: folder, anew: false },
        ...{ kind: undefined, now: Date.now() },
      },
    );
    ca = readFileSync(join(folder, 'ca.crt'), 'utf8');
    pbx = await Pbx.start({
      dataDir,
      configure: ({ http }) => {
        http.proxies = ['127.0.0.1'];
      },
    });
    port = Number(new URL(pbx.http).port);
  });
  afterAll(async () => {
    await pbx?.cleanUp();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const trusting = () => ({ ca, servername: 'pbx.example.com', host: '127.0.0.1', port });
  const asked = async (path: string, more: RequestOptions = {}) => {
    const [response] = await once(get({ ...trusting(), path, ...more }), 'response');
    return { status: response.statusCode, body: JSON.parse(await text(response)) };
  };
  const open = async (path: string, protocols: string[], headers: Record<string, string> = {}) => {
    const socket = new WebSocket(`wss://pbx.example.com:${port}${path}`, protocols, {
      ...{
        ca,
        headers,
        lookup: (_host, _options, done) => void done(null, [{ address: '127.0.0.1', family: 4 }] as never),
      },
    });
    await once(socket, 'open');
    return socket;
  };
  const passwordOf = (extension: string) => {
    const [, password] =
      new RegExp(`^${extension}\t(\\S+)`, 'm').exec(
        readFileSync(join(dataDir, 'initial-passwords.txt'), 'utf8'),
      ) ?? [];
    return password!;
  };
  const serial = async () => {
    const socket = connect(trusting());
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };

  /** Registers over a socket, and resolves with the last answer. */
  async function register(socket: WebSocket, user: string): Promise<string> {
    times++;
    const send = async (cseq: number, more: string[]) => {
      socket.send(
        [
          'REGISTER sip:pbx400.local SIP/2.0',
          `Via: SIP/2.0/WSS phone.invalid;branch=z9hG4bK${times}-${cseq}`,
          'Max-Forwards: 70',
          `From: <sip:${user}@pbx400.local>;tag=1`,
          `To: <sip:${user}@pbx400.local>`,
          `Call-ID: certificate-${times}`,
          `CSeq: ${cseq} REGISTER`,
          `Contact: <sip:${user}@phone.invalid;transport=ws>;expires=600`,
          ...more,
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n'),
      );
      return String((await once(socket, 'message'))[0]);
    };
    const challenge = /^WWW-Authenticate: (.*)\r$/m.exec(await send(1, []))![1]!;
    const how = { username: user, password: passwordOf(user), method: 'REGISTER', uri: 'sip:pbx400.local' };
    return await send(2, [`Authorization: ${digestAnswer(challenge, how)}`]);
  }

  it('serves the API, the event stream and SIP with TLS that who trusts the authority takes', async () => {
    expect((await asked('/api/v1/health', { headers: { host: 'pbx.example.com' } })).body).toMatchObject({
      certificate: { state: 'ok' },
      pages: { secure: true, why: null },
    });
    const stream = await open('/api/v1/stream', [], {
      authorization: `Bearer ${TOKEN}`,
      'pbx-tenant': 'demo',
    });
    stream.send(JSON.stringify({ type: 'hello' }));
    expect(JSON.parse(String((await once(stream, 'message'))[0]))).toMatchObject({ type: 'ready' });
    const phone = await open('/sip', ['sip'], { origin: `https://pbx.example.com:${port}` });
    const answer = await register(phone, '8001');
    expect(answer).toMatch(/^SIP\/2\.0 200 /);
    expect(answer).toMatch(/^Contact: <sip:8001@phone\.invalid;transport=ws>/m);
    for (const socket of [stream, phone]) socket.terminate();
  });

  it('is renewed while it runs: new connections have the new one, those that are open stay', async () => {
    const before = await serial();
    const phone = await open('/sip', ['sip']);
    expect(await register(phone, '8002')).toMatch(/^SIP\/2\.0 200 /);
    expect(await pbx.cli('certificate', '--language', 'en')).toMatch(/^served {7}from now on;/m);
    expect(await serial()).not.toBe(before);
    expect(await register(phone, '8002')).toMatch(/^SIP\/2\.0 200 /);
    phone.terminate();
  });

  it('is read again when its files change, without a command or a signal', async () => {
    const before = await serial();
    const { folder } = ownCertificateIn(dataDir);
    await makeCertificate(
      { folder, cert: 'server.crt', key: 'server.key' },
      {
        ...{ hosts: [], within: [], company: 'Demo', authority: folder, anew: false },
        ...{ kind: undefined, now: Date.now() },
      },
    );
    await until('the new certificate', async () => (await serial()) !== before);
  });

  it('knows a phone behind a proxy by its own address, and refuses the page of another origin', async () => {
    const phone = await open('/sip', ['sip'], { 'x-forwarded-for': '198.51.100.7' });
    expect(await register(phone, '8001')).toMatch(/^Via: .*;received=198\.51\.100\.7/m);
    phone.terminate();
    await expect(open('/sip', ['sip'], { origin: 'https://evil.example.com' })).rejects.toThrow(/403/);
  });

  it('serves plain HTTP to this machine on the same port', async () => {
    expect((await pbx.get('/api/v1/health')).status).toBe(200);
    const phone = new WebSocket(`ws://127.0.0.1:${port}/sip`, 'sip');
    await once(phone, 'open');
    expect(await register(phone, '8002')).toMatch(/^SIP\/2\.0 200 /);
    phone.terminate();
  });
});
