/** Where calls went in a flow: the steps of their records, as the engine itself tells them, followed through the document. */
import { describe, expect, it } from 'vitest';
import type { NodeKinds } from '../../../../src/console/api/types.ts';
import { type Doc, kindsOf, normalised, walk } from '../../../../src/console/page/flows/model/tree.ts';
import { trafficOf, walkWay } from '../../../../src/console/page/flows/model/ways.ts';
import { flowBoard } from '../../../../src/flow-board.ts';

const FACTS: NodeKinds = flowBoard({} as never).kinds;
const KINDS = kindsOf(FACTS);
const END = { type: 'hangup', cause: 'normal' };
const rootsOf = (doc: Doc) => walk(normalised(doc, KINDS), KINDS);
const DOC: Doc = {
  flow: [
    {
      type: 'schedule',
      calendar: 'CN-office-hours',
      periods: { open: [], closed: { type: 'goto', flow: 'night' } },
    },
    { type: 'play', prompt: 'welcome' },
    {
      type: 'menu',
      prompt: 'main-menu',
      keys: { 1: { type: 'queue', queue: 'sales', timeout: { type: 'voicemail', box: 'a' } }, 2: [] },
      otherwise: END,
    },
    { type: 'queue', queue: 'service', otherwise: END },
  ],
  flows: { night: [{ type: 'voicemail', box: 'reception' }] },
  vip: { who: [], flow: [{ type: 'queue', queue: 'vip' }] },
  otherwise: [{ type: 'play', prompt: 'bye' }],
};
const ROOTS = rootsOf(DOC);
const way = (steps: readonly string[], roots = ROOTS) => {
  const { entered, fits } = walkWay(roots, steps);
  return [...entered, ...(fits ? [] : ['(unfit)'])];
};

describe('the way of a call', () => {
  it('leads from node to node by what the record tells', () => {
    expect(
      way(['schedule → open', 'play', 'menu', 'menu → 1', 'queue sales', 'queue sales → served']),
    ).toEqual([
      'root/flow',
      '/flow/0',
      '/flow/0/periods/open',
      '/flow/1',
      '/flow/2',
      '/flow/2/keys/1',
      '/flow/2/keys/1/0',
    ]);
    expect(
      way(['schedule → closed', 'goto → night', 'voicemail reception', 'voicemail reception → left']),
    ).toEqual([
      'root/flow',
      '/flow/0',
      '/flow/0/periods/closed',
      '/flow/0/periods/closed/0',
      'root/flows/night',
      '/flows/night/0',
    ]);
  });

  it('goes on behind a branch that is empty, and into that of an outcome', () => {
    const open = ['schedule → open', 'play'];
    expect(way([...open, 'menu → 2', 'queue service', 'queue service → otherwise', 'hangup normal'])).toEqual(
      [
        ...[
          'root/flow',
          '/flow/0',
          '/flow/0/periods/open',
          '/flow/1',
          '/flow/2',
          '/flow/2/keys/2',
          '/flow/3',
        ],
        ...['/flow/3/otherwise', '/flow/3/otherwise/0'],
      ],
    );
    expect(way([...open, 'menu → 1', 'queue sales', 'queue sales → timeout', 'voicemail a']).at(-1)).toBe(
      '/flow/2/keys/1/0/timeout/0',
    );
  });

  it('ends where the caller hung up: what does not tell of itself was come to after a choice, not after a prompt', () => {
    expect(way(['schedule → open', 'play'])).toEqual([
      'root/flow',
      '/flow/0',
      '/flow/0/periods/open',
      '/flow/1',
    ]);
    expect(way(['schedule → open']).at(-1)).toBe('/flow/1');
    expect(way([])).toEqual(['root/flow', '/flow/0']);
  });

  it('begins with the flow that takes VIPs, and ends with the one for all that is left', () => {
    expect(
      way(['blacklist → passed', 'vip', 'queue vip', 'queue vip → otherwise', 'otherwise', 'play']),
    ).toEqual([...['root/vip/flow', '/vip/flow/0', 'root/otherwise', '/otherwise/0']]);
    expect(way(['channels'])).toEqual([]);
  });

  it('of another version keeps what fits', () => {
    expect(way(['play', 'menu → 1', 'queue old'])).toEqual([
      ...['root/flow', '/flow/1', '/flow/2', '/flow/2/keys/1', '/flow/2/keys/1/0', '(unfit)'],
    ]);
    expect(way(['schedule → open', 'http', 'play', 'menu → 9', 'queue service']).slice(-3)).toEqual([
      ...['/flow/2', '/flow/3', '(unfit)'],
    ]);
  });

  it('through lines, places, rules and shares finds the branch that was meant', () => {
    const roots = rootsOf({
      flow: [
        { type: 'byArea', areas: { 广东省: [], '0755': [{ type: 'queue', queue: 'sz' }] }, otherwise: END },
        { type: 'dial', targets: ['a', 'b'], busy: [], otherwise: [{ type: 'callback', queue: 'x' }] },
        {
          type: 'byPercent',
          shares: [
            { weight: 1, flow: [{ type: 'play', prompt: 'a' }] },
            { weight: 1, flow: [{ type: 'gather', save: 'n' }] },
          ],
        },
      ],
    });
    const lines = ['dial a', 'dial a → busy', 'dial b', 'dial b → no-answer'];
    expect(way(['byArea → 广东', ...lines, 'dial → otherwise', 'callback x'], roots).slice(1)).toEqual([
      ...['/flow/0', '/flow/0/areas/广东省', '/flow/1', '/flow/1/otherwise', '/flow/1/otherwise/0'],
    ]);
    expect(way(['byArea → 0755', 'queue sz'], roots).at(-1)).toBe('/flow/0/areas/0755/0');
    const busy = ['byArea → 广东', ...lines, 'dial → busy', 'byPercent → 50 %'];
    expect(way([...busy, 'gather n'], roots).at(-1)).toBe('/flow/2/shares/1/flow/0');
    expect(way([...busy, 'play'], roots).at(-1)).toBe('/flow/2/shares/0/flow/0');
  });
});

it('calls are counted where they came', () => {
  const { counts, calls, unfit } = trafficOf(ROOTS, [
    { steps: ['schedule → open', 'play', 'menu → 1', 'queue sales'], calls: 7 },
    { steps: ['schedule → open', 'play', 'menu → 2', 'queue service'], calls: 2 },
    { steps: ['play'], calls: 1 },
  ]);
  expect([calls, unfit]).toEqual([10, 1]);
  expect(
    ['root/flow', '/flow/1', '/flow/2', '/flow/2/keys/1', '/flow/3'].map((at) => counts.get(at)),
  ).toEqual([...[10, 10, 9, 7, 2]]);
  expect(counts.get('/flow/0/periods/closed')).toBeUndefined();
});
