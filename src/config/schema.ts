/**
 * The configuration file: every key of the machine, what it may hold and its default. This is the one place where
 * those defaults stand. `hint` is the wording used in error messages.
 */
import Type from 'typebox';
import { TRANSPORTS } from '../shared/transport-name.ts';
import {
  address,
  addressOrBlock,
  choice,
  count,
  duration,
  flag,
  host,
  list,
  path,
  port,
  text,
} from './fields.ts';
import { SIZE_PATTERN } from './size.ts';

/** File in the data folder where the event socket's secret is, when the configuration names none. */
export const FREESWITCH_SECRET_FILE = 'freeswitch-secret';

/** Fields and harmless characters, not out of the folder; the call's id must be in it, or files would meet. */
const RECORDING_PATH =
  '^(?!/)(?!.*(^|/)\\.{0,2}/)(?=.*\\{callId\\})([\\w .+/-]|\\{(tenant|date|callId)\\})+\\.wav$';
/** A secret: the text itself, a file (relative to the data folder) or an environment variable. */
const secretForms = [
  Type.String({ minLength: 1, hint: 'a text, { file: NAME } or { env: NAME }' }),
  Type.Object({ file: Type.Optional(path()), env: Type.Optional(text()) }),
] as const;
/** One that others give us: it must be written. */
const givenSecret = Type.Union([...secretForms]);
/** One of our own: made in `file` at the first start when nothing is written. */
const secretIn = (file: string) => Type.Union([...secretForms], { default: { file } });
/** Shared by `pbx400 edge` and the PBXs on it: made at the first start of either, when they share a data folder. */
const edgeSecret = secretIn('edge-secret');

const listen = Type.Object({
  transport: choice([...TRANSPORTS], 'udp'),
  host: host('0.0.0.0'),
  port: port(5060),
  /** Given to peers instead of `host:port` (NAT). Default for a wildcard host: this machine's address. */
  advertise: Type.Optional(address),
});

const rtpengine = Type.Object({
  servers: Type.Array(
    Type.Object({
      host: host('127.0.0.1'),
      /** Port of `--listen-ng`. */
      port: port(22_222),
      weight: count(1, 1000, 1),
      maxEndpoints: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      /** `--recording-dir` of the server as this machine sees it. */
      recordings: Type.Optional(path()),
    }),
    { minItems: 1 },
  ),
  /** Where `--dtmf-log-dest` of the servers points. */
  dtmfLog: Type.Object({ host: host('127.0.0.1'), port: port(22_223) }),
});

const freeswitch = Type.Object({
  servers: Type.Array(
    Type.Object({
      host: host('127.0.0.1'),
      /** Of the event socket. */
      port: port(8021),
      secret: secretIn(FREESWITCH_SECRET_FILE),
      /** Its SIP profile. Default: what the profile says of itself. */
      sip: Type.Optional(address),
      weight: count(1, 1000, 1),
      maxEndpoints: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    }),
    { minItems: 1 },
  ),
  /** Rendered prompts, also those of other PBXs; the servers see it under the same path. Default: in the data folder. */
  exchange: Type.Optional(path()),
});

