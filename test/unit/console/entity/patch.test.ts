import { describe, expect, it } from 'vitest';
import { changedFields, isSame, patchOf, placed } from '../../../../src/console/kit/entity/patch.ts';
import { mergePatch } from '../../../../src/http/merge-patch.ts';

describe('a change of an entity', () => {
  it('is a merge patch that makes the one into the other', () => {
    const before = {
      title: '夜班',
      agents: ['1', '2'],
      offer: { afterMs: 60_000, callback: '1' },
      record: true,
    };
    const after = { title: '夜班组', agents: ['2', '1'], offer: { afterMs: 60_000 }, record: true };
    const patch = patchOf(before, after);
    expect(patch).toEqual({ title: '夜班组', agents: ['2', '1'], offer: { callback: null } });
    expect(mergePatch(before, patch)).toEqual(after);
  });

  it('takes away what is left out, and what is not shown', () => {
    expect(patchOf({ survey: 'three' }, {})).toEqual({ survey: null });
    expect(patchOf({}, { pin: null })).toEqual({ pin: null });
    expect(patchOf({ offer: { callback: '1' } }, {})).toEqual({ offer: null });
  });

  it('is none where nothing differs', () => {
    expect(patchOf({ a: [{ b: 1 }] }, { a: [{ b: 1 }] })).toEqual({});
    expect(isSame({ a: undefined }, {})).toBe(true);
    expect(isSame([1, 2], [1, 3])).toBe(false);
    expect(isSame({ a: 1 }, [1])).toBe(false);
    expect(changedFields({ a: 1, b: [1] }, { a: 1, b: [] }, ['a', 'b'])).toEqual(['b']);
  });

  it('is put in its place, and leaves all else as it was', () => {
    const value = { tiers: [{ afterMs: 1 }, { afterMs: 2 }], title: 'x' };
    const changed = placed(value, ['tiers', 1, 'afterMs'], 9) as typeof value;
    expect(changed).toEqual({ tiers: [{ afterMs: 1 }, { afterMs: 9 }], title: 'x' });
    expect(changed.tiers[0]).toBe(value.tiers[0]);
    expect(placed(value, ['title'], undefined)).toEqual({ tiers: value.tiers });
    expect(placed(undefined, ['offer', 'callback'], '1')).toEqual({ offer: { callback: '1' } });
  });
});
