import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acdAnswers } from '../../../src/acd-board.ts';
import { boardAnswers, limitAnswers } from '../../../src/boards.ts';
import { run } from '../../../src/cli/run.ts';
import type { ByWhom } from '../../../src/http/by-whom.ts';
import type { AgentRow, QueueRow } from '../../../src/http/routes/live.ts';
import type { TrunkRow } from '../../../src/http/routes/trunks.ts';
import { NOTHING_OF_AGENT } from '../../../src/metric/today.ts';
import { ControlServer } from '../../../src/provisioning/control/control-server.ts';
import { CONTROL_SOCKET } from '../../../src/provisioning/control/protocol.ts';
import { silentLogger } from '../../../src/shared/logger.ts';

const BAN = {
  address: '203.0.113.9',
  why: 'User-Agent sipcli',
  since: '2026-10-10T02:00:00.000Z',
  until: '2026-10-10T02:10:00.000Z',
};
const DOWN: TrunkRow = {
  tenant: 'demo',
  name: 'carrier',
  state: 'down',
  why: '3 calls in a row got no answer',
  since: '2026-10-10T02:00:00.000Z',
  nextTry: '2026-10-10T02:00:05.000Z',
  registration: 'registered',
  calls: 1,
  channels: 30,
};

const TALKING: AgentRow = {
  tenant: 'demo',
  agent: '8001',
  name: '张伟',
  state: 'talking',
  reason: null,
  by: null,
  since: '2026-10-10T02:00:00.000Z',
  isOverLimit: false,
  wish: { state: 'break', reason: 'lunch' },
  extension: '8003',
  queues: ['sales', 'service'],
  callId: 'c1',
  queue: 'sales',
  today: { ...NOTHING_OF_AGENT, offers: 15, answered: 12, missed: 2, talkMs: 3_725_000 },
};
const IN_BREAK: AgentRow = {
  ...TALKING,
  agent: '8002',
  state: 'break',
  reason: 'lunch',
  by: '8009',
  isOverLimit: true,
  wish: null,
  callId: null,
  queue: null,
};
const SALES: QueueRow = {
  tenant: 'demo',
  name: 'sales',
  title: '',
  waiting: 3,
  longestWaitMs: 65_000,
  waitsSince: '2026-10-10T03:58:55.000Z',
  isPeak: true,
  peak: null,
  agents: { signedIn: 5, ready: 1, onCall: 2, wrapUp: 1, away: 1, unreachable: 0 },
  today: { asks: 120, answered: 100, abandoned: 15, serviceLevel: 0.75 },
  recent: { since: '2026-10-10T03:30:00.000Z', asks: 0, answered: 0, abandoned: 0, serviceLevel: null },
};

const LIMIT = { tenant: 'demo', extension: '8001', period: 'day', of: 'minutes', limit: 60 } as const;

let dir: string;
let control: ControlServer;
let lifted: string[];
let trunks: TrunkRow[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-running-'));
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'pbx400.yaml'), 'data: data\ntimeZone: Asia/Shanghai\n');
  lifted = [];
  trunks = [DOWN, { ...DOWN, tenant: 'other', state: 'up', why: null, since: null, nextTry: null, calls: 0 }];
  const bans = {
    bans: () => [BAN],
    lift: async (address: string, { by }: ByWhom) => {
      lifted.push(`${address} ${by.replace(/^\S+ /, '')}`);
      return address === BAN.address;
    },
  };
  const board = {
    trunks: () => trunks,
    setUp: async (tenant: string, name: string) => {
      trunks = trunks.map((row) =>
        row.tenant === tenant && row.name === name ? { ...row, state: 'up' } : row,
      );
      return trunks.find((row) => row.tenant === tenant && row.name === name);
    },
  };
  const file = join(dir, 'data', CONTROL_SOCKET);
  const limits = {
    reached: () => [{ ...LIMIT, at: 1 }],
    lift: (tenant: string, extension: string) => tenant === 'demo' && extension === '8001',
  };
  const kept = {
    lifted: (tenant: string, extension: string, by: string) =>
      lifted.push(`${tenant}/${extension} ${by.replace(/^\S+ /, '')}`),
  };
  const answers = {
    ...boardAnswers(bans, board),
    ...acdAnswers({
      agents: async (scope) => [TALKING, IN_BREAK].filter(({ tenant }) => scope.includes(tenant)),
      queues: async () => [SALES],
      queue: async () => undefined,
      callers: () => [],
    }),
    ...limitAnswers(limits, kept, { logger: silentLogger }),
  };
  control = await ControlServer.open(file, answers, silentLogger);
});
afterEach(async () => {
  await control.close();
  rmSync(dir, { recursive: true, force: true });
});

async function pbx400(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await run([...args, '--config', join(dir, 'pbx400.yaml')], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    start: () => Promise.reject(new Error('not started here')),
  });
  return { code, out, err };
}