export const configSchema = Type.Object({
  /** Data folder: database, recordings, voicemail, secrets. Default `.pbx400` in the current folder. */
  data: Type.Optional(path()),
  /** `postgres://user:password@host:port/database`, or where that stands. Default: SQLite in the data folder. */
  store: Type.Optional(givenSecret),
  /** Seals secrets in the database; nodes that share one need the same. */
  secretKey: secretIn('secret-key'),
  /** Call events while the database cannot be written: they wait in a file of the data folder. */
  journal: Type.Object({
    /** Of what waits. Half of it is an alarm; beyond it new calls are refused. */
    maxSize: Type.String({
      pattern: SIZE_PATTERN,
      hint: 'a size such as 500MB, 50GB or 2TB',
      default: '500MB',
    }),
    /** Folder on another disk, used when that of the data folder is full. */
    second: Type.Optional(path()),
  }),
  logLevel: choice(['trace', 'debug', 'info', 'warn', 'error', 'silent'], 'info'),
  timeZone: text('Asia/Shanghai'),
  /** Folder of hotlines in TypeScript. Default: the configuration file's own. */
  dialplans: path('.'),
  /** Folder of own prompts, one folder a language in it: beside, or instead of, those of the same name of pbx400. */
  prompts: Type.Optional(path()),
  language: text('zh-CN'),
  /** Folder of YAML files with entities of companies, watched. What stands in them is changed there only. */
  companies: Type.Optional(path()),
  /** File of entities that a new database begins with. */
  seed: Type.Optional(path()),
  sip: Type.Object({
    listen: Type.Array(listen, {
      minItems: 1,
      default: [
        { transport: 'udp', host: '0.0.0.0', port: 5060 },
        { transport: 'tcp', host: '0.0.0.0', port: 5060 },
      ],
    }),
    domain: host('pbx400.local'),
    unknownSource: choice(['silent', 'forbidden'], 'silent'),
    dialogSource: choice(['strict', 'lenient'], 'lenient'),
    /** Many phones in use give up on a second challenge: add sha-256 when yours understand it. */
    digest: Type.Array(choice(['md5', 'sha-256'], 'md5'), { minItems: 1, default: ['md5'] }),
    limits: Type.Object({
      invites: count(1, 100_000, 10),
      registers: count(1, 100_000, 50),
      banMs: duration('10m'),
      browserSilenceMs: duration('20s'),
    }),
    /** The SIP messages of the last calls, in memory, for those who look for a fault. */
    ladder: Type.Object({
      calls: count(0, 100_000, 2_000),
      keepMs: duration('1h'),
      maxSize: Type.String({
        pattern: SIZE_PATTERN,
        hint: 'a size such as 500MB, 50GB or 2TB',
        default: '64MB',
      }),
    }),
    /** Who speaks SIP: this process, or drachtio-servers (ours is `pbx400 edge`). */
    edge: choice(['embedded', 'drachtio'], 'embedded'),
    drachtio: Type.Object({
      /** Servers that we connect to. */
      servers: list(
        Type.Object({
          host: host(),
          port: port(9022),
          secret: edgeSecret,
          tls: flag(false),
          /** PEM file of the authority that signed the server's certificate. */
          ca: Type.Optional(path()),
          /** Requests may be routed to us by one of these. What drachtio-srf takes. */
          tags: Type.Array(
            Type.String({
              pattern: '^[A-Za-z0-9_+@:-]{1,32}$',
              hint: 'a tag of up to 32 letters, digits, - _ + @ and :',
            }),
            { default: [], maxItems: 20 },
          ),
        }),
      ),
      /**
       * Where servers connect to us (outbound mode), from these addresses and blocks only; TLS when `tls` is on, with the
       * files of `tls`.
       */
      listen: Type.Optional(
        Type.Object({
          host: host('127.0.0.1'),
          port: port(9023),
          from: Type.Array(addressOrBlock, { minItems: 1, default: ['127.0.0.0/8', '::1'] }),
          secret: edgeSecret,
          tls: flag(false),
        }),
      ),
    }),
    registration: Type.Object({
      minMs: duration('60s'),
      maxMs: duration('1h'),
      contacts: count(1, 100, 5),
    }),
  }),
  media: Type.Object({
    engine: choice(['embedded', 'rtpengine', 'freeswitch', 'null'], 'embedded'),
    /** Default: the host of the first SIP listener. */
    host: Type.Optional(host()),
    advertise: Type.Optional(host()),
    portMin: count(1024, 65535, 20_000),
    portMax: count(1024, 65535, 29_999),
    workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    rtpTimeoutMs: duration('30s'),
    rtpengine: Type.Optional(rtpengine),
    freeswitch: Type.Optional(freeswitch),
  }),
  /** `pbx400 edge`: where applications connect to the SIP edge, by the drachtio protocol. */
  edge: Type.Object({
    host: host('127.0.0.1'),
    port: port(9022),
    secret: edgeSecret,
    /** TLS with the files of `tls`. */
    tls: flag(false),
    /** Requests whose application is asked for by HTTP and connected to (outbound mode). */
    handlers: list(
      Type.Object({
        methods: Type.Array(
          Type.String({ pattern: '^([A-Z]+|\\*)$', hint: 'a method such as INVITE, or *' }),
          {
            minItems: 1,
            default: ['INVITE'],
          },
        ),
        url: Type.String({ pattern: '^https?://', hint: 'a URL' }),
      }),
    ),
  }),
  recording: Type.Object({
    /** Below `recordings` in the data folder. A second talk of a call gets `-2` before `.wav`. */
    path: Type.String({
      pattern: RECORDING_PATH,
      hint: 'a path with {callId}, such as {tenant}/{date}/{callId}.wav',
      default: '{tenant}/{date}/{callId}.wav',
    }),
    keepDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
    /** Of all recordings together. */
    maxSize: Type.Optional(Type.String({ pattern: SIZE_PATTERN, hint: 'a size such as 500MB, 50GB or 2TB' })),
    compress: choice(['none', 'opus', 'mp3'], 'none'),
    /** Another folder, such as a mount of NFS, that recordings are moved to after their calls. */
    moveTo: Type.Optional(path()),
  }),
  /** What says texts, of which companies make prompts. */
  speech: Type.Object({
    engine: choice(['espeak', 'http', 'none'], 'espeak'),
    url: Type.Optional(Type.String({ pattern: '^https?://', hint: 'a URL' })),
    token: Type.Optional(givenSecret),
  }),
  /** PEM files; for listeners with tls or wss and for `http.secure`. Default: what `pbx400 certificate` has made in the data folder. */
  tls: Type.Optional(Type.Object({ cert: path(), key: path(), ca: Type.Optional(path()) })),
  http: Type.Object({
    host: host('127.0.0.1'),
    port: port(8400),
    token: secretIn('api-token'),
    /** Default: with a certificate that `pbx400 certificate` has made. */
    secure: Type.Optional(Type.Boolean()),
    /** SIP over WebSocket at `/sip`, for phones in browsers. Default: with the embedded SIP edge. */
    sip: Type.Optional(Type.Boolean()),
    /** Pages of these origins may use it, and the WS and WSS listeners of `sip.listen`, besides those of the same host. */
    origins: list(
      Type.String({ pattern: '^https?://[^/]+$', hint: 'an origin such as https://desk.example.com' }),
    ),
    /** Reverse proxies: what they say of where a request comes from is believed. */
    proxies: list(Type.String({ minLength: 1, hint: 'an IP address or a network such as 10.0.0.0/8' })),
    /** Rows of an exported table at most. */
    exportRows: count(1, 1_000_000, 50_000),
    /** What companies may ask by HTTP (`outbound/`). */
    outbound: Type.Object({ allow: list(addressOrBlock) }),
  }),
});

/** The file's content after decoding, defaults filled in. */
export type ConfigFile = Type.Static<typeof configSchema>;
