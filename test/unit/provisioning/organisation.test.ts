import { describe, expect, it } from 'vitest';
import { checkEntities } from '../../../src/provisioning/check/check-entities.ts';
import { agentsReached } from '../../../src/provisioning/organisation.ts';
import { companiesIn } from '../../support/companies.ts';

/** sales has north and south, north has harbour; 8001 and 8002 sit at one phone. */
const TREE = companiesIn(`
tenant: a
tenants: { a: {} }
departments:
  sales: {}
  north: { parent: sales }
  south: { parent: sales }
  harbour: { parent: north }
  service: {}
extensions: { 8001: {}, 8003: {}, 8004: {}, 8005: {} }
agents:
  '8001': { department: north }
  '8002': { department: service, extension: '8001' }
  '8003': { department: harbour }
  '8004': { department: sales }
  '8005': {}
---
tenant: b
tenants: { b: {} }
departments: { sales: {}, north: { parent: sales } }
extensions: { 8009: {} }
agents: { '8009': { department: north } }
`);

describe('the tree of a company', () => {
  const reached = (
    reach: 'own' | 'group' | 'subtree',
    standing: { readonly agent?: string; readonly department?: string },
    tenant = 'a',
  ) => {
    const { agents, extensions } = agentsReached(
      TREE,
      tenant,
      { agent: undefined, department: undefined, ...standing },
      reach,
    );
    return [[...agents].join(), [...extensions].join()];
  };

  it('has who is reached from where somebody stands', () => {
    expect(reached('own', { agent: '8003' })).toEqual(['8003', '8003']);
    expect(reached('group', { agent: '8004' })).toEqual(['8004', '8004']);
    expect(reached('subtree', { agent: '8004' })).toEqual(['8001,8003,8004', '8003,8004']);
    expect(reached('subtree', { department: 'north' })).toEqual(['8001,8003', '8003']);
    expect(reached('subtree', { agent: '8005', department: 'harbour' })).toEqual(['8003,8005', '8003,8005']);
    expect(reached('subtree', { department: 'sales' }, 'b')).toEqual(['8009', '8009']);
  });

  it('has nobody for who stands nowhere, or where there is nothing any more', () => {
    for (const reach of ['own', 'group', 'subtree'] as const) {
      expect(reached(reach, {})).toEqual(['', '']);
      expect(reached(reach, { agent: '8099', department: 'gone' })).toEqual(['', '']);
    }
    expect(reached('group', { agent: '8005' })).toEqual(['8005', '8005']);
  });

  it('has no department that is a part of itself', () => {
    const departments =
      'departments: { x: { parent: y }, y: { parent: z }, z: { parent: y }, w: { parent: w } }';
    const reasons = checkEntities(companiesIn(`tenant: a\ntenants: { a: {} }\n${departments}\n`));
    expect(reasons.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
      'x: it is a part of itself, by y, z',
      'y: it is a part of itself, by z, y',
      'z: it is a part of itself, by y, z',
      'w: it is a part of itself, by w',
    ]);
  });
});