describe('pbx400 bans', () => {
  it('prints a table with the times of the configured zone, or JSON lines', async () => {
    expect(await pbx400('bans')).toEqual({
      code: 0,
      err: '',
      out:
        'address      since                until                reason\n' +
        '203.0.113.9  2026-10-10 10:00:00  2026-10-10 10:10:00  User-Agent sipcli\n',
    });
    expect((await pbx400('bans', '--json')).out).toBe(`${JSON.stringify(BAN)}\n`);
  });

  it('lifts one and says who wanted it; 69 for an address that is not banned', async () => {
    expect(await pbx400('bans', 'lift', BAN.address)).toMatchObject({
      code: 0,
      out: '203.0.113.9 is heard again\n',
    });
    expect(await pbx400('bans', 'lift', '192.0.2.1')).toMatchObject({
      code: 69,
      out: '',
      err: '192.0.2.1 is not banned; pbx400 bans lists who is\n',
    });
    expect(lifted).toEqual(['203.0.113.9 (pbx400 bans lift)', '192.0.2.1 (pbx400 bans lift)']);
  });
});

describe('pbx400 trunks', () => {
  it('prints state, calls, why and the next try', async () => {
    const { code, out } = await pbx400('trunks');
    expect(code).toBe(0);
    expect(out.split('\n')[1]).toBe(
      'demo     carrier  down    1/30  registered    2026-10-10 10:00:00  2026-10-10 10:00:05  3 calls in a row got no answer',
    );
    const lines = (await pbx400('trunks', '--json')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(trunks);
  });

  it('sets one up; a name that several companies use wants --tenant', async () => {
    const several = await pbx400('trunks', 'up', 'carrier');
    expect(several).toMatchObject({
      code: 69,
      err: 'several companies have a trunk carrier: demo, other; --tenant names one\n',
    });
    expect((await pbx400('trunks', 'up', 'carrier', '--tenant', 'demo')).out).toBe(
      'trunk demo/carrier is up\n',
    );
    expect(trunks[0]!.state).toBe('up');
    const unknown = await pbx400('trunks', 'up', 'carier');
    expect(unknown).toMatchObject({
      code: 69,
      err: 'there is no trunk carier; there are: demo/carrier, other/carrier\n',
    });
  });
});

describe('pbx400 limits', () => {
  it('prints those that are reached, and lets one begin anew', async () => {
    expect((await pbx400('limits')).out).toBe(
      'company  extension  in this  of       limit\ndemo     8001       day      minutes     60\n',
    );
    expect((await pbx400('limits', '--json')).out).toBe(`${JSON.stringify(LIMIT)}\n`);
    expect(await pbx400('limits', 'lift', 'demo', '8001')).toMatchObject({
      code: 0,
      out: 'demo/8001 may call outside again\n',
    });
    expect(lifted).toEqual(['demo/8001 (pbx400 limits lift)']);
    expect(await pbx400('limits', 'lift', 'demo')).toMatchObject({
      code: 69,
      err: 'demo has not called outside today where that is limited\n',
    });
  });
});

describe('pbx400 agents', () => {
  it('prints what each does, since when, by whose word, what he wishes, where he sits, and his day', async () => {
    expect((await pbx400('agents')).out).toBe(
      [
        'company  agent  name  state                           since                wish         seat  queues         calls  missed     talk',
        'demo     8001   张伟  talking sales                   2026-10-10 10:00:00  break lunch  8003  sales,service     12       2  1:02:05',
        'demo     8002   张伟  break lunch, too long, by 8009  2026-10-10 10:00:00               8003  sales,service     12       2  1:02:05',
        '',
      ].join('\n'),
    );
    const { out } = await pbx400('agents', '--json', '--tenant', 'demo');
    expect(out).toBe(`${JSON.stringify(TALKING)}\n${JSON.stringify(IN_BREAK)}\n`);
    expect((await pbx400('agents', '--tenant', 'other')).out).toBe('there are no agents\n');
  });
});

describe('pbx400 queues', () => {
  it('prints who waits, what its agents do, and the day', async () => {
    expect((await pbx400('queues')).out).toBe(
      [
        'company  queue         waiting  longest  ready  on call  wrap-up  away  no phone  asked  answered  abandoned  in 20 s',
        'demo     sales (peak)        3     1:05      1        2        1     1         0    120       100         15      75%',
        '',
      ].join('\n'),
    );
    expect((await pbx400('queues', '--json')).out).toBe(`${JSON.stringify(SALES)}\n`);
  });
});

it('says that no PBX runs, and explains itself', async () => {
  await control.close();
  for (const command of [
    ['bans'],
    ['trunks'],
    ['agents'],
    ['queues'],
    ['limits'],
    ['bans', 'lift', '1.2.3.4'],
    ['trunks', 'up', 'x'],
  ]) {
    const { code, err } = await pbx400(...command);
    expect([code, err]).toEqual([
      69,
      `no PBX runs with the data folder ${join(dir, 'data')}; --config or --data names another\n`,
    ]);
  }
  expect((await pbx400('bans', '--help')).out).toContain('lift [options] <address>');
  expect((await pbx400('trunks', 'up')).code).toBe(64);
});
