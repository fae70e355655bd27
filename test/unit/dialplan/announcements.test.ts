import { afterEach, describe, expect, it } from 'vitest';
import { announcements, hangup, hotline } from '../../../src/dialplan/index.ts';
import type { Announcement } from '../../../src/provisioning/kind/announcement.ts';
import { stateOfAnnouncement } from '../../../src/provisioning/kind/announcement.ts';
import { Provisioning } from '../../../src/provisioning/provisioning.ts';
import { Snapshot } from '../../../src/provisioning/snapshot.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';
import { companiesIn, entity } from '../../support/companies.ts';
import { dialplanFixture, NAMES } from '../../support/dialplan-fixture.ts';
import { AS_OPERATOR, httpOn, NO_ENTITIES } from '../../support/http.ts';

const cut: Announcement = {
  tenant: 'demo',
  name: 'cut',
  title: 'cut',
  prompt: 'outage',
  areas: [],
  places: [],
  from: '2026-10-15T08:00+08:00',
  to: '2026-10-15T18:00+08:00',
  hotlines: [],
  on: true,
};
const at = (time: string) => Date.parse(`2026-10-${time}+08:00`);
const DONGGUAN = { from: '13412345678' };

describe('an announcement', () => {
  it('is planned, in force, over, or off', () => {
    expect(stateOfAnnouncement(cut, at('15T07:59'))).toBe('planned');
    expect(stateOfAnnouncement(cut, at('15T08:00'))).toBe('in-force');
    expect(stateOfAnnouncement(cut, at('15T18:00'))).toBe('over');
    expect(stateOfAnnouncement({ ...cut, on: false }, at('15T09:00'))).toBe('off');
    const { to: _, ...endless } = cut;
    expect(stateOfAnnouncement(endless, at('31T09:00'))).toBe('in-force');
  });

  it.each([
    ['from: 2026-10-10', "'from'"],
    ['from: 2026-13-10T08:00+08:00', 'no such time'],
    ['from: 2026-10-15T08:00+08:00, to: 2026-10-15T08:00+08:00', 'over before it begins'],
  ])('%s is a mistake', (fields, reason) => {
    expect(() => companiesIn(`tenant: demo\nannouncements: { cut: { ${fields} } }\n`)).toThrow(
      reason.replaceAll("'", ''),
    );
  });
});

describe('announcements in a flow', () => {
  /** A call on Thursday 2026-10-15 at 10:00. */
  const say = async (all: readonly Announcement[], call = {}) => {
    const { run } = dialplanFixture(
      [hotline('4001234567', { flow: [announcements(), hangup({ cause: 'busy' })] })],
      {
        provisioning: new Provisioning([...NAMES, ...all.map((one) => entity('announcement', one))]),
      },
    );
    return await run(call);
  };

  it('are said at their time, to their areas, on their hotlines, those that began last first', async () => {
    const areas = ['东莞'];
    expect((await say([{ ...cut, from: '2026-10-15T10:00:01+08:00' }])).steps[0]).toBe(
      'announcements → silent: none is in force for this caller',
    );
    const heard = await say([cut, { ...cut, name: 'new', areas, from: '2026-10-15T09:00+08:00' }], DONGGUAN);
    expect(heard.steps).toMatchObject([
      'announcement new: for 东莞, until 2026-10-15T18:00+08:00',
      'announcement cut: for all, until 2026-10-15T18:00+08:00',
      expect.anything(),
    ]);
    expect(heard.did.filter((each) => each === 'play outage')).toHaveLength(2);
    expect((await say([{ ...cut, areas }])).did).not.toContain('play outage');
    expect((await say([{ ...cut, hotlines: ['4009999999'] }])).did).not.toContain('play outage');
    expect((await say([{ ...cut, on: false }])).did).not.toContain('play outage');
    const { prompt: __, ...silent } = cut;
    expect((await say([silent])).did).not.toContain('play outage');
  });

  it('are three at most', async () => {
    const all = ['a', 'b', 'c', 'd'].map((name) => ({ ...cut, name }));
    const { did } = await say(all);
    expect(did.filter((each) => each === 'play outage')).toHaveLength(3);
  });
});

describe('a change of announcements', () => {
  it('is refused for an area or a hotline that there is not', () => {
    const { dialplans } = dialplanFixture([hotline('4001234567', { flow: hangup() })]);
    const proved = (fields: Partial<Announcement>) => {
      const entities = [...NAMES, entity('announcement', { ...cut, ...fields })];
      return dialplans
        .prove(new Snapshot(2, entities), new Set(['demo']))
        .filter(({ kind }) => kind === 'announcement')
        .map(({ path, fix }) => [path.join('.'), fix]);
    };
    expect(proved({ areas: ['深圳', '0755', '华南'] })).toEqual([]);
    expect(proved({ areas: ['深川'] })).toEqual([['areas.0', expect.any(String)]]);
    expect(proved({ areas: ['0999999'] })).toEqual([['areas.0', expect.any(String)]]);
    expect(proved({ hotlines: ['4009999999'] })).toEqual([['hotlines.0', expect.any(String)]]);
  });
});

describe('announcements over HTTP', () => {
  let app: ReturnType<typeof httpOn>;
  afterEach(() => app.close());

  it('are listed as they stand', async () => {
    const clock = new ManualClock(at('15T09:00'));
    const found = (name: string, more: Partial<Announcement>) => ({
      ...{ kind: 'announcement', tenant: 'demo', name, revision: 1, file: undefined },
      value: { ...cut, name, ...more } as never,
    });
    const all = [
      found('cut', {}),
      found('old', { to: '2026-10-15T08:30+08:00' }),
      found('soon', { from: '2026-10-15T10:00+08:00' }),
    ] as never;
    // `soon` was set up a day before, `cut` in good time; a file has no history.
    const set = new Map([
      ['soon', at('14T10:00')],
      ['cut', at('01T10:00')],
    ]);
    const history = async ({ name }: { readonly name: string }) =>
      set.has(name) ? [{ revision: 1, at: set.get(name)!, by: 'li@demo', value: {} }] : [];
    app = httpOn(new MemoryStore(), { entities: { ...NO_ENTITIES, list: () => all, history }, clock });
    const get = async (query = '') =>
      (await app.inject({ url: `/api/v1/live/announcements${query}`, headers: AS_OPERATOR })).json().items;
    expect((await get()).map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
      ['cut', 'in-force'],
      ['old', 'over'],
      ['soon', 'planned'],
    ]);
    expect((await get()).map(({ late }: { late: boolean }) => late)).toEqual([false, false, true]);
    expect(await get('?state=planned')).toMatchObject([
      { publishedAt: '2026-10-14T02:00:00.000Z', late: true },
    ]);
    expect(await get('?state=planned')).toMatchObject([
      { name: 'soon', from: '2026-10-15T02:00:00.000Z', to: '2026-10-15T10:00:00.000Z', text: null },
    ]);
  });
});
