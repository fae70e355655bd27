import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CALL, CALLERS, CALLS, LiveData, QUEUES, TODO } from '../../../src/console/api/live-data.ts';

let client: QueryClient;
let live: LiveData;
beforeEach(() => {
  client = new QueryClient();
  live = new LiveData(client);
});
afterEach(() => {
  live.close();
  client.clear();
});

const ready = (queues?: readonly object[]) =>
  live.take({ type: 'ready', seq: 1, topics: [], ...(queues && { snapshot: { queues } }) } as never);
const isOld = (key: readonly string[]) => client.getQueryState(key)?.isInvalidated;
const none = { items: [], next: null };

it('reads anew what was read before the first connection stood: what happened since was told to nobody', () => {
  client.setQueryData(CALLERS, none, { updatedAt: Date.now() - 5000 });
  client.setQueryData(QUEUES, none, { updatedAt: Date.now() - 5000 });
  ready([]);
  expect([isOld(CALLERS), isOld(QUEUES)]).toEqual([true, false]);
});

it('reads all anew where a connection begins again: what was counted in between is not told', () => {
  ready([]);
  client.setQueryData(CALLERS, none);
  expect(isOld(CALLERS)).toBe(false);
  ready();
  expect(isOld(CALLERS)).toBe(true);
});

const happens = (type: string, data: object, at = '2026-11-30T02:00:00.000Z') =>
  live.take({ type: 'event', event: { seq: 2, id: 'e', type, at, subject: 's', data, v: 1 } } as never);

it('takes a task that is done off the list, and reads what came', () => {
  const key = [...TODO, '8001'];
  client.setQueryData(key, { tasks: [{ id: 't1' }, { id: 't2' }], missed: [] });
  happens('agent.task', { agent: '8001', task: 't1', did: 'change', isDone: true });
  expect(client.getQueryData(key)).toEqual({ tasks: [{ id: 't2' }], missed: [] });
  expect(isOld(key)).toBe(false);
  happens('agent.task', { agent: '8001', task: 't3', did: 'add', isDone: false });
  expect(isOld(key)).toBe(true);
});

it('shows the mark of a call wherever it is held, and keeps a reason that it knows', () => {
  const at = '2026-11-30T02:00:00.000Z';
  const list = [...CALLS, 'list'];
  client.setQueryData([...CALL, 'c1'], { id: 'c1', flag: { at, by: 'li@a', reason: '投诉' } });
  client.setQueryData(list, {
    pages: [
      {
        items: [
          { id: 'c1', flag: null },
          { id: 'c2', flag: null },
        ],
      },
    ],
  });
  happens('call.flagged', { callId: 'c1', did: 'flag', by: 'li@a' }, at);
  expect(client.getQueryData([...CALL, 'c1'])).toMatchObject({ flag: { reason: '投诉' } });
  expect(client.getQueryData(list)).toEqual({
    pages: [
      {
        items: [
          { id: 'c1', flag: { at, by: 'li@a', reason: null } },
          { id: 'c2', flag: null },
        ],
      },
    ],
  });
  happens('call.flagged', { callId: 'c1', did: 'unflag', by: 'li@a' });
  expect(client.getQueryData([...CALL, 'c1'])).toMatchObject({ flag: null });
});
