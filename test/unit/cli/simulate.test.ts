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

  it.each(['tomorrow', '2026-02-30T10:00', '2026-10-10T25:00'])(
    'says how to write a time, for %s',
    async (at) => {
      const { code, err } = await simulate('--at', at);
      expect(code).toBe(64);
      expect(err).toContain('2026-10-10T10:00');
    },
  );
});

describe('pbx400 simulate with a mistake in a name', () => {
  it.each([
    [['--agents', '8009=idle'], "there is no agent '8009'; did you mean '8001'?\n"],
    [['--switch', 'nihgt'], "there is no switch 'nihgt'; did you mean 'night'?\n"],
    [['--trunk', 'x'], "there is no trunk 'x'; known: carrier\n"],
  ])('%j: %s', async (args, text) => {
    expect(await simulate(...args)).toEqual({ code: 78, out: '', err: text });
  });

  it('refuses a caller that is no number', async () => {
    const { code, err } = await simulate('--from', 'bob');
    expect(code).toBe(64);
    expect(err).toContain('Write digits');
  });
});
