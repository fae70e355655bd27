/** What may carry the PBX's SIP; calls are tested on each. */
import { EdgeProcess } from './edge-process.ts';
import { type ConfigDocument, Pbx, type PbxOptions } from './pbx.ts';
import { drachtioMissing, RealDrachtio } from './real-drachtio.ts';
import { sippMissing } from './sipp.ts';

/** A server that the PBX connects to. */
export interface SipServer {
  readonly adminPort: number;
  /** `host:port` of SIP. */
  readonly sip: string;
  readonly secret: string;
  /** What it wrote to its console; not there: nobody reads that. */
  readonly output?: string;
  /** Ends it as a crash would. */
  stop(): Promise<void>;
  /** Starts it again after {@link stop}. */
  run(): Promise<void>;
  /** Ends it and removes its files. */
  close(): Promise<void>;
}

export interface SipEngine {
  readonly name: string;
  /** Why it cannot be tested here. */
  readonly missing: string | undefined;
  /** It hangs up the calls of a PBX that has died. */
  readonly hangsUp: boolean;
  /** It refuses new calls when it is full. */
  readonly admission: boolean;
  /** Not there: SIP in the PBX's own process. */
  readonly start?: () => Promise<SipServer>;
}

type ServerEngine = SipEngine & Required<Pick<SipEngine, 'start'>>;

/** Servers that speak the drachtio protocol. */
export const DRACHTIO_SERVERS: readonly ServerEngine[] = [
  {
    name: 'our own edge process',
    missing: undefined,
    hangsUp: true,
    admission: true,
    start: () => EdgeProcess.start(),
  },
  {
    name: 'a real drachtio-server',
    missing: drachtioMissing,
    hangsUp: false,
    admission: false,
    start: () => RealDrachtio.start(),
  },
];
const EMBEDDED_EDGE: SipEngine = {
  name: 'the embedded edge',
  missing: undefined,
  hangsUp: false,
  admission: true,
};

const needing = <Engine extends SipEngine>(missing: string | undefined, engines: readonly Engine[]) =>
  engines.map((engine): Engine => ({ ...engine, missing: missing ?? engine.missing }));

/** All engines, for tests that need a program besides; none can be tested while that is `missing`. */
export const enginesFor = (missing: string | undefined): readonly SipEngine[] =>
  needing(missing, [EMBEDDED_EDGE, ...DRACHTIO_SERVERS]);

// For tests that call by SIPp.
export const SIP_ENGINES: readonly SipEngine[] = enginesFor(sippMissing);
export const SIP_SERVERS: readonly ServerEngine[] = needing(sippMissing, DRACHTIO_SERVERS);
/** For what no engine has a part in. */
export const [EMBEDDED] = needing(sippMissing, [EMBEDDED_EDGE]) as [SipEngine];

/** For `beforeAll`: two processes start. */
export const START_MS = 100_000;

/** Title of tests of an engine, which says why they are skipped. */
export const titleOn = (what: string, { name, missing }: Pick<SipEngine, 'name' | 'missing'>) =>
  `${what} on ${name}${missing ? ` (skipped: ${missing})` : ''}`;

/** A PBX whose SIP is carried by that server; undefined: by itself. */
export function startPbxOn(
  server: SipServer | undefined,
  configure: (config: ConfigDocument) => void,
  options: Pick<PbxOptions, 'dataDir'> = {},
): Promise<Pbx> {
  if (!server) return Pbx.start({ ...options, configure });
  const { adminPort, secret, sip } = server;
  return Pbx.start({
    ...options,
    sip,
    configure: (config) => {
      config.sip.edge = 'drachtio';
      config.sip.drachtio = { servers: [{ host: '127.0.0.1', port: adminPort, secret }] };
      configure(config);
    },
  });
}
