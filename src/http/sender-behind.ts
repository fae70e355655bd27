import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { AddressList } from '../shared/address-list.ts';

/** Who sent a request that came by one of these proxies, as they say (`X-Forwarded-For`, the nearest last); by none: who connected. */
export function senderBehind(
  proxies: readonly string[],
): (request: Pick<IncomingMessage, 'headers' | 'socket'>) => string {
  const believed = new AddressList(proxies);
  return ({ headers, socket }) => {
    const named = String(headers['x-forwarded-for'] ?? '').split(',');
    let address = socket.remoteAddress ?? '';
    while (believed.has(address)) {
      const before = named.pop()?.trim() ?? '';
      if (isIP(before) === 0) break;
      address = before;
    }
    return address;
  };
}
