import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get, request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../src/certificate/make-certificate.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { httpOn } from '../../support/http.ts';

const other = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

let folder: string;
let app: ReturnType<typeof httpOn>;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-plain-'));
  await makeCertificate(
    { folder, cert: 'server.crt', key: 'server.key' },
    {
      ...{ hosts: ['localhost'], within: [], company: 'Demo', authority: folder, anew: false },
      ...{ kind: undefined, now: Date.now() },
    },
  );
  app = httpOn(new MemoryStore(), {
    tls: { certFile: join(folder, 'server.crt'), keyFile: join(folder, 'server.key') },
  });
  await app.listen({ host: '0.0.0.0', port: 0 });
  port = (app.server.address() as { port: number }).port;
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

describe('an HTTPS port', () => {
  it('serves plain HTTP to this machine', async () => {
    const [response] = await once(get({ host: '127.0.0.1', port, path: '/healthz' }), 'response');
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  it.skipIf(!other)(
    `sends others to HTTPS, and takes nothing from them${other ? '' : ': skipped, no network'}`,
    async () => {
      const headers = { host: `pbx.example.com:${port}` };
      const [sent] = await once(get({ host: other, port, path: '/calls?x=1', headers }), 'response');
      expect([sent.statusCode, sent.headers.location]).toEqual([
        308,
        `https://pbx.example.com:${port}/calls?x=1`,
      ]);
      sent.resume();
      const posting = request({ host: other, port, path: '/api/v1/session', method: 'POST', headers });
      posting.end('{}');
      const [refused] = await once(posting, 'response');
      expect(refused.statusCode).toBe(403);
      refused.resume();
      const socket = connect(port, other!);
      socket.write(`GET /sip HTTP/1.1\r\nHost: pbx\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`);
      expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 426 /);
      socket.destroy();
    },
  );

  it('takes a handshake that comes in pieces', async () => {
    const through = connect(port, '127.0.0.1');
    const tls = connectTls({ socket: through, rejectUnauthorized: false });
    await once(tls, 'secureConnect');
    tls.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(String((await once(tls, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
    tls.destroy();
  });

  it('is closed although some have said nothing and others keep their connection', async () => {
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(get({ host: '127.0.0.1', port, path: '/healthz', agent }), 'response');
    response.resume();
    await once(response, 'end');
    const gone = once(silent, 'close');
    silent.on('error', () => {}).resume();
    await app.close();
    await gone;
    agent.destroy();
  });
});
