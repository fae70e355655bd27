/** Several processes on one PostgreSQL. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/acd/agent-events.ts';
import type { AgentInput, AgentState } from '../../../src/acd/core/agent.ts';
import type { CallEvent } from '../../../src/call/call-events.ts';
import type { Callback } from '../../../src/callback/callback.ts';
import type { Cdr } from '../../../src/cdr/cdr.ts';
import { projectCdr } from '../../../src/cdr/project-cdr.ts';
import { Bindings } from '../../../src/registrar/bindings.ts';
import { type Logger, silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { FlatEncoder, type FlatEvents } from '../../../src/store/journal/flat-events.ts';
import { openDatabase, openStore } from '../../../src/store/open-store.ts';
import { LockedConnection } from '../../../src/store/postgres/locked-connection.ts';
import { PostgresJournal } from '../../../src/store/postgres/postgres-journal.ts';
import type { Store, StoredBinding } from '../../../src/store/store.ts';
import { CallScript, sampleCall } from '../../support/call-events.ts';
import { expectRebuilt } from '../../support/rebuilt.ts';
import { titleOn } from '../../support/sip-engines.ts';
import { POSTGRESQL, type StorePlace } from '../../support/store-engines.ts';
import { until } from '../../support/until.ts';

/** A process: nothing that it does by time happens before its clock says so. */
interface TestNode {
  readonly store: Store;
  readonly clock: ManualClock;
}

/** How often a node shows itself, and how long it may be unseen. */
const BEAT_MS = 5000;
const LEASE_MS = 30_000;

