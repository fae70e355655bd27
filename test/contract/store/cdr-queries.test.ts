/** Finding calls: every store gives what a loop over all records gives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cdr } from '../../../src/cdr/cdr.ts';
import { CDR_SORTS, type CdrFilter, type CdrQuery } from '../../../src/cdr/cdr-query.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { publicCall } from '../../../src/cdr/public-call.ts';
import { searchWordsOf } from '../../../src/cdr/search-words.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { type Reached, Scope } from '../../../src/shared/scope.ts';
import type { Store } from '../../../src/store/store.ts';
import { CallScript, MONDAY_10 } from '../../support/call-events.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { STORES } from '../../support/stores.ts';

const CALLS = 400;
const QUERIES = 150;
const SECOND = 1000;

const { random } = seededIds(7);
const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
const sometimes = (share: number): boolean => random() < share;

const CALLERS = [
  '13800138000',
  '13800138001',
  '075523456789',
  '8001',
  '',
  '+8613912345678',
  '９５５８８',
  '1380013',
];
const HOTLINES = ['4001234567', '4007654321'];
const QUEUES = ['sales', '售后服务', '销售', 'vip-service', '𮯠𮯠组'];
const AGENTS = ['8001', '8002', '80011', '张三', '77'];
const AREAS = ['广东深圳', '北京', '江苏'];

/** Any call that people might look for; some begin in the same millisecond. */
function someCall(number: number): CallScript {
  const tenantId = one(['demo', 'demo', 'other']);
  const at = MONDAY_10 + Math.floor(random() * 40) * SECOND;
  const callId = sometimes(0.1)
    ? `callIdOf22Characters${String(number).padStart(2, '0').slice(-2)}`
    : `c${number}`;
  const script = new CallScript(sometimes(0.5) ? callId : `C${number}-_`, { at, tenantId });
  script.arrive({
    caller: one(CALLERS),
    called: one([...HOTLINES, '8002']),
    direction: one(['inbound', 'inbound', 'outbound', 'internal'] as const),
    originKind: one(['trunk', 'extension', 'agent'] as const),
    originName: one(['carrier', 'mobile', '8001']),
  });
  if (sometimes(0.1)) script.emit('forwarded', { number: '02088889999', reason: undefined });
  if (sometimes(0.6)) script.emit('located', { area: one(AREAS), carrier: undefined });
  if (sometimes(0.6)) script.emit('routed', { hotline: one(HOTLINES) });
  if (sometimes(0.6)) {
    wait(script, one(QUEUES), Math.floor(random() * 9) * SECOND);
    if (sometimes(0.3)) wait(script, one(QUEUES), SECOND);
  }
  if (sometimes(0.3)) script.rung(one(AGENTS), 'no-answer', SECOND);
  if (sometimes(0.6)) {
    const agent = one(AGENTS);
    script.emit('answered', {}).emit('connected', { target: agent, kind: 'agent' });
    script.emit('segment', { kind: 'talk', owner: agent }).after(Math.floor(random() * 5) * SECOND);
    if (sometimes(0.5)) script.emit('recordingStarted', { file: `recordings/${number}.wav` });
    if (sometimes(0.5)) script.emit('surveyed', { survey: 'keys', digit: one(['1', '2', '3']) });
  }
  return script.end({ cause: one(['normal', 'no-agent', 'busy'] as const) });
}

function wait(script: CallScript, queue: string, ms: number): void {
  script.emit('asked', { queue, priority: 0 }).emit('segment', { kind: 'queue', owner: queue }).after(ms);
  script.emit('askEnded', { queue, ending: 'timeout', agent: '' });
}

const SEARCHES = [
  ...[
    '0138',
    '13800138000',
    '1380013',
    '80',
    '8001',
    '77',
    '123',
    '400123',
    '2088',
    '8613912345678',
    '95588',
  ],
  ...[
    '售后',
    '服务',
    '销售',
    '三',
    '张三',
    '销售二',
    'sale',
    'SALES',
    'vip',
    'ervi',
    'vip-service',
    '8001 销售',
    '𮯠𮯠',
  ],
  ...['', '%', "'", '"', '*', '|', 'callIdOf22Characters07', 'c7', '\u0000', '138000 1380'],
  // The beginning of an id, ids of SIP, and what is neither.
  ...['callIdOf22', ' C10', 'C10-', 'c10@127.0.0.1', 'callIdOf22Characters07@127.0.0.1', 'C12-_@127.0.0.1'],
  ...['llIdOf22', '127.0.0.1', '@127', 'C1', '%@127.0.0.1', 'c10@127.0.0.1 sales', 'C10_', '----'],
];

