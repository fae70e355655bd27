import { describe, expect, it } from 'vitest';
import { standOf } from '../../../src/testing/agent-stand.ts';

describe('how an agent stands', () => {
  it.each([
    ['ready', { mood: 'ready' }],
    ['meeting', { mood: 'meeting' }],
    ['wrap-up', { mood: 'wrap-up', wrapUpMs: 12_000 }],
    ['wrap-up:1.5m', { mood: 'wrap-up', wrapUpMs: 90_000 }],
    // Of 0.1.0.
    ['idle', { mood: 'ready' }],
    ['paused', { mood: 'busy' }],
    ['logged-out', { mood: 'signed-out' }],
    ['wrapup', { mood: 'wrap-up' }],
  ])('%s', (text, stand) => expect(standOf(text)).toMatchObject(stand));

  it.each(['', 'asleep', 'wrap-up:soon', 'ready:12s'])("'%s' is no word for it", (text) =>
    expect(standOf(text)).toBeUndefined(),
  );
});
