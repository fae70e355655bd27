import type { EdgeRoute } from '../edge/edge.ts';
import { hostForUri, parseUri } from '../sip/message/uri.ts';
import type { Binding } from './bindings.ts';

/** A way to a phone, with the IP address that it registered from: a phone behind NAT sends its RTP from there, too. */
export interface PhoneRoute extends EdgeRoute {
  readonly signallingAddress: string;
  /** It registered over a WebSocket: its media is WebRTC. */
  readonly isBrowser?: boolean;
}

/**
 * How a contact is reached: over the connection that it registered on, else at the address that the registration came
 * from: of a proxy that put itself into Path (RFC 3327), of a phone or of the NAT before it (RFC 3581). What Contact and
 * Path say counts where it names that address only: a phone must not have us call others, such as the carrier of somebody
 * who trusts our address.
 */
export function routeTo(binding: Binding, from: EdgeRoute['from']): PhoneRoute {
  const { contact, path, flow, source } = binding;
  const [transport = 'udp'] = source.split(':', 1);
  const signallingAddress = source.slice(transport.length + 1, source.lastIndexOf(':'));
  const route = { uri: contact, from, signallingAddress, ...(path.length > 0 && { routeSet: path }) };
  const host = hostForUri(signallingAddress);
  const port = source.slice(source.lastIndexOf(':') + 1);
  const first = parseUri(path[0]?.replace(/^<|>.*$/g, '') ?? contact);
  const isThere = first?.host === host && !first.param('maddr');
  return {
    ...route,
    ...(flow !== undefined && { flow }),
    ...(/^wss?$/i.test(transport) && { isBrowser: true }),
    ...(!isThere && { nextHop: `sip:${host}:${port};transport=${transport}` }),
  };
}
