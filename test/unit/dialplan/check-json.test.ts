/** Hotlines as they come from YAML, the database and the API: plain JSON that no compiler has seen. */
import { describe, expect, it } from 'vitest';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { checkHotline } from '../../../src/dialplan/check/check-hotline.ts';
import {
  byArea,
  byCaller,
  hangup,
  hotline,
  menu,
  number,
  play,
  queue,
  script,
} from '../../../src/dialplan/index.ts';
import { KINDS } from '../../../src/dialplan/node/kinds.ts';
import { NameBook } from '../../../src/dialplan/plan/names.ts';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';
import { NAMES, PROMPTS } from '../../support/dialplan-fixture.ts';

const names = new NameBook(NAMES, {
  timeZone: 'Asia/Shanghai',
  prompts: new Set(PROMPTS),
  areas: loadAreaTable(),
  holidays: new Holidays(),
});

const jsonOf = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

/** `/flow/queue: there is no queue 'x'; known: ...` of each error. */
function told(parts: object): string[] {
  const value = { type: 'hotline', number: '4001234567', flow: { type: 'hangup' }, ...parts };
  return checkHotline(value, names)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ steps, message, fix }) => `/${steps.join('/')}: ${message}; ${fix}`);
}

describe('a hotline as JSON', () => {
  it('is what the builders make', () => {
    const flow = byArea({ 华南: queue('sales', { keys: { 0: hangup() } }), otherwise: hangup() });
    const built = hotline('4001234567', {
      aliases: ['02151234567'],
      block: number('13800138000'),
      vip: { who: number('13900139000'), flow: menu({ prompt: 'main-menu', 1: play('welcome') }) },
      calendars: { shop: { periods: { open: { daily: '09:00-18:00' } }, holidays: 'CN' } },
      flow,
    });
    expect(told(jsonOf(built))).toEqual([]);
  });

  it.each([
    [
      { flow: { type: 'quue', queue: 'sales' } },
      `/flow: {"type":"quue","queue":"sales"} is no node; did you mean type 'queue'?`,
    ],
    [
      { flow: [{ type: 'queue', queue: 'saels' }] },
      "/flow/0/queue: there is no queue 'saels'; did you mean 'sales'?",
    ],
    [
      { flow: { type: 'queue', queue: 'sales', kesy: {} } },
      "/flow: queue() takes no kesy; did you mean 'keys'?",
    ],
    [
      { flow: { type: 'queue', queue: 'sales', maxWaitMs: '30s' } },
      '/flow/maxWaitMs: maxWaitMs of queue() is "30s"; it must be milliseconds, at most a day',
    ],
    [
      { flow: { type: 'set', variable: 'tier', value: 5 } },
      "/flow/value: value of set() is 5; write it as text: '5'",
    ],
    [
      { flow: jsonOf(menu({ prompt: 'main-menu', 1: queue('x') })) },
      "/flow/keys/1/queue: there is no queue 'x'; known: sales, service",
    ],
    [
      {
        flow: jsonOf(
          byCaller([
            [number('1380'), hangup()],
            [number('1381'), queue('x')],
          ]),
        ),
      },
      "/flow/rules/1/flow/queue: there is no queue 'x'; known: sales, service",
    ],
    [
      {
        flow: {
          type: 'byCaller',
          rules: [{ who: [{ match: 'number', number: 13800138000 }], flow: { type: 'hangup' } }],
        },
      },
      "/flow/rules/0/who/0: number of rules of byCaller()[0] is 13800138000; write it as text: '13800138000'",
    ],
    [
      { block: [{ match: 'lst', list: 'gold' }] },
      "/block/0: block has an unknown rule; did you mean 'list'?",
    ],
    [
      { block: [{ match: 'list', list: 'gold', untill: '2026-12-31' }] },
      "/block/0: a rule of block takes no untill; did you mean 'until'?",
    ],
    [
      { flows: { side: { type: 'play', prompt: ['welcome', 'x'] } } },
      expect.stringContaining("/flows/side/prompt/1: there is no prompt 'x'"),
    ],
    [
      { flow: { type: 'play', prompt: { digits: '8001', yoa: true } } },
      "/flow/prompt: prompt of play() takes no yoa; did you mean 'yao'?",
    ],
    [
      { vip: { who: [{ match: 'anonymous' }], flow: { type: 'queue', queue: 'x' } } },
      "/vip/flow/queue: there is no queue 'x'; known: sales, service",
    ],
    [{ vip: 5 }, '/vip: vip is 5; it must have who, priority, flow'],
    [{ limit: { calls: 3 } }, '/limit: limit has no perMs; add perMs'],
    [{ lines: [] }, '/lines: lines is []; it must be parts by name'],
    [
      { lines: { shop: { type: 'line', number: 2112345678 } } },
      "/lines/shop/number: number of line() is 2112345678; write it as text: '2112345678'",
    ],
    [
      { calendars: { shop: { periods: { open: { daily: 9 } } } } },
      "/calendars/shop/periods/open/daily: no hours: '9'; write '09:00-12:00,13:30-18:00'",
    ],
    [
      { calendars: { shop: { periods: {}, holiday: 'CN' } } },
      "/calendars/shop/holiday: calendar shop takes no holiday; did you mean 'holidays'?",
    ],
    [
      { aliases: [2151234567] },
      "/aliases/0: the hotline's alias is 2151234567; write digits as text: '02151234567'",
    ],
    [{ timeZone: 8 }, '/timeZone: unknown time zone 8; use an IANA name such as Asia/Shanghai'],
    [
      { afterTalk: { type: 'hangup' } },
      "/afterTalk: afterTalk is no survey; write afterTalk: survey('three-keys')",
    ],
    [{ flwo: {} }, "/flwo: a hotline takes no flwo; did you mean 'flow'?"],
  ])('%j is refused with its pointer', (parts, text) => {
    expect(told(parts)).toEqual([text]);
  });

  it('holds no code', () => {
    const text =
      '/flow: script() runs code, and a hotline that is stored holds none; write the hotline in TypeScript, or ask a service with a node of type http';
    expect(told({ flow: { ...script(() => undefined), type: 'script' } })).toEqual([text]);
    expect(told({ flow: jsonOf(script(() => undefined)) })).toEqual([text]);
    expect(told({ flow: () => {} })[0]).toContain('/flow: a function is no node; write one such as');
  });
});

