import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoadOptions, loadConfig } from '../../../src/config/load-config.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function load(yaml: string, options: LoadOptions = {}) {
  const file = join(dir, 'pbx400.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ env: {}, file, overrides: { data: dir }, ...options });
}

const URL = 'postgres://pbx400:geheim@db.example.com:5433/pbx400';

describe('where the store is', () => {
  it('is the data folder, or a PostgreSQL whose URL stands in the file, the environment or a file of its own', () => {
    expect(load('').store).toEqual({ engine: 'sqlite', file: join(dir, 'pbx400.db') });
    const store = { engine: 'postgres', url: URL };
    expect(load(`store: ${URL}`).store).toEqual(store);
    expect(load('store: { env: PBX400_STORE }', { env: { PBX400_STORE: URL } }).store).toEqual(store);
    writeFileSync(join(dir, 'store-url'), `${URL}\n`);
    expect(load('store: { file: store-url }').store).toEqual(store);
  });

  it('is refused when it is not there or no PostgreSQL, with the line, without the password', () => {
    expect(() => load('store: { env: PBX400_STORE }')).toThrow('environment variable PBX400_STORE is empty');
    expect(() => load('store: { file: none }')).toThrow('file none is empty or missing');
    for (const text of ['mysql://a:geheim@b/c', 'geheim', 'postgres://a:geheim@b:port/c']) {
      let message = '';
      try {
        load(`language: en\nstore: ${text}`);
      } catch (error) {
        message = String(error);
      }
      expect(message).toMatch(/pbx400\.yaml:2:\d+.* store is no URL of a PostgreSQL database/);
      expect(message).not.toContain('geheim');
    }
  });
});

describe('the id of the node', () => {
  it('is made once, at the first start', () => {
    expect(load('').nodeId).toBe('');
    const { nodeId } = load('', { prepare: true });
    expect(nodeId).toMatch(/^[\w-]{8}$/);
    expect(load('').nodeId).toBe(nodeId);
    expect(load('', { prepare: true }).nodeId).toBe(nodeId);
    expect(statSync(join(dir, 'node-id')).mode & 0o777).toBe(0o600);
  });
});