const REACHED: readonly Reached[] = [
  { agents: new Set(['8001']), extensions: new Set(['8001']) },
  { agents: new Set(['8002', '张三']), extensions: new Set() },
  { agents: new Set(['77', '80011']), extensions: new Set(['8001', '8002']) },
  { agents: new Set(), extensions: new Set() },
];

function someFilter(): CdrFilter {
  const from = MONDAY_10 + Math.floor(random() * 40) * SECOND;
  return {
    ...(sometimes(0.7) && { tenantId: one(['demo', 'other', 'nobody']) }),
    ...(sometimes(0.2) && { from }),
    ...(sometimes(0.2) && { to: from + 20 * SECOND }),
    ...(sometimes(0.1) && { caller: one(CALLERS) }),
    ...(sometimes(0.1) && { called: one(HOTLINES) }),
    ...(sometimes(0.1) && { direction: one(['inbound', 'outbound'] as const) }),
    ...(sometimes(0.1) && { hotline: one(HOTLINES) }),
    ...(sometimes(0.1) && { queue: one(QUEUES) }),
    ...(sometimes(0.1) && { agent: one(AGENTS) }),
    ...(sometimes(0.1) && { area: one(AREAS) }),
    ...(sometimes(0.1) && { trunk: one(['carrier', 'mobile', '8001']) }),
    ...(sometimes(0.1) && { outcome: one(['answered', 'abandoned', 'overflowed_out'] as const) }),
    ...(sometimes(0.1) && { cause: one(['normal', 'busy'] as const) }),
    ...(sometimes(0.1) && { minTalkMs: 2 * SECOND }),
    ...(sometimes(0.1) && { maxScore: one([1, 2]) }),
    ...(sometimes(0.1) && { recorded: sometimes(0.5) }),
    ...(sometimes(0.4) && { search: one(SEARCHES) }),
    ...(sometimes(0.2) && { reached: one(REACHED) }),
  };
}

// As plainly as it can be said, and in no words of the code that is tested.

function naiveWords(text: string): string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[a-z0-9]+|[^\P{L}\p{ASCII}]+|[^\P{N}\p{ASCII}]+/gu) ?? []
  );
}

function naivelyFound(cdr: Cdr, search: string): boolean {
  const id = search.trim();
  const isId = id.length >= 4 && !id.includes(' ') && /[^+0-9]/.test(id) && /[a-z0-9]/i.test(id);
  if (isId && (cdr.callId.indexOf(id) === 0 || cdr.sipCallId === id)) return true;
  if (/^[\w-]{22}$/.test(search) && /[^0-9]/.test(search)) return false;
  const texts = [
    ...[cdr.caller, cdr.called, cdr.hotline, cdr.agent, ...Object.values(cdr.origin)],
    ...cdr.diversions.map(({ number }) => number),
    ...cdr.targets.map(({ target }) => target),
    ...cdr.segments.filter(({ kind }) => kind === 'queue' || kind === 'talk').map(({ owner }) => owner),
  ];
  const words = texts.flatMap((text) => naiveWords(text ?? ''));
  return naiveWords(search).every((part) => {
    const least = /^[a-z0-9]/.test(part) ? 4 : 2;
    return words.some((word) => ([...part].length < least ? word === part : word.includes(part)));
  });
}

function naivelyOfAgents({ origin, targets }: Cdr, { agents, extensions }: Reached): boolean {
  const [[kind, name]] = Object.entries(origin) as [[string, string]];
  const began = kind === 'agent' ? agents : kind === 'extension' ? extensions : new Set<string>();
  const took = targets.filter((each) => each.kind === 'agent').map(({ target }) => target);
  return began.has(name) || took.some((agent) => agents.has(agent));
}

function naiveFilter(cdr: Cdr, filter: CdrFilter): boolean {
  const queue = cdr.asks.at(-1)?.queue;
  const trunk = 'trunk' in cdr.origin ? cdr.origin.trunk : undefined;
  const values: Record<string, unknown> = { ...cdr, queue, trunk };
  return Object.entries(filter).every(([name, wanted]) => {
    if (name === 'from') return cdr.startedAt >= wanted;
    if (name === 'to') return cdr.startedAt < wanted;
    if (name === 'minTalkMs') return cdr.talkMs >= wanted;
    if (name === 'maxScore') return cdr.surveyDigit !== null && Number(cdr.surveyDigit) <= wanted;
    if (name === 'recorded') return cdr.recordings.length > 0 === wanted;
    if (name === 'reached') return naivelyOfAgents(cdr, wanted);
    if (name === 'search') return naivelyFound(cdr, wanted);
    return values[name] === wanted;
  });
}

