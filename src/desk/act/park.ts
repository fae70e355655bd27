import Type from 'typebox';
import { PARK_LIMIT_MS, parkedIn, park as parkIn } from '../../call/park.ts';
import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { agentAct } from './agent-act.ts';

const SLOT = /^\d{1,15}$/;

/** The caller waits in a slot, the first free one by default, until a colleague dials it; resolves with which. */
export const park = agentAct({
  title: { en: 'park', zh: '驻留' },
  of: 'talk',
  args: { slot: Type.Optional(Type.String({ maxLength: 15, description: 'by default the first free one' })) },
  result: Type.Object(
    { slot: Type.String({ description: 'a colleague dials it' }) },
    { examples: [{ slot: '1' }] },
  ),
  do: async (at, { slot = freeSlot(at) }) => {
    const { calls } = at.parts;
    if (!SLOT.test(slot)) throw new DeskError('bad-request', 'a slot is 1 to 15 digits');
    const isTaken = parkedIn(calls, at.tenant, slot) !== undefined;
    // where it is taken, what refuses that comes before any change
    const talk = isTaken ? at.talking().talk : at.partnerIn('park');
    await parkIn(calls, talk, { slot, limitMs: PARK_LIMIT_MS });
    return { slot };
  },
});

function freeSlot({ parts: { calls }, tenant }: AtDesk): string {
  let slot = 1;
  while (parkedIn(calls, tenant, String(slot))) slot += 1;
  return String(slot);
}
