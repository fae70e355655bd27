import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';

/**
 * What of IPv4 is no host of the public internet (RFC 6890, the IANA special-purpose registries), and the one metadata
 * service that stands outside of those blocks (168.63.129.16 of Azure; the others are link-local or CGNAT).
 */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];

/** RFC 4291 2.4: all global unicast that was ever given out. What carries an IPv4 address inside lies outside, or below. */
const GLOBAL_IPV6 = '2000::/3';
/** Protocol assignments with Teredo, documentation, 6to4. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const specialV4 = blocksOf(SPECIAL_IPV4, 'ipv4');
const globalV6 = blocksOf([GLOBAL_IPV6], 'ipv6');
const specialV6 = blocksOf(SPECIAL_IPV6, 'ipv6');

/**
 * Whether that is a host of the public internet: not private, loopback, link-local, CGNAT, multicast, reserved, a metadata
 * service, an IPv4 address in clothes of IPv6 (mapped, NAT64, 6to4, Teredo), nor this machine. An IP address as sockets
 * write it.
 */
export function isPublicAddress(address: string): boolean {
  const isPublic = address.includes(':')
    ? globalV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
    : !specialV4.check(address, 'ipv4');
  return isPublic && !isOwn(address);
}

/** A service of this machine that a firewall keeps from others must not be reached by way of us either. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((each) => each?.some((own) => own.address === address));
}

function blocksOf(blocks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', bits] = block.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
