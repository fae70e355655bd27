/** Which address a listener on every interface is known by, when the configuration does not say it. */
import { readFileSync } from 'node:fs';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

export interface Network {
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
  /** Interface of the IPv4 default route. */
  readonly uplink: string | undefined;
}

const thisMachine = (): Network => ({ interfaces: networkInterfaces(), uplink: defaultRoute(readRoutes()) });

/**
 * The address of this machine that others can reach: that of the interface with the default route, else the first one
 * that is not loopback (which may be a container bridge), else loopback. `wildcard` is `0.0.0.0` or `::`.
 */
export function ownAddress(wildcard: string, { interfaces, uplink }: Network = thisMachine()): string {
  const family = wildcard === '::' ? 'IPv6' : 'IPv4';
  const usable = (entries: readonly NetworkInterfaceInfo[] = []) =>
    entries.find((each) => each.family === family && !each.internal && !each.address.startsWith('fe80:'));
  const best =
    usable(uplink === undefined ? [] : interfaces[uplink]) ??
    usable(Object.values(interfaces).flatMap((entries) => entries ?? []));
  return best?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}

/** Interface of the default route with the lowest metric in the text of Linux's `/proc/net/route`. */
export function defaultRoute(routes: string): string | undefined {
  let best: { name: string; metric: number } | undefined;
  for (const line of routes.split('\n').slice(1)) {
    const [name = '', destination, , , , , metric, mask] = line.split('\t');
    if (destination !== '00000000' || mask !== '00000000') continue;
    if (best === undefined || Number(metric) < best.metric) best = { name, metric: Number(metric) };
  }
  return best?.name;
}

function readRoutes(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8');
  } catch {
    return ''; // not Linux
  }
}