describe.skipIf(POSTGRESQL.missing)(titleOn('several nodes', POSTGRESQL), () => {
  let place: StorePlace;
  const opened: Store[] = [];
  beforeEach(async () => {
    place = await POSTGRESQL.make();
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await place.remove();
  });

  async function start(nodeId: string, logger: Logger = silentLogger): Promise<TestNode> {
    const clock = new ManualClock();
    const store = await openStore(place.location, { nodeId, clock, logger });
    opened.push(store);
    return { store, clock };
  }

  /** Its lease is as it would be after `ms` more. */
  const age = (nodeId: string, column: 'seen_at' | 'held_since', ms: number) =>
    place.sql(`update node set ${column} = ${column} - ${ms} where node_id = '${nodeId}'`);

  const seen = async () =>
    (await place.sql('select node_id from node order by node_id')).map(({ node_id }) => node_id);

  /** It shows itself, and has done what follows. */
  async function beat({ store, clock }: TestNode): Promise<void> {
    await clock.advance(BEAT_MS);
    await until('it was seen', () => store.lease!.ageMs === 0);
  }

  const causes = async ({ store }: TestNode) =>
    Object.fromEntries((await store.cdrs.query({})).cdrs.map(({ callId, cause }) => [callId, cause]));

  function append({ store }: TestNode, { events }: CallScript, from = 0, to = events.length): Promise<void> {
    for (const event of events.slice(from, to)) store.journal.append(event);
    return store.journal.flush();
  }

  it('write the streams of the same companies together, without a gap, a double or a wait for each other', async () => {
    const nodes = [await start('n1'), await start('n2')];
    const flushes: Promise<void>[] = [];
    for (let round = 0; round < 30; round++) {
      for (const [index, node] of nodes.entries()) {
        for (const tenantId of round % 2 === index ? ['a', 'b'] : ['b', 'a']) {
          const script = new CallScript(`${tenantId}-${index}-${round}`, { tenantId }).arrive().end();
          flushes.push(append(node, script));
        }
      }
      if (round % 5 === 4) await Promise.all(flushes.splice(0));
    }
    await Promise.all(flushes);
    for (const { store } of nodes)
      expect(store.journal.stats).toMatchObject({ pendingEvents: 0, failures: 0 });
    for (const tenantId of ['a', 'b']) {
      const events = await nodes[0]!.store.events.read(tenantId, 0, 1000);
      expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
      expect(new Set(events.map((event) => ('callId' in event ? event.callId : ''))).size).toBe(60);
      expect(await nodes[1]!.store.events.head(tenantId)).toBe(120);
    }
  });

  it('run side by side; each closes at its start what it has left open itself', async () => {
    const [one, two] = [await start('n1'), await start('n2')];
    await append(one, sampleCall('of-one'), 0, 5);
    await append(two, sampleCall('of-two'), 0, 5);
    await beat(one);
    expect(one.store.lease!.peers.map(({ nodeId }) => nodeId)).toEqual(['n2']);
    // As if two had been killed and came back: its rows are those of a process that is not there.
    await place.sql("update call_journal set node_id = 'n3' where node_id = 'n2'");
    const three = await start('n3');
    expect(three.store.recoveredCalls).toBe(1);
    expect(await causes(three)).toEqual({ 'of-two': 'restart' });
    expect(await place.sql('select node_id from call_journal')).toEqual([{ node_id: 'n1' }]);
  });

  it('refuse a second process of a node, and who wants the database for himself', async () => {
    const one = await start('n1');
    await expect(start('n1')).rejects.toThrow('another PBX is running with this database');
    await expect(openDatabase(place.location)).rejects.toThrow('another PBX is running with this database');
    await one.store.close();
    const alone = await openDatabase(place.location);
    await expect(start('n2')).rejects.toThrow('another PBX is running with this database');
    await alone.close();
  }, 60_000);

  it('refuse to change tables under a node that runs', async () => {
    await start('n1');
    await place.sql('delete from kysely_migration where name = (select max(name) from kysely_migration)');
    await expect(start('n2')).rejects.toThrow('stop all nodes, then start the new version');
  });

  it('close the calls of one that was not seen for 30 s, once, and not before they were seen as long', async () => {
    const [one, two, three] = [await start('n1'), await start('n2'), await start('n3')];
    await append(one, sampleCall('open'), 0, 5);
    await append(two, sampleCall('of-two'), 0, 5);
    await age('n1', 'seen_at', LEASE_MS);
    await beat(two);
    expect(await causes(two), 'two was not there for so long').toEqual({});
    await age('n2', 'held_since', LEASE_MS);
    await beat(two);
    await age('n3', 'held_since', LEASE_MS);
    await beat(three);
    expect(await causes(two)).toEqual({ open: 'node-lost' });
    const [cdr] = (await two.store.cdrs.query({})).cdrs;
    expect(cdr).toMatchObject({ q850: 41, fault: 'system', endedBy: 'engine' });
    expect(await place.sql('select node_id from cdr')).toEqual([{ node_id: 'n1' }]);
    expect(await seen()).toEqual(['n2', 'n3']);
    const left = 'select distinct node_id, presumed from call_journal order by node_id';
    expect(await place.sql(left)).toEqual([
      { node_id: 'n1', presumed: '1' },
      { node_id: 'n2', presumed: '0' },
    ]);
  });

  it('take promises to call back over from one that is gone, once, and it keeps nothing of them any more', async () => {
    const [one, two, three] = [await start('n1'), await start('n2'), await start('n3')];
    const promise: Callback = {
      ...{ id: 'b1', tenant: 'demo', queue: 'sales', number: '13800138000', callId: 'c1', promisedAt: 5 },
      ...{ since: 3, priority: 1, state: 'waiting', tries: 0, nextAt: 5, result: '', lastCallId: '' },
    };
    await one.store.callbacks.put(promise, 5);
    await one.store.callbacks.put({ ...promise, id: 'b2', tenant: 'other' }, 5);
    await one.store.callbacks.put({ ...promise, id: 'b3', state: 'failed' }, 5);
    expect(await two.store.callbacks.takeOver(['demo']), 'it is there').toEqual([]);
    await age('n1', 'seen_at', LEASE_MS);
    await age('n2', 'held_since', LEASE_MS);
    await beat(two);
    const taken = [
      await two.store.callbacks.takeOver(['demo']),
      await three.store.callbacks.takeOver(['demo']),
    ];
    expect(taken).toEqual([[promise], []]);
    // It was only cut off.
    expect(await one.store.callbacks.put({ ...promise, state: 'calling', tries: 1 }, 6)).toBe(false);
    expect(await two.store.callbacks.put({ ...promise, state: 'calling', tries: 1 }, 7)).toBe(true);
    expect(await one.store.callbacks.open()).toMatchObject([{ id: 'b2' }]);
    const told = (await two.store.events.read('demo', 0, 9)).filter(({ type }) => type === 'callback');
    expect(told.map(({ at }) => at)).toEqual([5, 5, 7]);
  });

  it('say once when another one has other files', async () => {
    const said: string[] = [];
    const warn = ({ peer }: { peer?: string }, text: string) => said.push(`${peer}: ${text}`);
    const one = await start('n1', { ...silentLogger, warn } as unknown as Logger);
    const two = await start('n2');
    let settings = 'old';
    one.store.lease!.compare(() => settings);
    two.store.lease!.compare(() => 'new');
    for (const node of [one, two, one, one]) await beat(node);
    expect(said).toEqual(['n2: another node has other files of companies']);
    settings = 'new';
    await beat(one);
    expect(said).toHaveLength(1);
  });

  it('are not lost while the database was away, for all of them', async () => {
    const [one, two] = [await start('n1'), await start('n2')];
    await append(one, sampleCall('open'), 0, 5);
    for (const node of ['n1', 'n2']) {
      await age(node, 'held_since', 10 * LEASE_MS);
      await age(node, 'seen_at', 2 * LEASE_MS);
    }
    await beat(two);
    await beat(two);
    expect(await causes(two)).toEqual({});
    await beat(one);
    expect(await seen()).toEqual(['n1', 'n2']);
  });

  it('write the real end over the presumed one, when they were only cut off', async () => {
    const [one, two] = [await start('n1'), await start('n2')];
    const [ends, goesOn, diesLater] = ['ends', 'goes-on', 'dies-later'].map((id) => sampleCall(id));
    for (const call of [ends!, goesOn!, diesLater!]) await append(one, call, 0, 5);
    await age('n1', 'seen_at', LEASE_MS);
    await age('n2', 'held_since', LEASE_MS);
    await beat(two);
    const presumed = { ends: 'node-lost', 'goes-on': 'node-lost', 'dies-later': 'node-lost' };
    expect(await causes(two)).toEqual(presumed);
    // What was on its way comes first, then it learns what was presumed.
    await append(one, ends!, 5);
    expect(await causes(two)).toEqual({ ...presumed, ends: 'normal' });
    await beat(one);
    await append(one, goesOn!, 5, 7);
    await append(one, goesOn!, 7);
    await append(one, diesLater!, 5, 7);
    expect(await causes(two)).toEqual({ ...presumed, ends: 'normal', 'goes-on': 'normal' });
    // It is killed now, and starts again.
    await place.sql("update call_journal set node_id = 'n3' where node_id = 'n1'");
    await start('n3');
    expect(await causes(two)).toEqual({ ends: 'normal', 'goes-on': 'normal', 'dies-later': 'restart' });
    for (const store of opened.splice(0)) await store.close();
    await expectRebuilt(place.location);
  });

  describe('when agents were signed in at one that is lost', () => {
    const AT = sampleCall('c').events[0]!.at;
    const worked = (...changes: [at: number, did: AgentInput, state: AgentState][]): AgentEvent[] =>
      changes.map(([at, did, state]) => {
        const work = { reason: undefined, callId: undefined, queue: undefined };
        return { type: 'agent', tenantId: 'demo', agent: '8001', at: AT + at, did, state, ...work };
      });
    const tell = async ({ store }: TestNode, ...changes: Parameters<typeof worked>) => {
      for (const event of worked(...changes)) store.journal.append(event);
      await store.journal.flush();
    };
    const times = async () =>
      (await place.sql('select state, from_at, until_at from agent_time order by from_at')).map(
        ({ state, from_at, until_at }) => [
          state,
          Number(from_at) - AT,
          until_at === null ? null : Number(until_at) - AT,
        ],
      );
    const signedInMs = async () => {
      const [sum] = await place.sql('select sum(signed_in_ms) as ms from counter_agent');
      return Number(sum!['ms']);
    };
    const seenAlive = (ms: number) => place.sql(`update journal_mark set alive_at = ${AT + ms}`);
    async function lose(): Promise<readonly [TestNode, TestNode]> {
      const [one, two] = [await start('n1'), await start('n2')];
      await append(one, sampleCall('done', { tenantId: 'other' }));
      await tell(one, [0, 'sign-in', 'ready'], [4_000, 'busy', 'busy']);
      await seenAlive(9_000);
      await age('n1', 'seen_at', LEASE_MS);
      await age('n2', 'held_since', LEASE_MS);
      await beat(two);
      return [one, two];
    }
    const SEEN = [
      ['ready', 0, 4_000],
      ['busy', 4_000, 9_000],
    ];

    it('their times end when it was seen alive, once, and the stream says so', async () => {
      const [one, two] = await lose();
      expect(await times()).toEqual(SEEN);
      expect(await signedInMs()).toBe(9_000);
      const events = await two.store.events.read('demo', 2, 9);
      expect(events).toMatchObject([{ did: 'sign-out', agent: '8001', reason: 'node-lost', at: AT + 9_000 }]);
      const three = await start('n3');
      await age('n3', 'held_since', LEASE_MS);
      await beat(three);
      await one.store.close();
      const again = await start('n1');
      expect(await two.store.events.head('demo')).toBe(3);
      expect(await times()).toEqual(SEEN);
      await tell(again, [20_000, 'sign-in', 'ready'], [21_000, 'sign-out', 'signed-out']);
      expect(await signedInMs()).toBe(10_000);
      for (const store of opened.splice(0)) await store.close();
      await expectRebuilt(place.location);
    });

    it('what it tells of them itself counts more: it was only cut off', async () => {
      const [one] = await lose();
      await tell(one, [30_000, 'ready', 'ready'], [31_000, 'sign-out', 'signed-out']);
      const real = [SEEN[0], ['busy', 4_000, 30_000], ['ready', 30_000, 31_000]];
      expect(await times()).toEqual(real);
      expect(await signedInMs()).toBe(31_000);
      for (const store of opened.splice(0)) await store.close();
      await start('n1');
      expect(await times()).toEqual(real);
      for (const store of opened.splice(0)) await store.close();
      await expectRebuilt(place.location);
    });

    it('it was cut off, and killed later: they end when it was seen then', async () => {
      const [one, two] = await lose();
      await beat(one);
      await place.sql("update agent_time set node_id = 'n3' where node_id = 'n1'");
      await place.sql("update event_batch set node_id = 'n3' where node_id = 'n1'");
      await place.sql("update journal_mark set node_id = 'n3' where node_id = 'n1'");
      await seenAlive(12_000);
      await start('n3');
      expect(await times()).toEqual([SEEN[0], ['busy', 4_000, 12_000]]);
      expect(await signedInMs()).toBe(12_000);
      expect(await two.store.events.head('demo')).toBe(4);
      for (const store of opened.splice(0)) await store.close();
      await expectRebuilt(place.location);
    });
  });

  describe('when one was killed and its calls were closed', () => {
    const [ends, cut] = [sampleCall('ends'), sampleCall('cut')];
    const begun = [ends, cut].flatMap(({ events }) => events.slice(0, 5));
    const seenAt = begun.at(-1)!.at + 1;
    let encoder: FlatEncoder;
    let two: TestNode;
    let presumed: readonly Cdr[];

    const batchOf = (number: number, now: number, events: readonly CallEvent[]) => {
      const flat: FlatEvents = [];
      for (const event of events) encoder.encode(event, flat);
      return { number, now, epoch: 0, events: flat };
    };

    /** Node n1, without what it does by itself. */
    async function asOne(work: (journal: PostgresJournal) => Promise<void>): Promise<void> {
      const { location } = place;
      const connection = new LockedConnection(location.engine === 'postgres' ? location.url : '', 'n1');
      try {
        await work(new PostgresJournal(connection, 'n1'));
      } finally {
        await connection.close();
      }
    }

    beforeEach(async () => {
      encoder = new FlatEncoder(0);
      two = await start('n2');
      await asOne(async (killed) => {
        await killed.beat();
        await killed.write(batchOf(1, seenAt, begun));
      });
      await age('n1', 'seen_at', LEASE_MS);
      await age('n2', 'held_since', LEASE_MS);
      await beat(two);
      presumed = (await two.store.cdrs.query({})).cdrs;
      const lost = ['node-lost', seenAt];
      expect(presumed.map(({ cause, endedAt }) => [cause, endedAt])).toEqual([lost, lost]);
    });

    it('its next start closes nothing twice', async () => {
      const head = await two.store.events.head('demo');
      await asOne(async (again) => {
        await again.resume();
        expect(await again.recover()).toBe(0);
      });
      expect((await two.store.cdrs.query({})).cdrs).toEqual(presumed);
      expect(await two.store.events.head('demo')).toBe(head);
      expect(await place.sql('select * from call_journal')).toEqual([]);
    });

    it('a real end that waited in its file is written over the presumed one', async () => {
      await asOne(async (again) => {
        await again.resume();
        await again.write(batchOf(2, ends.events.at(-1)!.at, ends.events.slice(5)));
        await again.recover();
      });
      // The other call was there as long as the node was.
      expect(await causes(two)).toEqual({ ends: 'normal', cut: 'restart' });
      const { cdrs } = await two.store.cdrs.query({});
      expect(cdrs.find(({ callId }) => callId === 'ends')).toEqual(projectCdr(ends.events));
    });
  });

  it('keep no lease when they have stopped', async () => {
    const [one] = [await start('n1'), await start('n2')];
    await append(one, new CallScript('c1').arrive().end());
    await one.store.close();
    expect(await seen()).toEqual(['n2']);
  });

  it('change one entity at the same time: what was before is what the other made of it', async () => {
    const nodes = [await start('n1'), await start('n2')];
    const changes = Array.from({ length: 20 }, (_, ringMs) => {
      const entity = { id: '1', tenantId: 'demo', kind: 'queue', name: 'sales', revision: ringMs + 1 };
      const put = [{ ...entity, body: JSON.stringify({ ringMs }) }];
      return nodes[ringMs % 2]!.store.entities.change({ put, removed: [], at: ringMs, by: 'li' });
    });
    await Promise.all(changes);
    const events = await nodes[0]!.store.events.read('demo', 0, 50);
    const told = events.flatMap((event) => (event.type === 'entity' ? [event] : []));
    expect(told).toHaveLength(20);
    expect(told.map(({ before }) => before)).toEqual([
      undefined,
      ...told.slice(0, -1).map(({ after }) => after),
    ]);
  });

  describe('hear what another one changes', () => {
    const night = { tenant: 'demo', name: 'night', untilMs: undefined };

    it('at once, and later when the notification was lost with its connection', async () => {
      const [one, two] = [await start('n1'), await start('n2')];
      const heard: string[] = [];
      two.store.shared.on('changed', ({ topic }) => heard.push(topic));
      await one.store.switches.turn(night, true, 5);
      await until('it is heard', () => heard.length === 1);
      await place.sql(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like '%pbx400_shared%' and pid <> pg_backend_pid()`);
      await one.store.accounts.save([]);
      // Whether it was heard or not, it is asked for.
      await until('it has asked', async () => {
        await two.clock.advance(BEAT_MS);
        return heard.length >= 2;
      });
      expect(heard).toEqual(['switches', 'accounts']);
    });

    it('of contacts: those that others register are known, those that they remove are gone', async () => {
      const [one, two] = [await start('n1'), await start('n2')];
      const registered: StoredBinding = {
        tenantId: 'demo',
        aor: 'sip:8001@demo',
        key: 'k1',
        contact: 'sip:8001@10.0.0.1:5060',
        q: 1000,
        expiresAt: 60_000,
        callId: 'x',
        cseq: 1,
        path: [],
        source: 'udp:10.0.0.1:5060',
        userAgent: undefined,
      };
      const bindings = new Bindings(two.clock, two.store.bindings, silentLogger);
      const own = { ...registered, key: 'k2', flow: 'f', since: undefined, outbound: true };
      bindings.put(own);
      await two.clock.advance(1000);
      await until('it is saved', async () => (await one.store.bindings.all()).length === 1);
      await one.store.bindings.apply([registered, { ...registered, key: 'w', source: 'ws:10.0.0.1:1' }], []);
      const read = async () => {
        await bindings.refresh(({ aor }) => aor);
        return bindings.of('sip:8001@demo').map(({ key, flow }) => [key, flow]);
      };
      expect(await read()).toEqual([
        ['k1', undefined],
        ['k2', 'f'],
      ]);
      // Another node that has not heard of the refresh takes it for expired.
      await one.store.bindings.apply([], [{ ...registered, expiresAt: 59_000 }]);
      expect(await read()).toHaveLength(2);
      await one.store.bindings.apply([], [registered]);
      expect(await read()).toEqual([['k2', 'f']]);
      await bindings.close();
    });

    it('of phones without a password: one of them makes it', async () => {
      const [one, two] = [await start('n1'), await start('n2')];
      const made: string[] = [];
      const makeBy = ({ store }: TestNode, password: string) =>
        store.accounts.add((present) => {
          if (present.length > 0) return [];
          made.push(password);
          return [{ tenantId: 'demo', username: '8001', realm: 'r', md5: password, sha256: password }];
        });
      await Promise.all([makeBy(one, 'one'), makeBy(two, 'two')]);
      expect(made).toHaveLength(1);
      expect((await one.store.accounts.all()).map(({ md5 }) => md5)).toEqual(made);
    });
  });
});
