/** A hotline of as many nodes as a large company has: menus in menus, each key with its prompt and queue, schedules before them. */

const END = { type: 'hangup', cause: 'normal' };
const service = (name: string) => [
  { type: 'play', prompt: 'welcome' },
  { type: 'queue', queue: name, otherwise: [{ type: 'play', prompt: 'goodbye' }, END] },
];
const menu = (keys: object) => ({ type: 'menu', prompt: 'main-menu', keys, otherwise: END });
const keysOf = (count: number, flow: (key: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [index + 1, flow(index + 1)]));

/** Its flow: a schedule, a menu of nine, each with a menu of nine: more than 300 nodes. */
export function longFlow(): { readonly flow: readonly object[]; readonly nodes: number } {
  const flow = [
    { type: 'play', prompt: 'welcome' },
    {
      type: 'schedule',
      calendar: 'CN-office-hours',
      periods: {
        open: { type: 'play', prompt: 'main-menu' },
        closed: [{ type: 'play', prompt: 'goodbye' }, END],
      },
    },
    menu(
      keysOf(9, () => [
        { type: 'set', variable: 'area', value: '1' },
        menu(keysOf(9, (key) => service(key % 2 ? 'sales' : 'service'))),
      ]),
    ),
  ];
  return { flow, nodes: JSON.stringify(flow).split('"type"').length - 1 };
}
