import { describe, expect, it } from 'vitest';
import type { Cdr } from '../../../src/cdr/cdr.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { readRecord, storedRecord } from '../../../src/store/stored-record.ts';
import { CallScript, sampleCall } from '../../support/call-events.ts';

const SAMPLE = projectCdr(sampleCall('c1').events)!;
const SHORTEST = projectCdr(new CallScript('c2').arrive().end().events)!;
const FULL: Cdr = {
  ...SAMPLE,
  hotline: '4001234567',
  diversions: [{ number: '01012345678', reason: null }],
  barred: { rule: 'list nuisance' } as unknown as Cdr['barred'],
  voicemail: {
    box: 'sales',
    file: 'voicemail/a.wav',
    durationMs: 5,
    bytes: null,
    sha256: null,
    deletedAt: null,
  },
  callback: { queue: 'sales', number: '13800138000' },
};

describe('a stored record', () => {
  it('is read as it was, every member in its place', () => {
    for (const cdr of [SAMPLE, SHORTEST, FULL]) {
      expect(readRecord(storedRecord(cdr))).toEqual(cdr);
      expect(JSON.stringify(readRecord(storedRecord(cdr)))).toHaveLength(JSON.stringify(cdr).length);
    }
  });

  it('is little more than half as long as what the API gives', () => {
    expect(storedRecord(SAMPLE).length).toBeLessThan(0.6 * JSON.stringify(SAMPLE).length);
  });

  it('keeps the names of its members, for SQL', () => {
    expect(JSON.parse(storedRecord(SAMPLE))).toMatchObject({ agent: '8002', cause: 'normal' });
  });

  it('of an older version is given as it is', () => {
    const { asks: _, ...older } = SAMPLE;
    expect(readRecord(JSON.stringify(older))).toEqual(older);
  });

  it('whose rows have fewer members than today lacks them', () => {
    const { form, ...stored } = JSON.parse(storedRecord(SAMPLE));
    const targets = [['8001', 'no-answer', 15_000]];
    const cdr = readRecord(JSON.stringify({ form, ...stored, targets }));
    expect(cdr.targets[0]).toMatchObject({ target: '8001', ringMs: 15_000, kind: null, wrapUpMs: null });
  });
});
