import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPromptFolder } from '../../../src/media/prompt-folder.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pbx400-exchange-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('makes the folder in the exchange, readable by nobody else', async () => {
  const exchange = join(root, 'data/exchange');
  const folder = await openPromptFolder(exchange);
  expect(dirname(folder)).toBe(exchange);
  for (const each of [exchange, folder]) expect(statSync(each).mode & 0o777).toBe(0o700);
});

test('deletes what a process that crashed has left there, and nothing else', async () => {
  const left = await openPromptFolder(root);
  writeFileSync(join(left, 'prompt.wav'), 'audio');
  mkdirSync(join(root, 'theirs'));
  const folder = await openPromptFolder(root);
  expect(readdirSync(root).toSorted()).toEqual([folder.slice(root.length + 1), 'theirs']);
  expect(readdirSync(folder)).toEqual([]);
});

test("without an exchange it is in the system's temporary folder, and the others there stay", async () => {
  const folders = [await openPromptFolder(undefined), await openPromptFolder(undefined)];
  for (const folder of folders) {
    expect(dirname(folder)).toBe(tmpdir());
    expect(existsSync(folder)).toBe(true);
    rmSync(folder, { recursive: true });
  }
});