function naiveOrder(query: CdrQuery): (left: Cdr, right: Cdr) => number {
  const { sort = 'started', order = 'desc' } = query;
  const fields = {
    started: 'startedAt',
    duration: 'durationMs',
    talk: 'talkMs',
    score: 'surveyDigit',
  } as const;
  const sortedBy = (cdr: Cdr): unknown => {
    if (sort === 'queue') return cdr.asks.at(-1)?.queue ?? '';
    if (sort === 'wait') return cdr.asks.reduce((sum, { waitMs }) => sum + waitMs, 0);
    if (sort === 'trunk') return 'trunk' in cdr.origin ? cdr.origin.trunk : '';
    return cdr[(fields as Record<string, keyof Cdr>)[sort] ?? (sort as keyof Cdr)] ?? '';
  };
  const compare = (left: unknown, right: unknown) =>
    typeof left === 'number'
      ? left - (right as number)
      : Buffer.compare(Buffer.from(left as string), Buffer.from(right as string));
  return (left, right) =>
    (order === 'desc' ? -1 : 1) *
    (compare(sortedBy(left), sortedBy(right)) ||
      compare(left.startedAt, right.startedAt) ||
      compare(left.callId, right.callId));
}

const SCRIPTS = Array.from({ length: CALLS }, (_, number) => someCall(number));
const CDRS = [
  ...new Map(
    SCRIPTS.map(({ events }) => projectCdr(events)!).map((cdr) => [`${cdr.startedAt} ${cdr.callId}`, cdr]),
  ).values(),
];
const FILTERS = Array.from({ length: QUERIES }, someFilter);

