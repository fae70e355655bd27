import { expect, it } from 'vitest';
import {
  findBranch,
  flatten,
  type Member,
  namesIn,
  treeOf,
} from '../../../../src/console/page/admin/organisation/tree.ts';

const meta = {
  kind: 'department',
  owner: 'database',
  file: null,
  revision: 1,
  updatedAt: null,
  by: null,
} as const;
const department = (name: string, parent?: string): Member => ({
  tenant: 'a',
  meta,
  name,
  title: `部门 ${name}`,
  ...(parent !== undefined && { parent }),
});
const agent = (id: string, of?: string): Member => ({
  tenant: 'a',
  meta,
  id,
  ...(of !== undefined && { department: of }),
});

it('departments stand below their parents, with their agents and those of all below', () => {
  const tree = treeOf(
    [department('sales'), department('tele', 'sales'), department('night', 'tele'), department('back')],
    [agent('8001', 'sales'), agent('8002', 'night'), agent('8003', 'night'), agent('8004')],
  );
  const shown = flatten(tree).map(([{ name, agents, allAgents }, depth]) => [name, depth, agents, allAgents]);
  expect(shown).toEqual([
    ['sales', 0, 1, 3],
    ['tele', 1, 0, 2],
    ['night', 2, 2, 2],
    ['back', 0, 0, 0],
  ]);
  expect(findBranch(tree, 'night')).toMatchObject({ title: '部门 night', parent: 'tele' });
  expect(findBranch(tree, 'nobody')).toBeUndefined();
  expect(namesIn(tree[0]!)).toEqual(['sales', 'tele', 'night']);
});

it('what has a parent that is gone, or stands below itself, is shown once at the top', () => {
  const tree = treeOf([department('a', 'b'), department('b', 'a'), department('c', 'gone')], []);
  expect(flatten(tree).map(([{ name }, depth]) => [name, depth])).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
  ]);
});
