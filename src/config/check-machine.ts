import { isIP } from 'node:net';
import { isAddressOrBlock } from '../shared/address-list.ts';
import { ConfigError, type Place } from '../shared/errors.ts';
import type { Path } from '../shared/path.ts';
import { durationText } from './duration.ts';
import type { ConfigFile } from './schema.ts';

type PlaceOf = (path: Path) => Place;

/** Mistakes that no single value shows: what another part needs is missing, ranges upside down, sockets used twice. */
export function checkMachine(
  file: ConfigFile,
  placeOf: PlaceOf,
  hasCertificate: boolean,
): readonly ConfigError[] {
  const errors: ConfigError[] = [];
  const report = (path: Path, message: string, fix: string) =>
    errors.push(new ConfigError(message, placeOf(path), fix));

  const { minMs, maxMs } = file.sip.registration;
  if (minMs > maxMs) {
    const reason = `max ${durationText(maxMs)} is shorter than min ${durationText(minMs)}`;
    report(['sip', 'registration', 'max'], reason, 'make it longer');
  }
  checkMedia(file, report);
  if (file.speech.engine === 'http' && file.speech.url === undefined)
    report(['speech', 'engine'], 'engine http has no address', 'add url: https://HOST/PATH');
  checkNetwork(file, report, hasCertificate);
  return errors;
}

type Report = (path: Path, message: string, fix: string) => void;

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

function checkNetwork(file: ConfigFile, report: Report, hasCertificate: boolean): void {
  const tlsFix = 'make one, pbx400 certificate --host NAME, or add tls: { cert: FILE, key: FILE }';
  if (file.http.secure && !hasCertificate) report(['http', 'secure'], 'HTTPS needs a certificate', tlsFix);
  if (file.http.sip && file.sip.edge === 'drachtio') {
    const message =
      'SIP over WebSocket at /sip needs the embedded SIP edge: a drachtio-server takes it on a port of its own';
    const fix =
      'take http.sip out; start drachtio with --contact "sip:*:8443;transport=wss", or pbx400 edge with sip.listen wss';
    report(['http', 'sip'], message, fix);
  }
  file.http.proxies.forEach((proxy, index) => {
    if (isAddressOrBlock(proxy)) return;
    const fix = 'write an IP address or a network such as 10.0.0.0/8';
    report(['http', 'proxies', index], `'${proxy}' is not an address`, fix);
  });
  if (file.media.host !== undefined && isIP(file.media.host) === 0) {
    report(
      ['media', 'host'],
      `'${file.media.host}' is not an IP address`,
      'write the address to bind, not a name',
    );
  }
  const seen = new Set<string>();
  file.sip.listen.forEach(({ transport, host, port, advertise }, index) => {
    if ((transport === 'tls' || transport === 'wss') && !hasCertificate) {
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
