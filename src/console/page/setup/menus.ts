/** What a new number does: flows of the kinds that most companies begin with, of what the company has by then. Pure. */
export const MENUS = ['agents', 'menu', 'levels'] as const;
export type MenuKind = (typeof MENUS)[number];

/** What callers hear, one text each; the names of the prompts are made of the number and these. */
export const TEXTS = {
  agents: ['welcome'],
  menu: ['welcome', 'main'],
  levels: ['welcome', 'main', 'sales', 'orders'],
} as const satisfies Readonly<Record<MenuKind, readonly string[]>>;
export type TextName = (typeof TEXTS)[MenuKind][number];

/** Prompts that all companies have, where texts cannot be said. */
const SHIPPED: Readonly<Record<TextName, string>> = {
  welcome: 'welcome',
  main: 'main-menu',
  sales: 'main-menu',
  orders: 'main-menu',
};

export const promptOf = (number: string, text: TextName): string => `${number}-${text}`;

export interface MenuParts {
  readonly kind: MenuKind;
  readonly queue: string;
  /** Undefined: it is always open. */
  readonly calendar: string | undefined;
  /** Undefined: nobody leaves a message. */
  readonly mailbox: string | undefined;
  /** Texts that have become prompts of the company, by what they are. */
  readonly prompts: Partial<Readonly<Record<TextName, string>>>;
}

type Node = Readonly<Record<string, unknown>>;

/** The flow of a hotline, as the API takes it. */
export function flowOf({ kind, queue, calendar, mailbox, prompts }: MenuParts) {
  const play = (prompt: string): Node => ({ type: 'play', prompt });
  const goodbye: readonly Node[] = [play('goodbye'), { type: 'hangup', cause: 'normal' }];
  const message: Node | readonly Node[] =
    mailbox === undefined ? goodbye : { type: 'voicemail', box: mailbox };
  const human: Node = { type: 'queue', queue, otherwise: message };
  const urgent: Node = { type: 'queue', queue, priority: 'high', otherwise: message };
  const prompt = (text: TextName) => prompts[text] ?? SHIPPED[text];
  const menu = (text: TextName, keys: Readonly<Record<string, unknown>>): Node => ({
    type: 'menu',
    prompt: prompt(text),
    keys,
    invalid: 'invalid-key',
    otherwise: human,
  });
  const open = {
    agents: human,
    menu: menu('main', { 1: human, 2: human, 9: message, 0: human }),
    levels: menu('main', {
      1: menu('sales', {
        1: menu('orders', { 1: human, 2: human, 9: message }),
        2: human,
        9: message,
      }),
      2: urgent,
      9: message,
      0: human,
    }),
  }[kind];
  const closed =
    mailbox === undefined
      ? [play('closed'), { type: 'hangup', cause: 'normal' }]
      : [play('closed'), { type: 'voicemail', box: mailbox }];
  const body = calendar === undefined ? open : { type: 'schedule', calendar, periods: { open, closed } };
  return { flow: [play(prompt('welcome')), body], otherwise: goodbye };
}
