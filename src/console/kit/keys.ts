/** What keys do, in one list: the keyboard help shows it, the settings change it, and whoever does something by a key names the act. */
/** Acts by where they are done. */
export const KEY_GROUPS = {
  everywhere: ['palette', 'shortcuts', 'search', 'tester'],
  phone: [
    ...(['answer', 'hangUp', 'hold', 'mute', 'transfer', 'consult', 'conference'] as const),
    ...(['directory', 'ready', 'break', 'help', 'flag'] as const),
  ],
  desk: ['note', 'todo', 'finish'],
  calls: ['next', 'previous'],
} as const;
export type KeyGroup = keyof typeof KEY_GROUPS;
export type KeyAct = (typeof KEY_GROUPS)[KeyGroup][number];

export const KEY_ACTS: readonly KeyAct[] = Object.values(KEY_GROUPS).flat();

/** As {@link comboOf} names them: `Alt+A`, `Ctrl+Enter`, `B`, `/`. */
export type Keys = Readonly<Record<KeyAct, string>>;

export const DEFAULT_KEYS: Keys = {
  ...{ palette: 'Ctrl+K', shortcuts: '?', search: '/', tester: 'Alt+S' },
  ...{ answer: 'Alt+A', hangUp: 'Alt+H', hold: 'Alt+P', mute: 'Alt+M', transfer: 'Alt+T', consult: 'Alt+C' },
  ...{
    conference: 'Alt+3',
    directory: 'Alt+D',
    ready: 'Alt+R',
    break: 'Alt+B',
    help: 'Alt+Q',
    flag: 'Alt+F',
  },
  ...{ note: 'Alt+N', todo: 'B', finish: 'Ctrl+Enter' },
  ...{ next: 'J', previous: 'K' },
};

/** Done while somebody types, too: they need Alt or Ctrl. */
const WHILE_TYPING: ReadonlySet<KeyAct> = new Set([
  ...KEY_GROUPS.phone,
  'note',
  'finish',
  'palette',
  'tester',
]);
/** Held down, they go on. */
export const REPEATED: ReadonlySet<KeyAct> = new Set(KEY_GROUPS.calls);
/** Browsers keep some of them, and who types needs the others. */
const RESERVED: ReadonlySet<string> = new Set([...'ACLNRTVWXYZ'].map((letter) => `Ctrl+${letter}`));

const COMBO = /^(Alt\+[A-Z\d]|Ctrl\+([A-Z\d]|Enter)|[^\s])$/;
/** With Alt some systems make other letters of a key: it is told by its place. */
const CODE = /^(?:Key([A-Z])|Digit(\d))$/;

/** What counts of a key that is pressed. */
export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly getModifierState: (key: 'AltGraph') => boolean;
}

/** The name of what is pressed; undefined: nothing that acts are done by. Command counts as Ctrl. */
export function comboOf(event: Pressed): string | undefined {
  const { key, code, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (event.isComposing || event.getModifierState('AltGraph')) return undefined;
  const isCtrl = ctrlKey || metaKey;
  if (altKey) {
    const [, letter, digit] = CODE.exec(code) ?? [];
    return isCtrl || shiftKey ? undefined : (letter ?? digit) && `Alt+${letter ?? digit}`;
  }
  if (isCtrl) {
    const name = `Ctrl+${key.length === 1 ? key.toUpperCase() : key}`;
    return !shiftKey && COMBO.test(name) ? name : undefined;
  }
  if (/^[a-zA-Z]$/.test(key)) return shiftKey ? undefined : key.toUpperCase();
  return /^[^\s]$/.test(key) ? key : undefined;
}

/** As `aria-keyshortcuts` wants it. */
export const ariaKeys = (combo: string): string => combo.replace('Ctrl', 'Control');

export type KeyRefusal =
  | { readonly why: 'taken'; readonly by: KeyAct }
  | { readonly why: 'reserved' | 'whileTyping' };

/** Why an act cannot have these keys; undefined: it can. */
export function refusalOf(keys: Keys, act: KeyAct, combo: string): KeyRefusal | undefined {
  if (RESERVED.has(combo)) return { why: 'reserved' };
  if (WHILE_TYPING.has(act) && !combo.includes('+')) return { why: 'whileTyping' };
  const by = KEY_ACTS.find((other) => other !== act && keys[other] === combo);
  return by && { why: 'taken', by };
}

/** What was stored, as far as it can be: nothing is done by keys that are for something else as well. */
export function keysIn(stored: string | undefined): Keys {
  let told: Readonly<Record<string, unknown>>;
  try {
    told = JSON.parse(stored ?? '{}') as typeof told;
  } catch {
    return DEFAULT_KEYS;
  }
  const own = KEY_ACTS.flatMap((act) => {
    const combo = told[act];
    return typeof combo === 'string' && COMBO.test(combo) ? [[act, combo] as const] : [];
  });
  const keys: Keys = { ...DEFAULT_KEYS, ...Object.fromEntries(own) };
  return KEY_ACTS.some((act) => refusalOf(keys, act, keys[act])) ? DEFAULT_KEYS : keys;
}
