import type { ControlConnection } from './control-connection.ts';

/** Header of an INVITE that says whose channel it makes. FreeSWITCH keeps it as the channel's variable `sip_h_...`. */
export const OWNER_HEADER = 'X-pbx400-owner';

/** Ends the channels of `owner`, those being set up included. Throws what {@link ControlConnection.api} throws. */
export async function endChannelsOf(owner: string, control: ControlConnection): Promise<void> {
  // without a value it would end everybody's
  if (owner === '') throw new RangeError('channels of nobody');
  await control.api(`hupall NORMAL_CLEARING sip_h_${OWNER_HEADER} ${owner}`);
}
