import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { AddressList } from '../shared/address-list.ts';
import { PbxError } from '../shared/errors.ts';

/** What a certificate is for: names of DNS in ASCII, and addresses. */
export interface CertificateNames {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
}

/** This machine, as its own browser calls it. */
export const THIS_MACHINE: CertificateNames = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] };

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const DNS_NAME = new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})*$`);

/** The names and addresses of `hosts`, each once. Throws PbxError for what is neither. */
export function namesOf(hosts: readonly string[]): CertificateNames {
  const dns = new Set<string>();
  const ip = new Set<string>();
  for (const host of hosts) {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    if (isIP(bare) !== 0) ip.add(canonical(bare));
    else dns.add(dnsName(host));
  }
  return { dns: [...dns], ip: [...ip] };
}

export function joined(...all: readonly CertificateNames[]): CertificateNames {
  return {
    dns: [...new Set(all.flatMap(({ dns }) => dns))],
    ip: [...new Set(all.flatMap(({ ip }) => ip))],
  };
}

/** A range of names or addresses that an authority is bound to: `example.com` with all below it, or a network. */
export type Range = { readonly dns: string } | { readonly network: string };

/** The ranges that just hold these names. */
export function rangesOf({ dns, ip }: CertificateNames): readonly Range[] {
  return [
    ...dns.map((name) => ({ dns: name.replace(/^\*\./, '') })),
    ...ip.map((address) => ({ network: `${address}/${address.includes(':') ? 128 : 32}` })),
  ];
}

/** A range as it is written: a domain, an address, a network. Throws PbxError. */
export function parseRange(text: string): Range {
  const [address = '', bits] = text.split('/');
  const width = isIP(address) === 6 ? 128 : 32;
  if (isIP(address) === 0) return { dns: dnsName(text.replace(/^\*?\./, '')) };
  const length = bits === undefined ? width : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > width)
    throw new PbxError('input', `'${text}' is not a network; write for example 10.0.0.0/8`);
  return { network: `${canonical(address)}/${length}` };
}

/** The first of `names` that is in none of `ranges`; undefined when all are. */
export function firstOutside({ dns, ip }: CertificateNames, ranges: readonly Range[]): string | undefined {
  const domains = ranges.flatMap((range) => ('dns' in range ? [range.dns] : []));
  const networks = new AddressList(ranges.flatMap((range) => ('network' in range ? [range.network] : [])));
  const isBelow = (name: string) =>
    domains.some(
      (domain) => name === domain || name.replace(/^\*\./, '') === domain || name.endsWith(`.${domain}`),
    );
  return dns.find((name) => !isBelow(name)) ?? ip.find((address) => !networks.has(address));
}

function dnsName(text: string): string {
  const star = text.startsWith('*.') ? '*.' : '';
  const name = star + domainToASCII(text.slice(star.length)).toLowerCase();
  if (DNS_NAME.test(name) && name.length <= 253 && !/^[\d.]+$/.test(name)) return name;
  const fix = 'write a name or an address alone, such as pbx.example.com or 192.0.2.10';
  throw new PbxError('input', `'${text}' is not a host: ${fix}`);
}

/** An address in the form that certificates are compared by. */
function canonical(address: string): string {
  if (isIP(address) === 4) return address;
  return URL.parse(`http://[${address}]`)!.hostname.slice(1, -1);
}
