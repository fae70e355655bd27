import { describe, expect, it } from 'vitest';
import { type HotlineVersion, publish } from '../../../src/store/hotline-version.ts';

const ENTITY = { tenantId: 'a', name: '4001234567', body: '{}' };

describe('versions of a hotline', () => {
  it('of the past are kept up to a hundred, drafts and canaries besides', () => {
    let versions: readonly HotlineVersion[] = [];
    for (let at = 1; at <= 103; at++) {
      const { change } = publish(versions, ENTITY, { at, by: 'li' });
      const left = versions.filter((one) => ![...change.dropped, ...change.put].some(isSame(one)));
      versions = [...change.put, ...left].sort((a, b) => b.version - a.version);
      if (at === 1) versions = [{ ...versions[0]!, version: 2, state: 'draft' }, ...versions];
    }
    expect(versions).toHaveLength(102);
    expect(versions.slice(-2)).toMatchObject([
      { version: 4, state: 'retired' },
      { version: 2, state: 'draft' },
    ]);
  });
});

const isSame = (one: HotlineVersion) => (other: HotlineVersion) => one.version === other.version;
