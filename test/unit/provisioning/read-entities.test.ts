import { describe, expect, it } from 'vitest';
import { parseYamlDocuments } from '../../../src/config/yaml-source.ts';
import { checkEntities } from '../../../src/provisioning/check/check-entities.ts';
import { join, readEntities } from '../../../src/provisioning/file/read-entities.ts';
import { Snapshot } from '../../../src/provisioning/snapshot.ts';

function read(text: string, secret?: (where: { file?: string; env?: string }) => string | undefined) {
  const options = secret ? { secret } : {};
  return join(parseYamlDocuments('a.yaml', text).map(({ root }) => readEntities(root, 'a.yaml', options)));
}

/** All that is wrong with a file, by line. */
function mistakes(text: string): string[] {
  const { entities, mistakes: inFile } = read(text);
  if (inFile.length > 0) return inFile.map((one) => String(one).replace(/^a.yaml:/, '')).sort();
  const between = checkEntities(new Snapshot(1, entities)).map(
    ({ kind, tenant, name, path, reason, fix }) => {
      const entity = entities.find(
        (each) => each.kind === kind && each.tenant === tenant && each.name === name,
      )!;
      const { line, column } = entity.placeOf(path);
      return `${line}:${column}: ${reason}; ${fix}`;
    },
  );
  return between.sort();
}

describe('a calendar', () => {
  const calendar = (rules: string) =>
    mistakes(`tenant: a\ntenants: { a: {} }\ncalendars:\n  office:\n    ${rules}\n`);

  it.each([
    ["periods: { open: { mon-fri: '09:00-18:00' } }", []],
    [
      'timeZone: Asia/Shanghai',
      ["5:5: the calendar has no periods; write periods: { open: { mon-fri: '09:00-18:00' } }"],
    ],
    [
      "periods: { open: { mon-fry: '9:00-18:00' } }",
      ["5:33: no day of the week: 'mon-fry'; write mon, mon-fri, daily, holiday, make-up"],
    ],
    ["periods: { open: { mon: '9' } }", ["5:29: no hours: '9'; write '09:00-12:00,13:30-18:00'"]],
    [
      "{ periods: { open: { mon: '9:00-10:00' } }, daysOff: [2026-08-01, 2026-02-30] }",
      ["5:71: no date: '2026-02-30'; write '2026-08-01' or '2026-08-01/2026-08-05'"],
    ],
    [
      "{ periods: { open: { mon: '9:00-10:00' } }, dates: { 2026-08-02/2026-08-01: {} } }",
      ["5:81: no date: '2026-08-02/2026-08-01'; write '2026-08-01' or '2026-08-01/2026-08-05'"],
    ],
    [
      "{ periods: { open: { mon: '9:00-10:00' } }, timeZone: Asia/Shanghia }",
      ['5:59: unknown time zone Asia/Shanghia; use an IANA name such as Asia/Shanghai'],
    ],
  ])('is proved with its line: %s', (rules, wrong) => {
    expect(calendar(rules)).toEqual(wrong);
  });
});

describe('a wallboard', () => {
  const board = (...tiles: readonly string[]) =>
    mistakes(
      `tenant: a\ntenants: { a: {} }\nqueues: { sales: {} }\nwallboards:\n  hall:\n    tiles: [${tiles.join(', ')}]\n`,
    );
  it.each([
    [['{ metric: waiting, queues: [sales], w: 6, amber: 3, red: 8 }', '{ metric: calls, x: 6, w: 6 }'], []],
    [
      ['{ metric: calls }', '{ metric: asks, x: 2, y: 1 }'],
      ['6:32: it lies on tile 1; move it to where there is room'],
    ],
    [['{ metric: asks, x: 10, w: 3 }'], ['6:39: it ends right of the board; write 2 at most']],
    [['{ metric: asks, y: 22, h: 3 }'], ['6:39: it ends below the board; write 2 at most']],
    [['{ metric: calls, queues: [sales] }'], ['6:38: calls is of the whole company; leave the queues out']],
    [
      ['{ metric: service-level, amber: 0.8, red: 0.9 }'],
      ['6:55: of service-level low is bad: red is reached before amber; write one that is lower than amber'],
    ],
    [['{ metric: asks, queues: [none] }'], [expect.stringContaining('none')]],
    [['{ metric: secrets }'], [expect.stringContaining('waiting')]],
  ])('is proved: %s', (tiles, wrong) => {
    expect(board(...tiles)).toEqual(wrong);
  });
});

