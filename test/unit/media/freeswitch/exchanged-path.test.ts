import { expect, test } from 'vitest';
import { exchangedPath } from '../../../../src/media/freeswitch/exchanged-path.ts';

test.each(['/var/lib/pbx400/recordings/2026-11-21/a_b.wav', '/srv/欢迎.wav'])('%s is taken', (path) => {
  expect(exchangedPath(path)).toBe(path);
});

test.each([
  'relative.wav',
  '/a b.wav',
  '/a.wav\napi status',
  '/$secret.wav',
  '/a.wav!/b.wav',
  "/a'b.wav",
  '/{option=1}a.wav',
  'tone_stream://%(1,1,1)',
  '/a&b',
])('%j is refused, for FreeSWITCH reads more into it', (path) => {
  expect(() => exchangedPath(path)).toThrow(expect.objectContaining({ code: 'freeswitch-path' }));
});
