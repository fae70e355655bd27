import { createHash } from 'node:crypto';

/** Header of an INVITE that holds {@link sipKey}; without it FreeSWITCH's dialplan answers 403. */
export const KEY_HEADER = 'X-pbx400-key';

/**
 * What proves to FreeSWITCH that an INVITE is ours: SHA-256 of a label and the event socket's secret, in hex. The secret
 * itself never goes over SIP. media/freeswitch/start computes the same.
 */
export function sipKey(secret: string): string {
  return createHash('sha256').update(`pbx400-sip-key:${secret}`).digest('hex');
}
