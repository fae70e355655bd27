import { expect, it } from 'vitest';
import type { Call } from '../../../src/call/call.ts';
import { endRefused } from '../../../src/call/end-refused.ts';

/** What a call is ended with. */
function ending(...refused: Parameters<typeof endRefused> extends [Call, ...infer Rest] ? Rest : never) {
  const ends: unknown[][] = [];
  endRefused({ end: (...how: unknown[]) => ends.push(how) } as unknown as Call, ...refused);
  return ends;
}

it("passes the far end's status and Q.850 value on", () => {
  const refusal = { cause: 'unknown-number', status: 404, q850: 1 } as const;
  expect(ending(refusal)).toEqual([['unknown-number', 'target', { q850: 1, status: 404 }]]);
});

// RFC 3261 16.7: what is between us and the next hop is not the caller's.
it.each([302, 401, 407, 503])('keeps %d to itself', (status) => {
  expect(ending({ cause: 'failure', status }, 'caller')).toEqual([
    ['failure', 'caller', { q850: undefined }],
  ]);
});

it('says unavailable when there was nobody to refuse', () => {
  expect(ending(undefined)).toEqual([['unavailable']]);
});
