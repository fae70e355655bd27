import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { freeTcpPort, freeUdpPort } from '../support/free-port.ts';
import { Pbx } from '../support/pbx.ts';
import { until } from '../support/until.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

function options(transport: string, via: string): string {
  return [
    'OPTIONS sip:pbx400.local SIP/2.0',
    `Via: SIP/2.0/${transport} ${via};branch=z9hG4bKtransports${transport}`,
    'Max-Forwards: 70',
    'From: <sip:test@127.0.0.1>;tag=1',
    'To: <sip:pbx400.local>',
    `Call-ID: transports-${transport}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

describe.skipIf(!hasOpenssl)('TLS and WSS (openssl makes the certificates)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pbx400-tls-'));
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  let pbx: Pbx;
  let tlsPort: number;

  function makeCertificate(name: string): void {
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    args.push('-days', '1', '-subj', `/CN=${name}`, '-keyout', key, '-out', cert);
    execFileSync('openssl', args, { stdio: 'ignore' });
  }

  /** Common name of the certificate on the SIP port, and the answer to an OPTIONS there. */
  function overTls(): Promise<{ name: string; answer: string }> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: tlsPort, rejectUnauthorized: false }, () =>
        socket.write(options('TLS', '127.0.0.1:5999')),
      );
      socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
      socket.once('error', reject);
      socket.once('data', (bytes) => {
        resolve({ name: String(socket.getPeerCertificate().subject.CN), answer: bytes.toString() });
        socket.destroy();
      });
    });
  }

  beforeAll(async () => {
    makeCertificate('first');
    tlsPort = await freeTcpPort();
    const sip = await freeUdpPort();
    pbx = await Pbx.start({
      sip: 'configured',
      configure: (config) => {
        config.tls = { cert, key };
        config.http.secure = true;
        config.http.sip = true;
        config.sip.listen = [
          { transport: 'udp', host: '127.0.0.1', port: sip },
          { transport: 'tls', host: '127.0.0.1', port: tlsPort },
        ];
      },
    });
  });
  afterAll(async () => {
    await pbx?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers over TLS, and with the new certificate after SIGHUP', async () => {
    const first = await overTls();
    expect(first.name).toBe('first');
    expect(first.answer).toMatch(/^SIP\/2\.0 200 /);
    makeCertificate('second');
    process.kill(pbx.pid, 'SIGHUP');
    await until('the new certificate', async () => (await overTls()).name === 'second');
  });

  it('answers over WSS on the HTTP port at /sip and nowhere else', async () => {
    const url = `${pbx.http.replace('http:', 'wss:')}/sip`;
    const socket = new WebSocket(url, 'sip', { rejectUnauthorized: false });
    const answer = await new Promise<string>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => socket.send(options('WSS', 'abc.invalid')));
      socket.once('message', (bytes) => resolve(String(bytes)));
    });
    socket.close();
    expect(answer).toMatch(/^SIP\/2\.0 200 /);
    const elsewhere = new WebSocket(url.replace('/sip', '/other'), 'sip', { rejectUnauthorized: false });
    await expect(
      new Promise((resolve, reject) => elsewhere.once('open', resolve).once('error', reject)),
    ).rejects.toThrow();
  });
});
