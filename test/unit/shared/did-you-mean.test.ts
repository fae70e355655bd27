import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance } from '../../../src/shared/did-you-mean.ts';

describe('editDistance', () => {
  it('counts insertions, deletions, changes and swaps of neighbours', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('queue', 'queue')).toBe(0);
    expect(editDistance('qeueu', 'queue')).toBe(2);
    expect(editDistance('port', 'prot')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});

describe('didYouMean', () => {
  it('offers the closest word only when it is close', () => {
    expect(didYouMean('strategi', ['strategy', 'record'])).toBe('strategy');
    expect(didYouMean('SIP', ['sip'])).toBe('sip');
    expect(didYouMean('banana', ['strategy', 'record'])).toBeUndefined();
  });
});
