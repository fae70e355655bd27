import { SipSoftphone } from '../../client/softphone/sip-softphone.ts';
import { ask } from '../api/ask.ts';
import type { DeskRow } from '../api/types.ts';
import { LEGS, rememberedDevices } from './phone-choice.ts';
import { type Lent, TabPhone } from './tab-phone.ts';
import { VERBS } from './verbs.ts';

const phones = new Map<string, TabPhone>();

/** The phone in this page of an agent: the same one for whoever asks. */
export function ownPhone(company: string, agent: string): TabPhone {
  const name = `${company}.${agent}`;
  const phone = phones.get(name) ?? phoneOf(name);
  phones.set(name, phone);
  return phone;
}

/** Call-IDs of legs that the engine has. */
export const legsOf = ({ calls }: DeskRow): readonly string[] =>
  calls.flatMap(({ sipCallId }) => sipCallId ?? []);

function phoneOf(name: string): TabPhone {
  const credentials = '/me/phone-credentials';
  return new TabPhone({
    name,
    make: () => new SipSoftphone(),
    lend: () => ask<Lent>(credentials, { method: 'POST' }),
    renew: (id) => ask(`${credentials}/${id}/renew`, { method: 'POST' }),
    putAway: (id) => ask(`${credentials}/${id}`, { method: 'DELETE' }),
    engineLegs: async () => legsOf(await ask<DeskRow>('/agents/me/desk')),
    takeBack: () => VERBS.reconnect(),
    legs: LEGS,
    devices: rememberedDevices(),
  });
}
