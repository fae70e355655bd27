import type { EdgeRoute } from '../edge/edge.ts';
import { hostForUri, parseUri } from '../sip/message/uri.ts';
import type { Binding } from './bindings.ts';

/** A way to a phone, with the IP address that it registered from: a phone behind NAT sends its RTP from there, too. */
export interface PhoneRoute extends EdgeRoute {
  readonly signallingAddress: string;
}

/**
 * How a contact is reached: over the connection that it registered on; through its Path; at the address that the
 * registration came from when the contact names another one (a phone behind NAT, RFC 3581); else as it says.
 */
export function routeTo(binding: Binding, from: EdgeRoute['from']): PhoneRoute {
  const { contact, path, flow, source } = binding;
  const [transport = 'udp'] = source.split(':', 1);
  const signallingAddress = source.slice(transport.length + 1, source.lastIndexOf(':'));
  const route = { uri: contact, from, signallingAddress, ...(path.length > 0 && { routeSet: path }) };
  if (flow !== undefined) return { ...route, flow };
  if (path.length > 0) return route;
  const host = hostForUri(signallingAddress);
  const port = source.slice(source.lastIndexOf(':') + 1);
  if (transport !== 'udp' || parseUri(contact)?.host === host) return route;
  return { ...route, nextHop: `sip:${host}:${port};transport=udp` };
}
