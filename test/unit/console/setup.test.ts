/** The first-run wizard: what counts as done, what is left before callers come, and the flows that a number begins with. */
import { describe, expect, it } from 'vitest';
import { checksOf, type Seen } from '../../../src/console/page/setup/checks.ts';
import { flowOf, MENUS } from '../../../src/console/page/setup/menus.ts';
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
