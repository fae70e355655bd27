import { expect, it } from 'vitest';
import { COMPANY_PERMISSIONS } from '../../../../src/auth/rights.ts';
import {
  ACTIONS,
  covers,
  GROUPS,
  isByAgents,
  matrixOf,
  rightsMap,
  usualReach,
} from '../../../../src/console/page/admin/rights/permissions.ts';
import { permissionWords, resourceWords } from '../../../../src/console/page/admin/rights/words.ts';
import { roleName } from '../../../../src/console/page/admin/roles/role-name.ts';

it('each right that a company has stands in the table once, in words', () => {
  const matrix = matrixOf(COMPANY_PERMISSIONS);
  const shown = matrix.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells.flat()));
  expect(shown.toSorted()).toEqual([...new Set(COMPANY_PERMISSIONS)].toSorted());
  expect(matrix.map(({ name }) => name)).toEqual(Object.keys(GROUPS));
  for (const permission of COMPANY_PERMISSIONS) {
    const [resource = '', action = ''] = permission.split(':');
    expect(Object.keys(resourceWords.texts.en)).toContain(resource);
    const isPlain = (ACTIONS as readonly string[]).includes(action);
    expect(isPlain || Object.hasOwn(permissionWords.texts.en, permission), permission).toBe(true);
  }
  for (const permission of Object.keys(permissionWords.texts.en))
    expect(COMPANY_PERMISSIONS).toContain(permission);
});

it('a right that is new to the table is shown under the others', () => {
  expect(matrixOf(['call:read', 'balloon:fly'])).toMatchObject([
    { name: 'calls', rows: [{ resource: 'call', cells: [['call:read'], [], [], [], []] }] },
    { name: 'others', rows: [{ resource: 'balloon', cells: [[], [], [], [], ['balloon:fly']] }] },
  ]);
});

it('the widest reach of a right counts, and includes the narrower ones', () => {
  const rights = rightsMap([
    { permission: 'call:read', reach: 'tenant' },
    { permission: 'call:read', reach: 'own' },
  ]);
  expect([...rights]).toEqual([['call:read', 'tenant']]);
  expect([covers(rights, 'call:read', 'subtree'), covers(rights, 'call:read', 'all')]).toEqual([true, false]);
  expect(covers(rights, 'call:note', 'own')).toBe(false);
  expect([usualReach('desk:update'), usualReach('user:read')]).toEqual(['own', 'tenant']);
  expect([isByAgents('recording:read'), isByAgents('user:read')]).toEqual([true, false]);
});

it('a role is named after what it is called, as the API takes names', () => {
  const taken = new Set(['team-lead', 'role', 'role-2']);
  expect(roleName('Team lead', taken)).toBe('team-lead-2');
  expect(roleName('组长', taken)).toBe('role-3');
  expect(roleName('2nd line: calls!', taken)).toBe('nd-line-calls');
});