describe('a file of entities', () => {
  it('gives values in the form of the engine, with defaults, frozen', () => {
    const { entities } = read(
      'tenant: a\nqueues: { sales: { ring: 20s, agents: [8001] } }\nagents: { 8001: {} }',
    );
    expect(entities.map(({ kind, value }) => [kind, value])).toEqual([
      ['agent', { tenant: 'a', id: '8001', name: '8001', extension: '8001', signIn: 'automatic' }],
      [
        'queue',
        {
          tenant: 'a',
          name: 'sales',
          strategy: 'round-robin',
          agents: ['8001'],
          ringMs: 20_000,
          maxWaitMs: 180_000,
          fallback: 'longest-idle',
          lastAgentWithinMs: 86_400_000,
          ringNextMs: 5_000,
          tiers: [],
          restAfterRefusalMs: 5_000,
          restAfterNoAnswerMs: 5_000,
          busyAfterMisses: 0,
          priority: 'low',
          maxCallers: 50,
          noAgents: 'refuse',
          wrapUpMs: 10_000,
          music: 'queue-music',
          announceAgent: true,
          record: true,
          keepPlaceMs: 120_000,
        },
      ],
    ]);
    expect(() => Object.assign(entities[0]!.value, { name: 'x' })).toThrow(TypeError);
  });

  it('has one company, or one a document, or one an entity; each may use the same names', () => {
    const { entities, mistakes: wrong } = read(
      'tenant: a\nlists: { vip: {}, gold: { tenant: c } }\n---\ntenant: b\nlists: { vip: {} }',
    );
    expect(wrong).toEqual([]);
    expect(entities.map(({ tenant, name }) => `${tenant} ${name}`)).toEqual(['a vip', 'c gold', 'b vip']);
  });

  it('may offer keys in a queue: each a digit, none for two things', () => {
    const queue = (fields: string) => `tenant: a\nqueues: { q: { ${fields} } }`;
    const good = "offer: { keepWaiting: '1', callback: '2' }, peak: { switch: storm, callback: '3' }";
    expect(read(queue(good)).mistakes).toEqual([]);
    expect(mistakes(queue("offer: { keepWaiting: 'd' }"))).toEqual([
      expect.stringContaining('queues.q.offer.keepWaiting'),
    ]);
    expect(mistakes(queue("offer: { keepWaiting: '1' }, peak: { switch: storm, callback: '1' }"))).toEqual([
      expect.stringContaining('key 1 is offered for something else'),
    ]);
  });

  it('keeps the zero of an area code and the word no', () => {
    const { entities } = read('lists: { n: { tenant: no, prefixes: [0755, 0898] } }');
    expect(entities[0]?.value).toEqual({ name: 'n', tenant: 'no', numbers: [], prefixes: ['0755', '0898'] });
  });

  it('may say where a secret stands', () => {
    const text = (password: string) =>
      `tenant: a\ntrunks: { t: { addresses: [10.0.0.1], register: { username: u, password: ${password} } } }`;
    const register = ({ entities }: ReturnType<typeof read>) =>
      (entities[0]!.value as { register?: { password?: string } }).register?.password;
    expect(register(read(text('abc')))).toBe('abc');
    expect(register(read(text('{ env: PASSWORD }'), ({ env }) => `of ${env}`))).toBe('of PASSWORD');
    expect(register(read(text('{ file: carrier }'), ({ file }) => `in ${file}`))).toBe('in carrier');
    expect(mistakes(text('{ env: PASSWORD }'))).toEqual([
      '2:74: trunks.t.register.password cannot be had: environment variable PASSWORD is empty or missing; put it there',
    ]);
    expect(mistakes(text('').replace(', password: ', ''))).toEqual([
      expect.stringContaining('trunks.t.register.password is missing'),
    ]);
  });
});

