/** A flow of hundreds of nodes is edited at the cost of the place that changes: counted, which no busy machine disturbs. */
import { expect, it } from 'vitest';
import { setField } from '../../../../src/console/page/flows/model/edit.ts';
import {
  type Doc,
  kindsOf,
  normalised,
  spotsOf,
  walk,
} from '../../../../src/console/page/flows/model/tree.ts';
import { rowsOf } from '../../../../src/console/page/flows/outline-rows.ts';
import { flowBoard } from '../../../../src/flow-board.ts';
import { longFlow } from '../../../support/long-flow.ts';

const KINDS = kindsOf(flowBoard({} as never).kinds);

it('a field that changes makes the nodes on its way anew, and no other node or row', () => {
  const { flow, nodes } = longFlow();
  expect(nodes).toBeGreaterThanOrEqual(300);
  const doc: Doc = normalised({ flow }, KINDS);
  const before = walk(doc, KINDS);
  const rows = rowsOf(before, new Set());
  const spots = spotsOf(before);
  const deep = spots.toSorted((one, other) => other.steps.length - one.steps.length)[0]!;
  const after = walk(setField(doc, deep.steps, 'note', 'x').doc, KINDS);
  const known = new Set(spots);
  const anew = spotsOf(after).filter((spot) => !known.has(spot));
  // The node, and those in whose branches it stands.
  expect(anew.length).toBeLessThanOrEqual(4);
  expect(anew.map(({ pointer }) => pointer)).toContain(deep.pointer);
  const knownRows = new Set(rows);
  const rowsAnew = rowsOf(after, new Set()).filter((row) => !knownRows.has(row));
  // Those nodes, the branches of them, and the flow itself.
  expect(rowsAnew.length).toBeLessThanOrEqual(
    anew.reduce((sum, { branches }) => sum + 1 + branches.length, 1),
  );
  expect(walk(doc, KINDS)[0]!.spots[0]).toBe(before[0]!.spots[0]);
});
