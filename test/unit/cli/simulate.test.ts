import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';

async function simulate(...more: string[]) {
  let [out, err] = ['', ''];
  const config = ['--config', resolve('dialplans/pbx400.yaml')];
  const code = await run(['simulate', '4001234567', '--from', '075523456789', ...config, ...more], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    start: () => Promise.reject(new Error('not started')),
  });
  return { code, out, err };
}

describe('pbx400 simulate --at', () => {
  it.each([
    // Saturday 2026-10-10 is a make-up work day (调休) for National Day.
    ['2026-10-10T10:00', 'open'],
    ['2026-10-10T10:00+08:00', 'open'],
    ['2026-10-10T10:00Z', 'closed'],
    ['2026-10-11T10:00', 'closed'],
    ['2026-10-12T17:59', 'open'],
    ['2026-10-12T18:00', 'closed'],
  ])('%s: %s', async (at, period) => {
    const { code, out, err } = await simulate('--at', at);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`schedule → ${period}`);
  });

  it('says how to write a time', async () => {
    const { code, err } = await simulate('--at', 'tomorrow');
    expect(code).toBe(64);
    expect(err).toContain('2026-10-10T10:00');
  });
});
