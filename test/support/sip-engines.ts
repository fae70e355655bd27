/** What may carry the PBX's SIP; calls are tested on each. */
import { EdgeProcess } from './edge-process.ts';
import { type ConfigDocument, Pbx } from './pbx.ts';
import { drachtioMissing, RealDrachtio } from './real-drachtio.ts';
import { sippMissing } from './sipp.ts';

/** A server that the PBX connects to. */
export interface SipServer {
  readonly adminPort: number;
  /** `host:port` of SIP. */
  readonly sip: string;
  readonly secret: string;
  /** Ends it as a crash would. */
  stop(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

export interface SipEngine {
  readonly name: string;
  /** Why it cannot be tested here by SIPp. */
  readonly missing: string | undefined;
  /** Not there: SIP in the PBX's own process. */
  readonly start?: () => Promise<SipServer>;
}

export const SIP_SERVERS: readonly (SipEngine & Required<Pick<SipEngine, 'start'>>)[] = [
  { name: 'our own edge process', missing: sippMissing, start: () => EdgeProcess.start() },
  {
    name: 'a real drachtio-server',
    missing: sippMissing ?? drachtioMissing,
    start: () => RealDrachtio.start(),
  },
];

export const SIP_ENGINES: readonly SipEngine[] = [
  { name: 'the embedded edge', missing: sippMissing },
  ...SIP_SERVERS,
];

/** For `beforeAll`: two processes start. */
export const START_MS = 100_000;

/** Title of tests of an engine, which says why they are skipped. */
export const titleOn = (what: string, { name, missing }: SipEngine) =>
  `${what} on ${name}${missing ? ` (skipped: ${missing})` : ''}`;

/** A PBX whose SIP is carried by that server; undefined: by itself. */
export function startPbxOn(
  server: SipServer | undefined,
  configure: (config: ConfigDocument) => void,
): Promise<Pbx> {
  if (!server) return Pbx.start({ configure });
  const { adminPort, secret, sip } = server;
  return Pbx.start({
    sip,
    configure: (config) => {
      config.sip.edge = 'drachtio';
      config.sip.drachtio = { servers: [{ host: '127.0.0.1', port: adminPort, secret }] };
      configure(config);
    },
  });
}
