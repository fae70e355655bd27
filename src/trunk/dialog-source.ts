import type { Trunk as TrunkConfig } from '../provisioning/kind/trunk.ts';
import { AddressList } from '../shared/address-list.ts';

/**
 * Whether a request in a call with `peer` may come from `source`: in a trunk's call from the trunk's addresses, as carriers
 * send from several; in any other from the same address, or by `others: lenient` from anywhere.
 */
export function dialogSource(
  trunks: readonly Pick<TrunkConfig, 'addresses' | 'dialogSource'>[],
  others: 'strict' | 'lenient',
): (source: string, peer: string) => boolean {
  const lists = trunks.map((trunk) => ({
    addresses: new AddressList(trunk.addresses),
    isLenient: trunk.dialogSource === 'lenient',
  }));
  return (source, peer) => {
    if (source === peer) return true;
    const ofPeer = lists.filter(({ addresses }) => addresses.has(peer));
    if (ofPeer.length === 0) return others === 'lenient';
    return ofPeer.some(({ addresses, isLenient }) => isLenient || addresses.has(source));
  };
}
