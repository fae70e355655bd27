import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { CAUSES } from '../../../src/shared/cause.ts';
import { ERROR_CODES, type ErrorCode } from '../../../src/shared/error-codes.ts';
import { ClosedError, causeOf, PbxError } from '../../../src/shared/errors.ts';

const src = join(import.meta.dirname, '../../../src');
/** All code but the table itself. */
const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== 'shared/error-codes.ts')
  .map((file) => readFileSync(join(src, file), 'utf8'))
  .join('\n');

describe.each(Object.entries(ERROR_CODES))('%s', (name, { http, cause, en, zh }) => {
  it('has a status for HTTP and one for SIP', () => {
    expect(http).toBeGreaterThanOrEqual(400);
    expect(http).toBeLessThan(600);
    expect(CAUSES[cause].status).toBeGreaterThanOrEqual(400);
  });

  it('has a text in English and one in Chinese', () => {
    expect(en).toMatch(/^[A-Za-z][\w ,-]+\w$/);
    expect(zh).toMatch(/\p{Script=Han}/u);
  });

  it('is raised somewhere', () => {
    expect(code).toContain(`'${name}'`);
  });
});

test('no two codes say the same', () => {
  const texts = Object.values(ERROR_CODES).map(({ en, zh }) => `${en} ${zh}`);
  expect(new Set(texts).size).toBe(texts.length);
});

test('a code that the table lacks does not compile', () => {
  // @ts-expect-error: no code of the table
  const unknown: ErrorCode = 'made-up';
  // @ts-expect-error: no code of the table
  expect(new PbxError('made-up', 'x').code).toBe(unknown);
});

test('an error says how a call ends', () => {
  expect(causeOf(new PbxError('media-exhausted', 'no port'))).toBe('resource-unavailable');
  expect(causeOf(new PbxError('media-negotiation', 'no codec'))).toBe('not-acceptable');
  expect(causeOf(new ClosedError('the leg'))).toBe('failure');
  expect(causeOf(new TypeError('a fault of ours'))).toBe('failure');
  expect(causeOf(undefined)).toBe('failure');
});
