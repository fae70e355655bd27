import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NONCE_MARK } from '../../../src/http/console-pages.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { httpOn } from '../../support/http.ts';

const folder = mkdtempSync(join(tmpdir(), 'pbx400-console-'));
const SCRIPT = 'console.log("built")';

function build(): void {
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(
    join(folder, 'index.html'),
    `<script nonce="${NONCE_MARK}" src="/assets/index-1.js"></script>`,
  );
  writeFileSync(join(folder, 'assets/index-1.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/index-1.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(folder, 'secret.txt'), 'not to be had');
}

describe('the console', () => {
  let app: ReturnType<typeof httpOn>;
  beforeAll(() => {
    build();
    app = httpOn(new MemoryStore(), { consoleDir: folder });
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['/', '/sign-in', '/settings', '/settings/anything?q=1'])(
    'is at %s, each time with a nonce of its own',
    async (url) => {
      const [one, other] = [await app.inject(url), await app.inject(url)];
      const nonces = [one, other].map(({ body }) => /nonce="([\w+/=]{20,})"/.exec(body)![1]!);
      expect(nonces[0]).not.toBe(nonces[1]);
      expect(one.statusCode).toBe(200);
      const policy = String(one.headers['content-security-policy']);
      expect(policy).toContain(`style-src 'self' 'nonce-${nonces[0]}'`);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(one.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': 'text/html; charset=utf-8',
      });
      expect(one.headers['x-content-type-options']).toBe('nosniff');
    },
  );

  it('has assets that are kept for ever, compressed for who takes it', async () => {
    const plain = await app.inject('/assets/index-1.js');
    expect(plain.body).toBe(SCRIPT);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['content-type']).toMatch(/javascript/);
    const packed = await app.inject({ url: '/assets/index-1.js', headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.rawPayload).toString()).toBe(SCRIPT);
  });

  it.each([
    '/nothing',
    '/api/v1/nothing',
    '/assets/gone.js',
    '/assets/../secret.txt',
    '/assets/%2e%2e/secret.txt',
    '/assets/',
  ])('is not at %s: a problem in JSON', async (url) => {
    const answer = await app.inject(url);
    expect(answer.body).not.toContain('not to be had');
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('says what to do before it is built', async () => {
    const bare = httpOn(new MemoryStore(), { consoleDir: join(folder, 'missing') });
    const answer = await bare.inject('/');
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain('控制台尚未构建');
    expect(answer.body).toContain('scripts/install');
    await bare.close();
  });
});
