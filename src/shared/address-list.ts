import { BlockList, isIP } from 'node:net';
import { ConfigError } from './errors.ts';

/** IP addresses and CIDR blocks, asked on every call: exact addresses by hash, blocks only when there are any. */
export class AddressList {
  readonly #exact = new Set<string>();
  readonly #blocks: BlockList | undefined;

  /** Throws ConfigError for what is no IP address or block. */
  constructor(entries: readonly string[]) {
    let blocks: BlockList | undefined;
    for (const entry of entries) {
      const [address = '', prefix] = entry.split('/');
      const version = isIP(address);
      const bits = Number(prefix);
      const badPrefix = prefix !== undefined && !(bits >= 0 && bits <= (version === 6 ? 128 : 32));
      if (version === 0 || badPrefix) {
        throw new ConfigError(
          `"${entry}" is no IP address or block`,
          undefined,
          'write 192.0.2.1 or 192.0.2.0/24',
        );
      }
      if (prefix === undefined) {
        this.#exact.add(address.toLowerCase());
        continue;
      }
      blocks ??= new BlockList();
      blocks.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
    }
    this.#blocks = blocks;
  }

  /** `address` as the socket gives it; IPv4-mapped IPv6 counts as IPv4. */
  has(address: string): boolean {
    const plain = address.startsWith('::ffff:') ? address.slice(7) : address;
    if (this.#exact.has(plain)) return true;
    return this.#blocks?.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4') ?? false;
  }
}

/** True for an IP address or a CIDR block. */
export function isAddressOrBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 6 ? 128 : 32));
}
