import { isIP } from 'node:net';
import { isAddressOrBlock } from '../shared/address-list.ts';
import { didYouMean } from '../shared/did-you-mean.ts';
import { ConfigError, type Place } from '../shared/errors.ts';
import { parseDuration } from './duration.ts';
import type { ConfigFile } from './schema.ts';
import { toldApart } from './told-apart.ts';
import type { Path } from './yaml-source.ts';

type PlaceOf = (path: Path) => Place;
type Owned = { readonly tenant: string };

/** Mistakes that no single value shows: names that do not exist, ranges upside down, addresses used twice. */
export function checkReferences(file: ConfigFile, placeOf: PlaceOf): readonly ConfigError[] {
  const errors: ConfigError[] = [];
  const report = (path: Path, message: string, fix: string) =>
    errors.push(new ConfigError(message, placeOf(path), fix));

  /** `name` at `path` must be one of `known`, of the same tenant as its user. */
  const refer = (path: Path, name: string, what: string, known: Record<string, Owned>, tenant: string) => {
    const found = known[name];
    if (!found) report(path, `there is no ${what} '${name}'`, suggestion(name, what, Object.keys(known)));
    else if (found.tenant !== tenant) {
      const fix = `use one of tenant '${tenant}'`;
      report(path, `${what} '${name}' belongs to tenant '${found.tenant}', not '${tenant}'`, fix);
    }
  };

  checkTenants(file, report);
  for (const [id, agent] of Object.entries(file.agents)) {
    refer(['agents', id, 'extension'], agent.extension ?? id, 'extension', file.extensions, agent.tenant);
  }
  for (const [name, queue] of Object.entries(file.queues)) {
    queue.agents.forEach((id, index) => {
      refer(['queues', name, 'agents', index], id, 'agent', file.agents, queue.tenant);
    });
    if (queue.survey) refer(['queues', name, 'survey'], queue.survey, 'survey', file.surveys, queue.tenant);
  }
  for (const [number, { ha1 }] of Object.entries(file.extensions)) {
    if (ha1 && !ha1.md5 && !ha1.sha256) {
      report(['extensions', number, 'ha1'], 'ha1 has neither md5 nor sha256', 'write one, or leave ha1 out');
    }
  }
  const { min, max } = file.sip.registration;
  if (parseDuration(min) > parseDuration(max)) {
    report(['sip', 'registration', 'max'], `max ${max} is shorter than min ${min}`, 'make it longer');
  }
  checkTrunkAddresses(file, report);
  checkMedia(file, report);
  checkNetwork(file, report);
  return errors;
}

type Report = (path: Path, message: string, fix: string) => void;

function checkTenants(file: ConfigFile, report: Report): void {
  const groups = ['trunks', 'extensions', 'agents', 'queues', 'mailboxes', 'surveys', 'lists'] as const;
  for (const group of groups) {
    for (const [name, { tenant }] of Object.entries(file[group])) {
      if (Object.hasOwn(file.tenants, tenant)) continue;
      const fix = suggestion(tenant, 'tenant', Object.keys(file.tenants));
      report([group, name, 'tenant'], `there is no tenant '${tenant}'`, fix);
    }
  }
}

function checkTrunkAddresses(file: ConfigFile, report: Report): void {
  const owners = new Map<string, string[]>();
  for (const [name, trunk] of Object.entries(file.trunks)) {
    trunk.addresses.forEach((address, index) => {
      const path = ['trunks', name, 'addresses', index];
      if (!isAddressOrBlock(address)) {
        report(path, `'${address}' is not an address`, 'write an IP address or a network such as 10.0.0.0/8');
        return;
      }
      const others = owners.get(address) ?? [];
      owners.set(address, [...others, name]);
      const owner = others.find((other) => !toldApart(trunk, file.trunks[other]!));
      if (owner === undefined) return;
      report(
        path,
        `address ${address} is already used by trunk '${owner}', and nothing tells their calls apart`,
        'give each trunk its own addresses, or identify: { called: [4001234567] }, { user } or { port }',
      );
    });
  }
}

function checkMedia({ media }: ConfigFile, report: Report): void {
  const { engine, portMin, portMax } = media;
  if (portMax - portMin < 3) {
    const fix = 'make it larger than portMin by 4 a call or more';
    report(['media', 'portMax'], `the range ${portMin}-${portMax} holds no call`, fix);
  }
  for (const name of ['rtpengine', 'freeswitch'] as const) {
    if (engine === name && !media[name]) {
      const fix = `add ${name}: { servers: [{ host: HOST }] }`;
      report(['media', 'engine'], `engine ${name} has no servers`, fix);
    }
    const seen = new Set<string>();
    media[name]?.servers.forEach(({ host, port }, index) => {
      const server = `${host}:${port}`;
      if (seen.has(server)) {
        const fix = 'remove one of them; weight gives a server more calls';
        report(['media', name, 'servers', index], `${name} ${server} is listed twice`, fix);
      }
      seen.add(server);
    });
  }
}

function checkNetwork(file: ConfigFile, report: Report): void {
  const tlsFix = 'add tls: { cert: FILE, key: FILE }';
  if (file.http.secure && !file.tls) report(['http', 'secure'], 'HTTPS needs a certificate', tlsFix);
  if (file.media.host !== undefined && isIP(file.media.host) === 0) {
    report(
      ['media', 'host'],
      `'${file.media.host}' is not an IP address`,
      'write the address to bind, not a name',
    );
  }
  const seen = new Set<string>();
  file.sip.listen.forEach(({ transport, host, port, advertise }, index) => {
    if ((transport === 'tls' || transport === 'wss') && !file.tls) {
      report(['sip', 'listen', index], `${transport} needs a certificate`, tlsFix);
    }
    const socket = `${transport}:${host}:${port}`;
    if (port !== 0 && seen.has(socket)) {
      report(['sip', 'listen', index], `${socket} is listed twice`, 'remove one of them');
    }
    seen.add(socket);
    if (isIP(host) === 0) {
      const fix = 'write the address to bind, not a name';
      report(['sip', 'listen', index, 'host'], `'${host}' is not an IP address`, fix);
    }
    if (advertise !== undefined && !parseHostPort(advertise)) {
      const fix = 'write HOST or HOST:PORT; an IPv6 address with a port as [::1]:5060';
      report(['sip', 'listen', index, 'advertise'], `'${advertise}' is not an address`, fix);
    }
  });
  try {
    new Intl.DateTimeFormat('en', { timeZone: file.timeZone });
  } catch {
    const fix = 'write an IANA name such as Asia/Shanghai';
    report(['timeZone'], `'${file.timeZone}' is not a time zone`, fix);
  }
}

function suggestion(name: string, what: string, known: readonly string[]): string {
  const near = didYouMean(name, known);
  if (near) return `did you mean '${near}'?`;
  const several = what.endsWith('y') ? `${what.slice(0, -1)}ies` : `${what}s`;
  return known.length === 0
    ? `define it under ${several}:`
    : `${several} are ${known.slice(0, 10).join(', ')}`;
}

/** Splits `HOST`, `HOST:PORT`, `[IPV6]:PORT` or a bare IPv6 address; undefined when it is none of them. */
export function parseHostPort(text: string): { host: string; port?: number } | undefined {
  if (isIP(text) === 6) return { host: text };
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const host = match[1] ?? match[2]!;
  if (match[1] !== undefined && isIP(host) !== 6) return undefined;
  if (match[3] === undefined) return { host };
  const port = Number(match[3]);
  return port <= 65535 ? { host, port } : undefined;
}
