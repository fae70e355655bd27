import { describe, expect, it } from 'vitest';
import { recordingPath, safeName } from '../../../src/recording/recording-path.ts';

describe('recordingPath', () => {
  const at = Date.parse('2026-10-09T16:30:00Z');

  it('files by tenant and by the day in the hotline’s zone', () => {
    const path = recordingPath('/data', { tenantId: 'demo', callId: 'abc', at }, 'Asia/Shanghai', {
      suffix: '-2',
    });
    expect(path).toBe('/data/demo/2026-10-10/abc-2.wav');
  });

  it('follows a template', () => {
    const call = { tenantId: 'a/b', callId: '../x', at };
    const path = recordingPath('/data', call, 'UTC', {
      template: 'calls {date}/{callId}/{tenant}.wav',
      suffix: '-2',
    });
    expect(path).toBe('/data/calls 2026-10-09/.._x/a_b-2.wav');
  });

  it.each([
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['..', '_'],
    ['', '_'],
    ['a/b\0c', 'a_b_c'],
  ])('makes %j harmless', (text, name) => {
    expect(safeName(text)).toBe(name);
  });
});
