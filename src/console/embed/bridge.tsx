import { useEffect, useRef } from 'react';
import type { CallInHand } from '../api/types.ts';
import { type Desk, useDesk } from '../desk/desk-provider.tsx';
import { somebodyBy } from '../desk/somebody.ts';
import type { FromParent, ParentPage } from './parent.ts';

type Command = FromParent & { readonly type: 'pbx400.command' };

/** Says to the page what happens at the desk, and does what the page asks for. */
export function Bridge({ page }: { readonly page: ParentPage }) {
  const desk = useDesk();
  const latest = useRef(desk);
  latest.current = desk;
  const told = useRef<{ readonly calls: ReadonlyMap<string, CallEvent | undefined>; readonly state: string }>(
    {
      calls: new Map(),
      state: '',
    },
  );
  const row = desk?.row;
  useEffect(() => {
    if (!row) return;
    const { agent, state, reason, calls } = row;
    const before = told.current;
    const now = new Map(calls.map((call) => [call.callId, eventOf(call)]));
    told.current = { calls: now, state: `${state} ${reason}` };
    if (before.state !== told.current.state) page.tell({ type: 'pbx400.state', agent, state, reason });
    for (const call of calls) {
      known.set(call.callId, toldOf(call));
      const event = now.get(call.callId);
      if (event && before.calls.get(call.callId) !== event)
        page.tell({ type: 'pbx400.call', event, call: toldOf(call) });
    }
    for (const callId of before.calls.keys()) {
      const call = known.get(callId);
      if (now.has(callId) || !call) continue;
      known.delete(callId);
      page.tell({ type: 'pbx400.call', event: 'call.ended', call });
    }
  }, [row, page]);
  useEffect(
    () =>
      page.on((message) => {
        if (message.type !== 'pbx400.command') return;
        void run(latest.current, message).then((detail) =>
          page.tell({
            type: 'pbx400.result',
            id: message.id,
            ok: detail === undefined,
            ...(detail !== undefined && { detail }),
          }),
        );
      }),
    [page],
  );
  return null;
}

/** What was said of each call that is in hand. */
const known = new Map<string, ReturnType<typeof toldOf>>();

function toldOf({ callId, direction, number, area, queue, hotline, keys }: CallInHand) {
  return { callId, direction, number, area, queue, hotline, keys };
}

type CallEvent = 'call.ringing' | 'call.talking';

/** Undefined: nobody talks yet in a call that the agent has begun. */
const eventOf = ({ phase }: CallInHand): CallEvent | undefined =>
  phase === 'ringing'
    ? 'call.ringing'
    : phase === 'dialling' || phase === 'connecting'
      ? undefined
      : 'call.talking';

/** Undefined: done; else why not. */
async function run(desk: Desk | undefined, { command, to }: Command): Promise<string | undefined> {
  if (!desk) return 'no-desk';
  const { acts } = desk;
  const whom = to === undefined ? undefined : somebodyBy(to);
  const verbs: Readonly<Record<string, () => Promise<unknown>>> = {
    answer: () => acts.answer(),
    'hang-up': () => acts.hangUp(),
    hold: () => acts.hold(),
    resume: () => acts.unhold(),
    ...(whom && { dial: () => acts.dial(whom), transfer: () => acts.transfer(whom) }),
  };
  const verb = verbs[command];
  if (!verb) return 'bad-command';
  return (await verb()) === undefined ? 'refused' : undefined;
}
