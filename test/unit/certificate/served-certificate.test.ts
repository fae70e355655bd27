import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../src/certificate/make-certificate.ts';
import { ServedCertificate } from '../../../src/certificate/served-certificate.ts';
import { createLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 9, 1);

let folder: string;
let clock: ManualClock;
let lines: { level: string; msg: string }[];
let served: ServedCertificate | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pbx400-served-'));
  clock = new ManualClock(START);
  lines = [];
});
afterEach(() => {
  served?.close();
  rmSync(folder, { recursive: true });
  expect(clock.pending).toBe(0);
});

const files = () => ({ certFile: join(folder, 'server.crt'), keyFile: join(folder, 'server.key') });
const make = () =>
  makeCertificate(
    { folder, cert: 'server.crt', key: 'server.key' },
    {
      hosts: ['pbx.example.com'],
      within: [],
      company: 'Demo',
      authority: folder,
      anew: false,
      kind: 'ec',
      now: clock.now(),
    },
  );

/** Opens it; returns the certificates that it has told of. */
function open(): Buffer[] {
  const told: Buffer[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) });
  served = new ServedCertificate(files(), { clock, logger }, ({ cert }) => told.push(cert as Buffer));
  return told;
}
const levels = () => lines.map(({ level }) => level);

describe('ServedCertificate', () => {
  it('reads its files again when they have changed, and only then', async () => {
    await make();
    const told = open();
    await clock.advance(HOUR_MS);
    expect(told).toEqual([]);
    await make();
    await clock.advance(HOUR_MS);
    expect(told).toEqual([readFileSync(files().certFile)]);
    expect(served!.facts.endsAt).toBeGreaterThan(START + 390 * DAY_MS);
  });

  it('keeps the old one while a pair does not fit', async () => {
    await make();
    const told = open();
    const key = readFileSync(files().keyFile);
    await make();
    const fresh = readFileSync(files().keyFile);
    writeFileSync(files().keyFile, key);
    await clock.advance(HOUR_MS);
    expect(told).toEqual([]);
    expect(levels()).toEqual(['warn']);
    expect(() => served!.reload()).toThrow(/cannot be used/);
    writeFileSync(files().keyFile, fresh);
    await clock.advance(HOUR_MS);
    expect(told).toHaveLength(1);
  });

  it('warns once a day from 30 days before its end, and says when it has ended', async () => {
    const { endsAt } = await make();
    open();
    await clock.advance(endsAt - START - 31 * DAY_MS);
    expect([served!.state, levels()]).toEqual(['ok', []]);
    await clock.advance(2.5 * DAY_MS);
    expect(served!.state).toBe('ends-soon');
    expect(levels()).toEqual(['warn', 'warn']);
    await clock.advance(29 * DAY_MS);
    expect(served!.state).toBe('ended');
    expect(lines.at(-1)).toMatchObject({ level: 'error', msg: expect.stringMatching(/has ended/) });
    await make();
    await clock.advance(HOUR_MS);
    expect(served!.state).toBe('ok');
    expect(lines.at(-1)).toMatchObject({ level: 'info' });
  });
});
