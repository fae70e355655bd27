import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../../../../src/shared/errors.ts';
import type { TlsFiles } from '../../../../src/shared/tls-identity.ts';
import { Answerer, client, FIXTURES, host, OPTIONS } from './answerer.ts';

describe('TLS', () => {
  function identity(name: string): TlsFiles & { folder: string } {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const files = {
      folder,
      certFile: join(folder, 'own.crt'),
      keyFile: join(folder, 'own.key'),
      caFile: join(FIXTURES, 'one.crt'),
    };
    install(files, name);
    return files;
  }

  function install({ certFile, keyFile }: TlsFiles, name: string): void {
    copyFileSync(join(FIXTURES, `${name}.crt`), certFile);
    copyFileSync(join(FIXTURES, `${name}.key`), keyFile);
  }

  async function nameShown(port: number): Promise<string> {
    const socket: TLSSocket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'secureConnect');
    return String(socket.getPeerCertificate().subject.CN);
  }

  it('connects to who shows the right certificate, and to nobody else', async () => {
    const good = await host('tls', {}, identity('one'));
    const bad = await host('tls', {}, identity('two'));
    const flow = good.transports.flowTo({ ...good.address('tls'), serverName: 'one.test' })!;
    flow.send(OPTIONS);
    await good.until(() => good.received.length === 2);
    const wrongName = good.transports.flowTo({ ...good.address('tls'), serverName: 'other.test' })!;
    const wrongIssuer = good.transports.flowTo({ ...bad.address('tls'), serverName: 'two.test' })!;
    for (const refused of [wrongName, wrongIssuer]) {
      await new Promise((resolve) => refused.send(OPTIONS, { onSendError: resolve }));
    }
    expect(bad.received).toEqual([]);
  });

  it('shows a new certificate after a reload, and keeps the old one when the new one is bad', async () => {
    const files = identity('one');
    const answerer = await host('tls', {}, files);
    const { port } = answerer.address('tls');
    expect(await nameShown(port)).toBe('one.test');
    install(files, 'two');
    answerer.transports.reloadTls();
    expect(await nameShown(port)).toBe('two.test');
    copyFileSync(join(FIXTURES, 'one.crt'), files.certFile);
    expect(() => answerer.transports.reloadTls()).toThrow(ConfigError);
    expect(await nameShown(port)).toBe('two.test');
  });

  it('counts connections in their handshake among those of their address', async () => {
    const answerer = await host('tls', { maxConnectionsPerAddress: 2 }, identity('one'));
    const { port } = answerer.address('tls');
    const silent = [await client(port), await client(port)];
    const third = await client(port);
    await once(third, 'close');
    silent[0]!.destroy();
    expect(answerer.transports.counters.limited).toBe(1);
    let shown = '';
    while (shown === '') shown = await nameShown(port).catch(() => '');
    expect(shown).toBe('one.test');
  });

  it('needs its files', () => {
    expect(() => new Answerer([{ transport: 'tls', host: '127.0.0.1', port: 0 }])).toThrow(ConfigError);
    expect(() => new Answerer([], {}, { certFile: '/nowhere', keyFile: '/nowhere' })).toThrow(
      'cannot read /nowhere',
    );
  });
});
