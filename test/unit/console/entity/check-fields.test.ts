import { describe, expect, it } from 'vitest';
import type { FieldRow } from '../../../../src/console/api/types.ts';
import { faultsOf } from '../../../../src/console/kit/entity/check-fields.ts';
import { defaultsOf, treeOf } from '../../../../src/console/kit/entity/tree.ts';
import { unitOf } from '../../../../src/console/kit/entity/value-text.ts';

const words = { en: 'x', zh: 'x' };
const field = (path: string, type: FieldRow['type'], more: Partial<FieldRow> = {}): FieldRow => ({
  ...{ path, type, label: words, help: null, isFirst: true, isRequired: false, isSecret: false },
  ...{ isOwnName: false, default: null, choices: null, minimum: null, maximum: null, minItems: null },
  ...{ pattern: null, hint: null, reference: null },
  ...more,
});
const tree = treeOf([
  field('ringMs', 'duration', { default: 15_000, minimum: 0 }),
  field('agents', 'list', { default: [], minItems: 1 }),
  field('agents[]', 'text', { isRequired: true, pattern: '^\\d{2,15}$' }),
  field('offer', 'group'),
  field('offer.afterMs', 'duration', { default: 60_000, minimum: 10_000 }),
  field('offer.voicemail', 'group'),
  field('offer.voicemail.mailbox', 'text', { isRequired: true }),
  field('periods', 'map', { isRequired: true }),
  field('periods.*', 'map', { isRequired: true }),
  field('periods.*.*', 'text', { isRequired: true, pattern: '^[0-9]' }),
  field('password', 'text', { isRequired: true, isSecret: true }),
]);
const faults = (value: object, isNew = false) =>
  [...faultsOf(tree, value as never, isNew)].map(([pointer, { fault }]) => `${pointer} ${fault}`);

describe('fields of a form', () => {
  it('stand in a tree, with what is there at first', () => {
    expect(tree.map(({ name }) => name)).toEqual(['ringMs', 'agents', 'offer', 'periods', 'password']);
    expect(tree[3]!.each?.each?.field.path).toBe('periods.*.*');
    expect(defaultsOf(tree)).toEqual({ ringMs: 15_000, agents: [] });
    expect(defaultsOf(tree[2]!.fields)).toEqual({ afterMs: 60_000 });
  });

  it('are looked at before they are sent, each by its pointer', () => {
    const right = { agents: ['8001'], periods: { open: { daily: '09:00-18:00' } } };
    expect(faults(right)).toEqual([]);
    expect(faults(right, true)).toEqual(['/password required']);
    expect(
      faults({
        agents: ['8001', 'x'],
        offer: { afterMs: 5, voicemail: {} },
        periods: { 'a/b': { daily: 'never' } },
      }),
    ).toEqual([
      '/agents/1 pattern',
      '/offer/afterMs least',
      '/offer/voicemail/mailbox required',
      '/periods/a~1b/daily pattern',
    ]);
    expect(faults({ agents: [] })).toEqual(['/agents tooFew', '/periods required']);
  });

  it('show durations in the largest unit that is whole', () => {
    expect([0, 500, 15_000, 90_000, 120_000, 86_400_000].map(unitOf)).toEqual([
      's',
      'ms',
      's',
      's',
      'min',
      'd',
    ]);
  });
});

it('takes a list of groups that stands in a group for what it is', () => {
  const row = (path: string, type: string, more: object = {}) => ({ path, type, isRequired: false, ...more });
  const [rewrite] = treeOf([
    row('rewrite', 'group'),
    row('rewrite.callerIn', 'list'),
    row('rewrite.callerIn[]', 'group', { isRequired: true }),
    row('rewrite.callerIn[].strip', 'integer', { minimum: 0, maximum: 20, isRequired: true }),
  ] as never);
  expect(rewrite!.fields.map(({ name }) => name)).toEqual(['callerIn']);
  expect(rewrite!.fields[0]!.each!.fields.map(({ name }) => name)).toEqual(['strip']);
  const faults = (callerIn: readonly object[]) => [...faultsOf([rewrite!], { rewrite: { callerIn } }).keys()];
  expect(faults([])).toEqual([]);
  expect(faults([{ strip: 3 }, { strip: 21 }])).toEqual(['/rewrite/callerIn/1/strip']);
});
