import type { EdgeCredentials, EdgeRoute } from '../edge/edge.ts';
import type { Trunk } from '../provisioning/kind/trunk.ts';
import { escapeUser } from '../sip/message/index.ts';
import { showCaller } from './caller-id.ts';
import { type Diversion, diversionHeader } from './forwarding.ts';
import { rewrite } from './rewrite.ts';

/** The number as user of the trunk's own URI. */
export function routeOf(
  config: Trunk,
  { number, diversion }: { readonly number: string; readonly diversion?: Diversion | undefined },
  callerId: string,
  credentials: EdgeCredentials | undefined,
): EdgeRoute {
  const uri = config.uri!;
  const scheme = uri.slice(0, uri.indexOf(':'));
  const peer = uri.slice(uri.indexOf(':') + 1);
  const peerHost = peer.slice(peer.indexOf('@') + 1);
  const host = peerHost.split(';')[0]!;
  const shown = rewrite(callerId, config.rewrite.callerOut);
  const called = rewrite(number, config.rewrite.calledOut);
  const { from, headers } = showCaller(config, shown, host);
  const isTold = config.diversionOut && diversion !== undefined && diversion.number !== '';
  return {
    uri: `${scheme}:${escapeUser(called)}@${peerHost}`,
    from,
    headers: isTold ? { ...headers, Diversion: diversionHeader(diversion, host) } : headers,
    ...proxyOf(config),
    responseLimitMs: config.responseTimeoutMs,
    ...(credentials ? { credentials } : {}),
  };
}

/** The way over a trunk's outbound proxy (RFC 3261 8.1.2), a loose router (16.12.1.1); nothing where it has none. */
export function proxyOf({ proxy }: Pick<Trunk, 'proxy'>): Pick<EdgeRoute, 'routeSet'> {
  if (proxy === undefined) return {};
  return { routeSet: [/;lr(?=[;=?]|$)/i.test(proxy) ? proxy : `${proxy};lr`] };
}