describe('mistakes of a file', () => {
  it('are told all at once, each with its place and what to do', () => {
    const text = [
      'tenat: a', // 1
      'queues:', // 2
      '  sales: { tenant: demo, ring: 15, agents: 8001, ringMs: 3 }', // 3
      'trunks: { carrier: { tenant: demo } }', // 4
      'surveis: {}', // 5
      'lists: { vip: {} }', // 6
    ].join('\n');
    expect(mistakes(text)).toEqual([
      "1:1: unknown key 'tenat' in the file; did you mean 'tenant'?",
      "3:32: queues.sales.ring must be a duration such as 500ms, 15s or 2m, is '15'; write a duration such as 500ms, 15s or 2m",
      "3:44: queues.sales.agents must be a list, is '8001'; write a list",
      "3:50: unknown key 'ringMs' in queues.sales; did you mean 'ring'?",
      "4:20: trunks.carrier.addresses is missing; write 'addresses: …' (a list of at least 1)",
      "5:1: unknown key 'surveis' in the file; did you mean 'surveys'?",
      "6:15: lists.vip belongs to no tenant; write 'tenant: …' in it, or once at the top of the file",
    ]);
  });

  it('are also names that point nowhere and addresses that two trunks have', () => {
    const text = [
      'tenants: { a: {}, b: {} }', // 1
      'extensions: { 8001: { tenant: a }, 8002: { tenant: b } }', // 2
      'agents: { 8001: { tenant: a }, 8003: { tenant: a } }', // 3
      'queues: { sales: { tenant: c, agents: [8001] }, care: { tenant: a, survey: three-keyz } }', // 4
      'surveys: { three-keys: { tenant: a } }', // 5
    ].join('\n');
    expect(mistakes(text)).toEqual([
      "3:38: tenant 'a' has no extension '8003'; did you mean '8001'?",
      "4:28: there is no tenant 'c'; tenants are a, b",
      "4:40: tenant 'c' has no agent '8001'; define it under agents:",
      "4:76: tenant 'a' has no survey 'three-keyz'; did you mean 'three-keys'?",
    ]);
    const values = [
      'tenant: a', // 1
      'extensions: { 8002: { ha1: {} } }', // 2
      'trunks: { one: { addresses: [10.0.0.0/8, 300.1.1.1, ::1/129] } }', // 3
    ].join('\n');
    expect(mistakes(values)).toEqual([
      '2:28: ha1 has neither md5 nor sha256; write one, or leave ha1 out',
      "3:42: '300.1.1.1' is not an address; write an IP address or a network such as 10.0.0.0/8",
      "3:53: '::1/129' is not an address; write an IP address or a network such as 10.0.0.0/8",
    ]);
    const twice =
      'tenants: { a: {} }\ntenant: a\ntrunks:\n  one: { addresses: [10.0.0.0/8] }\n  two: { addresses: [10.0.0.0/8] }';
    expect(mistakes(twice)).toEqual([
      "5:22: address 10.0.0.0/8 is already used by trunk 'one'; give each trunk its own, or write identify: { called: [4001234567] }, { user } or { port }",
    ]);
    const apart = twice.replace(/] }$/, '], identify: { port: 5062 } }');
    expect(mistakes(apart)).toEqual([]);
  });

  it('are names that stand twice', () => {
    expect(
      mistakes('tenants: { a: {} }\ntenant: a\nlists: { vip: {} }\n---\ntenant: a\nlists: { vip: {} }'),
    ).toEqual(["6:15: list 'vip' of tenant 'a' stands in a.yaml:3 too; remove one of them"]);
  });

  it('are periods that the calendar of the lock never is in', () => {
    const lock = (period: string) =>
      mistakes(
        [
          'tenant: a',
          `tenants: { a: { outsideLock: { calendar: hours, periods: [holiday, ${period}] } } }`,
          "calendars: { hours: { periods: { open: { daily: '09:00-18:00' } }, switches: [storm], dates: { 2026-12-31: { half: '09:00-12:00' } } } }",
        ].join('\n'),
      );
    for (const period of ['closed', 'open', 'storm', 'half']) expect(lock(period)).toEqual([]);
    expect(lock('night')).toEqual([
      "2:68: calendar 'hours' has no period 'night'; its periods are open, half, closed, holiday, storm",
    ]);
  });

  it('are groups whose members are none or two, and numbers that lead to two things', () => {
    const text = [
      'tenant: a', // 1
      'tenants: { a: {} }', // 2
      'mailboxes: { box: {} }', // 3
      'extensions: { 8001: {}, 8002: {} }', // 4
      'groups:', // 5
      '  600: { members: [{ extension: 8001, number: "13800138000" }, {}, { extension: 8002 }] }', // 6
      '  601: { members: [{ agent: 8009 }], otherwise: { mailbox: box, number: "8001" } }', // 7
      '  602: { members: [{ number: "13800138000" }], strategy: hunt, otherwise: { number: "8001" } }', // 8
    ].join('\n');
    const fix = 'write { extension: … }, { agent: … } or { number: … }';
    expect(mistakes(text)).toEqual([
      `6:20: a member is one extension, one agent or one number outside; ${fix}`,
      `6:64: a member is one extension, one agent or one number outside; ${fix}`,
      '7:49: the caller cannot go to both, mailbox and number; write one of them',
    ]);
    const twice = 'tenant: a\ntenants: { a: {} }\nextensions: { 8001: {} }\ngroups:';
    expect(mistakes(`${twice}\n  8001: { members: [{ extension: 8001 }, { agent: 8009 }] }`)).toEqual([
      "5:51: tenant 'a' has no agent '8009'; define it under agents:",
      "5:9: 8001 is the number of extension '8001' already; give it another number",
    ]);
  });

  it('are codes that a tree of dispositions has twice, on whatever level', () => {
    const tree = (code: string) =>
      [
        'tenant: a',
        'dispositions:',
        '  sales:',
        '    entries:',
        '      - { code: order, title: 下单, children: [{ code: new, title: 新客户 }] }',
        `      - { code: other, title: 其他, children: [{ code: x, title: X, children: [{ code: ${code}, title: Y }] }] }`,
      ].join('\n');
    expect(mistakes(tree('wrong-number'))).toEqual(["4:5: there is no tenant 'a'; define it under tenants:"]);
    expect(mistakes(tree('new'))).toEqual([
      "6:86: the tree has the code 'new' twice; give each a code of its own",
    ]);
  });

  it('are braces of a script that hold no placeholder', () => {
    const script = (text: string) =>
      mistakes(`tenants: { a: {} }\nscripts: { s: { tenant: a, text: '${text}' } }`);
    expect(script('工号 {agent}，{客户.称呼} 您好')).toEqual([]);
    expect(script('工号 {agent 为您服务')).toEqual([
      "2:34: '{' begins or ends no placeholder; write placeholders as {caller}",
    ]);
  });

  it('name the section where a kind is defined as it is spelt', () => {
    const text = 'tenants: { a: {} }\nqueues: { sales: { tenant: a, survey: three } }';
    expect(mistakes(text)[0]).toContain('define it under surveys:');
  });
});