/** No field takes this. */
const NOTHING = { nothing: true };

describe.each(Object.entries(KINDS).filter(([type]) => type !== 'script'))('%s', (type, { fields }) => {
  // A `json` may be whatever JSON can say.
  const narrow = Object.entries(fields).filter(([, form]) => form !== 'json?');
  it.each(narrow.map(([field]) => field))('a wrong %s is told at its pointer', (field) => {
    const wrong = told({ flow: { type, [field]: NOTHING } }).filter((text) =>
      text.startsWith(`/flow/${field}`),
    );
    expect(wrong.length).toBeGreaterThan(0);
  });
});

describe('skills in a flow', () => {
  const ask =
    'a language is one skill, or is asked for by a prompt and keys, or forgotten; write skill: english, or prompt';
  const must = "skills of queue() is {}; it must be a list such as [{ skill: 'english' }]";

  it.each<[string, object, string[]]>([
    ['a language', { type: 'language', skill: 'english' }, []],
    ['a choice', { type: 'language', prompt: 'main-menu', keys: { 1: 'english', 2: 'cantonese' } }, []],
    ['one that nobody knows', { type: 'language', skill: 'englis' }, ["did you mean 'english'?"]],
    ['nothing', { type: 'language' }, [ask]],
    ['too much', { type: 'language', skill: 'english', prompt: 'main-menu', keys: { 1: 'english' } }, [ask]],
    ['a prompt alone', { type: 'language', prompt: 'main-menu' }, [ask]],
    [
      'a key of two digits',
      { type: 'language', prompt: 'main-menu', keys: { 12: 'english' } },
      ["'12' is no key; use '0' to '9', '*', '#'"],
    ],
    [
      'what a caller needs',
      { type: 'queue', queue: 'sales', skills: [{ skill: 'english', level: 50, relaxAfterMs: 20_000 }] },
      [],
    ],
    [
      'what nobody has',
      { type: 'queue', queue: 'sales', skills: [{ skill: 'x' }, { level: 0 }, 7] },
      ["there is no skill 'x'", 'has no skill', 'level', '7'],
    ],
    ['no list', { type: 'queue', queue: 'sales', skills: {} }, [must]],
  ])('%s', (_, node, wrong) => {
    const found = told({ flow: [node, { type: 'hangup' }] });
    expect(found).toHaveLength(wrong.length);
    for (const [index, text] of wrong.entries()) expect(found[index]).toContain(text);
  });
});
