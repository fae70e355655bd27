import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { ControlServer } from '../../../src/provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from '../../../src/provisioning/control/protocol.ts';
import { silentLogger } from '../../../src/shared/logger.ts';

let folder: string;
let config: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-cli-certificate-'));
  config = join(folder, 'pbx400.yaml');
  writeFileSync(config, 'data: data\nhttp: { host: 0.0.0.0, port: 8443 }\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

async function certificate(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const parts = {
    out: (text: string) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    start: () => Promise.reject(new Error('nothing starts here')),
  };
  const code = await run(['certificate', ...args, '--config', config], parts);
  return { code, ...said };
}

describe('pbx400 certificate', () => {
  it('makes what the next start serves, and says in two languages how it is trusted', async () => {
    expect(loadConfig({ file: config, env: {} }).http.secure).toBe(false);
    const english = await certificate('--host', 'pbx.example.com', '192.0.2.10', '--language', 'en');
    expect(english).toMatchObject({ code: 0, err: '' });
    expect(english.out).toContain('for          pbx.example.com localhost 192.0.2.10 127.0.0.1 ::1\n');
    expect(english.out).toContain('served       by HTTPS and WSS when pbx400 starts\n');
    for (const words of [
      /certutil -addstore/,
      /add-trusted-cert/,
      /update-ca-certificates/,
      /"Certificates"/,
    ])
      expect(english.out).toMatch(words);
    expect(english.out).toContain('"AudioCaptureAllowedUrls": ["https://pbx.example.com:8443"]');
    const { http, tls } = loadConfig({ file: config, env: {} });
    expect(http.secure).toBe(true);
    expect(tls?.certFile).toBe(join(folder, 'data/tls/server.crt'));
    const chinese = await certificate('--host', 'pbx.example.com', '--new-ca', '--language', 'zh-CN');
    expect(chinese.out).toMatch(/^证书 {4}/);
    expect(chinese.out).toContain('以管理员身份运行：certutil -addstore -f Root ca.crt');
  });

  it('says nothing of trust when the authority is the same, and what keeps it from being served', async () => {
    await certificate('--host', 'pbx.example.com');
    const again = await certificate('--language', 'en');
    expect(again.out).not.toMatch(/certutil/);
    writeFileSync(config, 'data: data\ntls: { cert: own.crt, key: own.key }\n');
    expect((await certificate('--language', 'en')).out).toMatch(/not served: tls in .* names .*own.crt/);
    writeFileSync(config, 'data: data\n');
    expect((await certificate('--language', 'en')).out).toMatch(
      /HTTP listens on 127.0.0.1, this machine only/,
    );
  });

  it('has the PBX that runs take it', async () => {
    await certificate('--host', 'pbx.example.com');
    let serves = true;
    const answers = { 'reload-certificate': () => ({ serves }) };
    const control = await ControlServer.open(join(folder, 'data', CONTROL_SOCKET), answers, silentLogger);
    expect((await certificate('--language', 'en')).out).toMatch(/^served {7}from now on;/m);
    serves = false;
    expect((await certificate('--language', 'en')).out).toMatch(/from the next start on/);
    await control.close();
  });

  it('takes files', async () => {
    await certificate('--host', 'pbx.example.com', '--ca', join(folder, 'ca'));
    const [cert, key] = [join(folder, 'own.crt'), join(folder, 'own.key')];
    writeFileSync(cert, readFileSync(join(folder, 'data/tls/server.crt')));
    writeFileSync(key, readFileSync(join(folder, 'data/tls/server.key')));
    rmSync(join(folder, 'data/tls'), { recursive: true });
    expect(await certificate('--cert', cert, '--key', key)).toMatchObject({ code: 0 });
    expect(loadConfig({ file: config, env: {} }).http.secure).toBe(true);
    expect(await certificate('--cert', cert)).toMatchObject({
      code: 69,
      err: expect.stringMatching(/--cert and --key/),
    });
    expect(await certificate('--cert', join(folder, 'none'), '--key', key)).toMatchObject({ code: 69 });
  });
});
