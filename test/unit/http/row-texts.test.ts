import { describe, expect, it } from 'vitest';
import { RowTexts } from '../../../src/http/row-texts.ts';

describe('RowTexts', () => {
  it('keep no long ones', () => {
    const texts = new RowTexts();
    const entity = { value: { numbers: '1'.repeat(20_000) }, revision: 1, file: undefined };
    let made = 0;
    for (let time = 0; time < 2; time++)
      texts.of(entity, true, undefined, () => ({ made: ++made, ...entity.value }));
    expect(made).toBe(2);
  });

  it('make a row once, and anew when anything of it has changed', () => {
    const texts = new RowTexts();
    const first = { value: { name: 'sales' }, revision: 1, file: undefined };
    const changed = { at: 1, by: 'li' };
    let made = 0;
    const ask = (
      entity: { value: object; revision: number; file: string | undefined },
      isWhole = true,
      by = changed,
    ) => texts.of(entity, isWhole, by, (change) => ({ made: ++made, by: change?.by, value: entity.value }));
    const text = ask(first);
    expect(JSON.parse(text)).toEqual({ made: 1, by: 'li', value: { name: 'sales' } });
    expect(ask(first)).toBe(text);
    // Masked numbers are another text, and neither stands for the other.
    expect(JSON.parse(ask(first, false)).made).toBe(2);
    expect(ask(first)).toBe(text);
    expect(JSON.parse(ask({ ...first, revision: 2 })).made).toBe(3);
    expect(JSON.parse(ask({ ...first, file: 'a.yaml:3' })).made).toBe(4);
    expect(JSON.parse(ask(first, true, { at: 1, by: 'wang' })).by).toBe('wang');
    expect(JSON.parse(ask({ ...first, value: { name: 'vip' } })).value).toEqual({ name: 'vip' });
  });
});
