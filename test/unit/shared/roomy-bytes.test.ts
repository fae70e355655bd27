import { describe, expect, it } from 'vitest';
import { framed, roomyBytes } from '../../../src/shared/roomy-bytes.ts';

const of = (text: string) => {
  const bytes = roomyBytes(Buffer.byteLength(text));
  bytes.set(Buffer.from(text));
  return bytes;
};

describe('framed', () => {
  it('writes what comes before and behind into the memory of the bytes', () => {
    const bytes = of('"王", "李"');
    const all = framed(bytes, '[', '] 完');
    expect(all.toString()).toBe('["王", "李"] 完');
    expect(all.buffer).toBe(bytes.buffer);
  });

  it('takes what the room is too small for, and nothing at all', () => {
    expect(framed(of('b'), 'a'.repeat(600), 'c').toString()).toBe(`${'a'.repeat(600)}bc`);
    expect(framed(of('b'), 'a', '完'.repeat(300)).toString()).toBe(`ab${'完'.repeat(300)}`);
    expect(framed(of(''), '[', ']').toString()).toBe('[]');
  });

  it('has its room still when the memory came from another thread', () => {
    const bytes = of('moved');
    const moved = structuredClone(bytes, { transfer: [bytes.buffer] }) as typeof bytes;
    expect(framed(moved, '<', '>').toString()).toBe('<moved>');
  });
});
