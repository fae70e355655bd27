/** The first-run wizard: what counts as done, what is left before callers come, and the flows that a number begins with. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checksOf, type Seen } from '../../../src/console/page/setup/checks.ts';
import { flowOf, MENUS } from '../../../src/console/page/setup/menus.ts';
import { saidAs } from '../../../src/console/page/setup/said-as.ts';
import { faultOf, saveAgent } from '../../../src/console/page/setup/save-agents.ts';
import { firstOpen, type Setup } from '../../../src/console/page/setup/steps.ts';

const meta = { revision: 1 };
const NOTHING: Setup = {
  ...{ company: undefined, trunks: [], extensions: [], agents: [], queues: [], calendars: [] },
  ...{ mailboxes: [], flows: [], users: [], tested: undefined },
};
const AGENTS = {
  agents: [{ id: '8001', name: '', extension: '8001', meta }],
  queues: [{ name: 'service', agents: ['8001'], meta }],
};
const FLOW = { number: '4001234567', takesCalls: true } as Setup['flows'][number];
const SEEN: Seen = {
  ...{ trunks: [], agents: [], holidaysUntil: undefined, backedUpAt: undefined, hasSecondFactor: undefined },
  nowMs: Date.parse('2026-12-01T10:00:00+08:00'),
};
const open = (setup: Partial<Setup>, seen: Partial<Seen> = {}) =>
  checksOf({ ...NOTHING, ...setup }, { ...SEEN, ...seen })
    .filter(({ isDone }) => !isDone)
    .map(({ name }) => name);

afterEach(() => vi.unstubAllGlobals());

/** The API, which answers each path as told; paths that were asked. */
function answering(answers: Readonly<Record<string, { readonly status: number; readonly body: object }>>) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    const path = url.replace('/api/v1', '');
    asked.push(path);
    const { status, body } = answers[path] ?? { status: 201, body: {} };
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': type } });
  });
  return asked;
}

describe('an agent of the wizard', () => {
  it('has an account when all else is there: what was told once is not lost by what fails after it', async () => {
    const failed = { status: 503, body: { code: 'store', title: 'x' } };
    const asked = answering({ '/extensions/8001/password': failed });
    const row = { key: 1, name: '王', number: '8001', phone: 'desk', isAdmin: false } as const;
    const known = { extensions: new Set<string>(), agents: new Set<string>(), mayAddUsers: true };
    await expect(saveAgent(row, known)).rejects.toMatchObject({ code: 'store' });
    expect(asked).not.toContain('/users');
  });
});

describe('a row of the wizard', () => {
  const row = { key: 1, name: '王', number: '8001', phone: 'desk', isAdmin: false } as const;

  it('can be made again after an attempt that failed further on', () => {
    expect(faultOf(row, [row], [{ id: '8001' }], new Set(['8001']))).toBeUndefined();
    expect(faultOf(row, [row], [{ id: '8001' }], new Set())).toBe('agentTaken');
    expect(faultOf(row, [row, { ...row, key: 2 }], [], new Set())).toBe('agentTaken');
    expect(faultOf({ ...row, number: '8' }, [], [], new Set())).toBe('agentNumberWrong');
    expect(faultOf({ ...row, name: ' ' }, [], [], new Set())).toBe('agentNameMissing');
  });
});

describe('a text of the wizard', () => {
  it.each(['speech-missing', 'bad-request'])('may be one that nothing here says: %s', async (code) => {
    answering({ '/prompts/p/speech': { status: 422, body: { code, title: 'x' } } });
    expect(await saidAs('p', '您好', 'zh-CN')).toBe(false);
  });

  it('is not taken for said, nor for unsaid, where the server fails', async () => {
    answering({ '/prompts/p/speech': { status: 503, body: { code: 'store', title: 'x' } } });
    await expect(saidAs('p', '您好', 'zh-CN')).rejects.toMatchObject({ code: 'store' });
  });
});

describe('the wizard', () => {
  it('goes on where something is left; a line may be left out', () => {
    expect(firstOpen(NOTHING)).toBe('company');
    const company = { id: 'huaxin', name: '华信', meta };
    expect(firstOpen({ ...NOTHING, company })).toBe('agents');
    // Agents whom no queue has serve nobody.
    expect(firstOpen({ ...NOTHING, company, agents: AGENTS.agents })).toBe('agents');
    expect(firstOpen({ ...NOTHING, company, ...AGENTS })).toBe('hours');
  });

  it('makes flows that end everywhere, with what the company has', () => {
    const box = JSON.stringify({ type: 'voicemail', box: 'reception' });
    for (const kind of MENUS) {
      const parts = { kind, queue: 'service', prompts: {} };
      const whole = JSON.stringify(flowOf({ ...parts, calendar: 'office', mailbox: 'reception' }));
      expect(whole).toContain('"calendar":"office"');
      expect(whole).toContain(box);
      const bare = JSON.stringify(flowOf({ ...parts, calendar: undefined, mailbox: undefined }));
      expect(bare).not.toMatch(/schedule|voicemail/);
      expect(bare.match(/"type":"menu"/g)?.length ?? 0).toBe({ agents: 0, menu: 1, levels: 3 }[kind]);
    }
    const said = flowOf({
      ...{ kind: 'menu', queue: 'service', calendar: undefined, mailbox: undefined },
      prompts: { main: '4001-main' },
    });
    expect(JSON.stringify(said)).toContain('"prompt":"4001-main"');
  });
});

describe('the checklist', () => {
  it('tells what is left', () => {
    expect(open({})).toEqual([
      'line',
      'number',
      'published',
      'signedIn',
      'holidays',
      'mailbox',
      'notice',
      'tested',
    ]);
    const calendar = { name: 'office', periods: {}, holidays: 'CN', daysOff: [], meta } as const;
    const ready = {
      ...AGENTS,
      company: { id: 'huaxin', name: '', recordingNotice: 'recording-notice', meta },
      calendars: [calendar],
      mailboxes: [{ name: 'reception', extensions: [], meta }],
      flows: [FLOW],
      tested: {} as NonNullable<Setup['tested']>,
    };
    expect(open(ready, { trunks: [{ state: 'up' }], agents: [{ state: 'ready' }] })).toEqual([]);
    expect(open(ready, { trunks: [{ state: 'down' }], agents: [{ state: 'unreachable' }] })).toEqual([
      'line',
      'signedIn',
    ]);
    expect(
      open(
        { ...ready, flows: [FLOW, { ...FLOW, takesCalls: false }] },
        { trunks: [{ state: 'up' }], agents: [{ state: 'ready' }] },
      ),
    ).toEqual(['published']);
  });

  it('asks the operator for backup, second factor and, from November on, the holidays of the next year', () => {
    const operator = {
      holidaysUntil: 2026,
      backedUpAt: SEEN.nowMs - 31 * 86_400_000,
      hasSecondFactor: false,
    };
    const his = ['nextYear', 'backup', 'secondFactor'];
    const asked = (seen: Partial<Seen>) => open({}, seen).filter((name) => his.includes(name));
    expect(asked(operator)).toEqual(his);
    expect(asked({ ...operator, nowMs: Date.parse('2026-10-01T00:00:00Z') })).toEqual(['secondFactor']);
    expect(asked({ holidaysUntil: 2027, backedUpAt: SEEN.nowMs, hasSecondFactor: true })).toEqual([]);
    expect(asked({})).toEqual([]);
  });
});
