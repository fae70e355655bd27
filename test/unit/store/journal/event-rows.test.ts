import { describe, expect, it } from 'vitest';
import { BatchDivider, factsOf, ROW_LAYOUT } from '../../../../src/store/journal/event-rows.ts';

describe('rows of event streams', () => {
  it('take in what another version wrote: fewer, more and other fields, kinds that are not known', () => {
    const divider = new BatchDivider({
      epoch: 1000,
      types: [
        ['hummed', ['tune']],
        ['arrived', ['callId', 'tenantId', 'called', 'caller', 'mood']],
        ['ended', ['cause']],
        ['agent', ['tenantId', 'state', 'agent', 'callId']],
      ],
    });
    const batch = [
      1,
      9,
      5,
      'c1',
      'demo',
      '400',
      '138',
      'happy',
      0,
      9,
      6,
      'la',
      3,
      0,
      7,
      'demo',
      'ready',
      '8001',
      'c1',
    ];
    const [row, ...others] = divider.divide([...batch, 2, 9, 8, 'normal', 2, 9, 9, 'normal']);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ tenantId: 'demo', events: 3, fromAt: 1005, toAt: 1008 });
    const facts = factsOf('demo', row!.body, ROW_LAYOUT.types);
    expect(facts).toEqual([
      { tenantId: 'demo', type: 'arrived', callId: 'c1', at: 1005, called: '400', caller: '138' },
      { tenantId: 'demo', type: 'agent', at: 1007, agent: '8001', state: 'ready', callId: 'c1' },
      { tenantId: 'demo', type: 'ended', callId: 'c1', at: 1008, cause: 'normal' },
    ]);
  });

  it('come in the order of the companies that writers agree on, each with its own calls', () => {
    const divider = new BatchDivider({ epoch: 0, types: [['arrived', ['callId', 'tenantId', 'caller']]] });
    const rows = divider.divide([0, 1, 7, 'x', 'b', '1', 0, 2, 3, 'y', 'a', '2', 0, 3, 5, 'z', 'b', '3']);
    expect(rows.map(({ tenantId, events, fromAt, toAt }) => [tenantId, events, fromAt, toAt])).toEqual([
      ['a', 1, 3, 3],
      ['b', 2, 5, 7],
    ]);
    const read = factsOf('b', rows[1]!.body, ROW_LAYOUT.types);
    expect(read.map((fact) => 'callId' in fact && fact.callId)).toEqual(['x', 'z']);
  });
});