for (const engine of STORES) {
  describe.skipIf(engine.missing)(titleOn('finding calls', engine), () => {
    let store: Store;
    beforeAll(async () => {
      store = await engine.open();
      for (const { events } of SCRIPTS) for (const event of events) store.journal.append(event);
      await store.journal.flush();
    });
    afterAll(async () => {
      await store.close();
      await engine.remove();
    });

    async function allPages(query: CdrQuery): Promise<string[]> {
      const found: string[] = [];
      for (let before: string | undefined; ; ) {
        const page = await store.cdrs.query({ ...query, ...(before !== undefined && { before }) });
        found.push(...page.cdrs.map(({ startedAt, callId }) => `${startedAt} ${callId}`));
        before = page.next;
        if (before === undefined) return found;
      }
    }

    const naive = (filter: CdrFilter, order: Pick<CdrQuery, 'sort' | 'order'> = {}): string[] =>
      CDRS.filter((cdr) => naiveFilter(cdr, filter))
        .sort(naiveOrder(order))
        .map(({ startedAt, callId }) => `${startedAt} ${callId}`);

    it('gives the same calls, in the same order, page by page, as a loop over all of them', async () => {
      let some = 0;
      for (const [index, filter] of FILTERS.entries()) {
        const sort = CDR_SORTS[index % (2 * CDR_SORTS.length)] ?? 'started';
        const order = index % 3 === 0 ? 'asc' : 'desc';
        const expected = naive(filter, { sort, order });
        // Small pages of all of them would take long.
        const limit = index % 10 === 0 ? 7 : 500;
        const query = { ...filter, sort, order, limit } as const;
        expect(await allPages(query), JSON.stringify(query)).toEqual(expected);
        if (expected.length > 0) some++;
      }
      expect(some, 'filters that let something through').toBeGreaterThan(QUERIES / 3);
    });

    it('sums up the whole filter', async () => {
      for (const filter of FILTERS) {
        const found = CDRS.filter((cdr) => naiveFilter(cdr, filter));
        const sum = (of: (cdr: Cdr) => number) => found.reduce((total, cdr) => total + of(cdr), 0);
        expect(await store.cdrs.totals(filter, Scope.all), JSON.stringify(filter)).toEqual({
          calls: found.length,
          answered: sum(({ outcome }) => (outcome === 'answered' ? 1 : 0)),
          durationMs: sum(({ durationMs }) => durationMs),
          talkMs: sum(({ talkMs }) => talkMs),
        });
      }
    });

    it('finds words as they are written', async () => {
      for (const search of SEARCHES) {
        expect(await allPages({ search, limit: 500 }), search).toEqual(naive({ search }));
      }
    });

    it('shows and finds numbers as who may not see them knows them', async () => {
      const hidden = Scope.all.withoutNumbers();
      const ids = async (search: string, scope: Scope) => {
        const { records } = await store.cdrs.queryText({ search, limit: 500 }, scope);
        return records
          .map((text) => JSON.parse(text) as Cdr)
          .map(({ startedAt, callId }) => `${startedAt} ${callId}`);
      };
      const whole = (search: string) => CDRS.filter((cdr) => searchWordsOf(cdr).includes(search)).length;
      for (const number of ['13800138000', '8613912345678', '02088889999', '77', '80011', '8001'])
        expect((await ids(number, hidden)).length, number).toBe(whole(number));
      for (const part of ['1380', '3800138000', '13800138', '138000', '8888'])
        expect(await ids(part, hidden), part).toEqual([]);
      for (const name of ['售后', 'vip-service', '张三', 'callIdOf22'])
        expect(await ids(name, hidden), name).toEqual(await ids(name, Scope.all));
      const { records } = await store.cdrs.queryText({ direction: 'inbound', limit: 500 }, hidden);
      const text = records.join();
      for (const number of ['13800138000', '13800138001', '075523456789', '13912345678', '02088889999'])
        expect(text.includes(number), number).toBe(false);
      for (const shown of ['"138****8000"', '"4001234567"']) expect(text.includes(shown)).toBe(true);
      for (const sort of ['caller', 'called'] as const)
        await expect(store.cdrs.queryText({ sort }, hidden)).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('shows a record that it has shown before as it is now, to each as he may see it', async () => {
      const query = { direction: 'inbound', limit: 500 } as const;
      const ask = async (scope: Scope) =>
        Buffer.from((await store.cdrs.queryShown(query, scope)).items).toString();
      const [whole, hidden] = [await ask(Scope.all), await ask(Scope.all.withoutNumbers())];
      expect(whole).toContain('"13800138000"');
      expect(hidden).not.toContain('"13800138000"');
      expect([await ask(Scope.all), await ask(Scope.all.withoutNumbers())]).toEqual([whole, hidden]);
      const { records } = await store.cdrs.queryText(query, Scope.all, publicCall);
      expect(JSON.parse(`[${whole}]`)).toEqual(records.map((text) => JSON.parse(text)));
    });

    it('shows pages as the API has them, one after the other to the last', async () => {
      const shown: unknown[] = [];
      let pages = 0;
      for (let before: string | undefined; pages === 0 || before !== undefined; pages++) {
        const query = { limit: 7, sort: 'talk', ...(before !== undefined && { before }) } as const;
        const page = await store.cdrs.queryShown(query, Scope.all);
        shown.push(...JSON.parse(`[${Buffer.from(page.items)}]`));
        before = page.next;
      }
      expect(pages).toBe(Math.ceil(CDRS.length / 7));
      const { cdrs } = await store.cdrs.query({ sort: 'talk', limit: 500 });
      expect(shown).toEqual(JSON.parse(JSON.stringify(cdrs.map(publicCall))));
      const none = await store.cdrs.queryShown({ caller: '1' }, Scope.all);
      expect([none.items.length, none.next]).toEqual([0, undefined]);
    });

    it('takes a cursor for no other order than that of its page', async () => {
      const { next } = await store.cdrs.query({ sort: 'talk', limit: 1 });
      for (const query of [{ sort: 'duration' }, { sort: 'talk', order: 'asc' }, {}] as const) {
        await expect(store.cdrs.query({ ...query, before: next! })).rejects.toMatchObject({
          code: 'bad-cursor',
        });
      }
      await expect(store.cdrs.query({ sort: 'talk', before: next! })).resolves.toBeDefined();
    });

    it('neither repeats nor leaves out a call when others come between two pages', async () => {
      const limit = 150;
      const first = await store.cdrs.query({ limit });
      const late = new CallScript('later', { at: MONDAY_10 + 3_600_000, tenantId: 'third' }).arrive().end();
      for (const event of late.events) store.journal.append(event);
      await store.journal.flush();
      const second = await store.cdrs.query({ limit, before: first.next! });
      const seen = [...first.cdrs, ...second.cdrs].map(({ startedAt, callId }) => `${startedAt} ${callId}`);
      expect(seen).toEqual(naive({}).slice(0, 2 * limit));
    });
  });
}
