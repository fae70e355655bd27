import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  changesOf,
  listChange,
  objectOf,
  plainDetails,
} from '../../../../src/console/page/admin/audit/entry.ts';
import { actionWords } from '../../../../src/console/page/admin/audit/words.ts';

it('an entry names what it was done to', () => {
  expect(objectOf({ details: { did: 'change', user: 'li@demo', name: '李雷' } })).toBe('li@demo');
  expect(objectOf({ details: { did: 'change', kind: 'queue', name: 'sales', file: 'x.yaml' } })).toBe(
    'sales',
  );
  expect(objectOf({ details: { did: 'add', name: 'crm', prefix: 'pbx_1' } })).toBe('crm');
  expect(objectOf({ details: { session: 'Zr0', address: '192.0.2.1' } })).toBeUndefined();
});

it('what changed is told field by field, of lists what came and went', () => {
  const details = {
    did: 'change',
    user: 'li@demo',
    before: { name: '李雷', roles: ['agent', 'quality'], isActive: true },
    after: { name: '李雷', roles: ['agent', 'supervisor'], isActive: false, department: 'sales' },
    address: '192.0.2.1',
    session: 'Zr0',
    more: null,
  };
  expect(changesOf({ details })).toEqual([
    { name: 'roles', before: ['agent', 'quality'], after: ['agent', 'supervisor'] },
    { name: 'isActive', before: true, after: false },
    { name: 'department', before: undefined, after: 'sales' },
  ]);
  expect(listChange(['agent', 'quality'], ['agent', 'supervisor'])).toEqual({
    added: ['supervisor'],
    taken: ['quality'],
  });
  expect(plainDetails({ details })).toEqual([
    ['user', 'li@demo'],
    ['address', '192.0.2.1'],
  ]);
});

it('each thing that the trail has is said in words', () => {
  const source = readFileSync(join(import.meta.dirname, '../../../../src/store/audit-store.ts'), 'utf8');
  const actions = [...source.matchAll(/^ {4}\| '([a-z-]+)'/gm)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(30);
  expect(Object.keys(actionWords.texts.en).toSorted()).toEqual(actions.toSorted());
});
