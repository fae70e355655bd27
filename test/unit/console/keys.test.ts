/** Keys of the console: what is pressed, what may be set, what is kept. */
import { describe, expect, it } from 'vitest';
import { sayIn } from '../../../src/console/i18n/words.ts';
import { keyWords } from '../../../src/console/kit/key-words.ts';
import {
  comboOf,
  DEFAULT_KEYS,
  KEY_ACTS,
  keysIn,
  type Pressed,
  refusalOf,
} from '../../../src/console/kit/keys.ts';

const press = (told: Partial<Pressed>, hasAltGraph = false) =>
  comboOf({
    ...{ key: '', code: '', altKey: false, ctrlKey: false, metaKey: false, shiftKey: false },
    ...{ isComposing: false, getModifierState: () => hasAltGraph },
    ...told,
  });

describe('what is pressed', () => {
  it.each([
    ['Alt and a letter, whatever the system makes of it', { altKey: true, key: 'å', code: 'KeyA' }, 'Alt+A'],
    ['Alt and a digit', { altKey: true, key: '3', code: 'Digit3' }, 'Alt+3'],
    ['Ctrl and a letter', { ctrlKey: true, key: 'k', code: 'KeyK' }, 'Ctrl+K'],
    ['Command as Ctrl', { metaKey: true, key: 'Enter', code: 'Enter' }, 'Ctrl+Enter'],
    ['a letter', { key: 'b', code: 'KeyB' }, 'B'],
    ['a sign that takes Shift', { key: '?', code: 'Slash', shiftKey: true }, '?'],
  ])('%s', (_, told, name) => expect(press(told)).toBe(name));

  it.each([
    ['a capital', { key: 'B', shiftKey: true }],
    ['Alt alone', { altKey: true, key: 'Alt', code: 'AltLeft' }],
    ['Ctrl and Alt', { ctrlKey: true, altKey: true, key: 'a', code: 'KeyA' }],
    ['Ctrl with Shift', { ctrlKey: true, shiftKey: true, key: 'K' }],
    ['an arrow', { key: 'ArrowDown' }],
    ['a space', { key: ' ' }],
    ['part of a word that an input method makes', { key: 'b', isComposing: true }],
  ])('not %s', (_, told) => expect(press(told)).toBeUndefined());

  it('not AltGr, by which some keyboards write', () => {
    expect(press({ altKey: true, key: 'a', code: 'KeyA' }, true)).toBeUndefined();
  });
});

describe('what may be set', () => {
  it('no two acts have the same keys, and all of them are allowed', () => {
    expect(new Set(Object.values(DEFAULT_KEYS)).size).toBe(KEY_ACTS.length);
    expect(KEY_ACTS.filter((act) => refusalOf(DEFAULT_KEYS, act, DEFAULT_KEYS[act]))).toEqual([]);
  });

  it.each([
    ['those of another act, of any page', 'todo', 'J', { why: 'taken', by: 'next' }],
    ['those of the browser', 'palette', 'Ctrl+W', { why: 'reserved' }],
    ['a letter for what is done while one types', 'hold', 'X', { why: 'whileTyping' }],
  ] as const)('not %s', (_, act, combo, refusal) => {
    expect(refusalOf(DEFAULT_KEYS, act, combo)).toEqual(refusal);
  });

  it.each([
    ['its own', 'hold', 'Alt+P'],
    ['free ones', 'hold', 'Alt+X'],
    ['a letter for what is not done while one types', 'todo', 'X'],
  ] as const)('%s', (_, act, combo) => expect(refusalOf(DEFAULT_KEYS, act, combo)).toBeUndefined());

  it('a refusal reads as words, with the act that has them', () => {
    const say = sayIn(keyWords, 'zh-CN');
    expect(say('taken', { keys: 'J', act: say('next') })).toBe('J 已用于“下一通”，请换一个');
  });
});

describe('what is kept', () => {
  it('is what was set, and the default of all others', () => {
    expect(keysIn('{"todo":"X"}')).toEqual({ ...DEFAULT_KEYS, todo: 'X' });
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['what is no key', '{"todo":"Hyper+Q","hold":7}'],
    ['keys of two acts', '{"todo":"J"}'],
    ['a letter for what is done while one types', '{"answer":"A"}'],
  ])('%s: the default', (_, stored) => expect(keysIn(stored)).toEqual(DEFAULT_KEYS));
});
