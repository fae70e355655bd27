import { describe, expect, it } from 'vitest';
import { LastChanges } from '../../../src/provisioning/last-changes.ts';

/** A store whose entities change, and what was asked of it. */
function aStore(changes: Record<string, { at: number; by: string }>) {
  const asked: (readonly string[])[] = [];
  const lastChanges = async (ids: readonly string[]) => {
    asked.push(ids);
    return new Map(ids.flatMap((id) => (changes[id] ? [[id, changes[id]] as const] : [])));
  };
  return { asked, changes, lastChanges };
}

describe('LastChanges', () => {
  it('reads each once for its revision', async () => {
    const store = aStore({ a: { at: 1, by: 'li' }, b: { at: 2, by: 'wang' } });
    const last = new LastChanges(store);
    const both = [
      { id: 'a', revision: 1 },
      { id: 'b', revision: 4 },
    ];
    const expected = new Map(Object.entries(store.changes));
    expect(await last.of(both)).toEqual(expected);
    expect(await last.of(both)).toEqual(expected);
    expect(store.asked).toEqual([['a', 'b']]);
    store.changes['a'] = { at: 9, by: 'zhao' };
    expect((await last.of([{ id: 'a', revision: 2 }, both[1]!])).get('a')).toEqual({ at: 9, by: 'zhao' });
    expect(store.asked).toEqual([['a', 'b'], ['a']]);
  });

  it('asks for nothing where there is nothing, and again for what was not there', async () => {
    const store = aStore({});
    const last = new LastChanges(store);
    expect((await last.of([])).size).toBe(0);
    expect(store.asked).toEqual([]);
    expect((await last.of([{ id: 'gone', revision: 1 }])).size).toBe(0);
    store.changes['gone'] = { at: 1, by: 'li' };
    expect((await last.of([{ id: 'gone', revision: 1 }])).size).toBe(1);
  });
});
