/**
 * The configuration of the machine, validated and frozen; what companies set up is `provisioning/`'s. Only
 * `load-config.ts` reads the file and the environment. Durations end in `Ms`; in the YAML file they are written as `15s`, `2m`, `500ms`.
 */
import type { TlsFiles } from '../shared/tls-identity.ts';
import type { TransportName } from '../shared/transport-name.ts';

export interface ListenConfig {
  readonly transport: TransportName;
  readonly host: string;
  readonly port: number;
  /** Address that we give to peers, when it is not `host` (NAT). */
  readonly advertise?: { readonly host: string; readonly port?: number };
}

/** One FreeSWITCH. */
export interface FreeswitchServerConfig {
  readonly host: string;
  /** Of its event socket. */
  readonly port: number;
  /** Of its event socket; '' when it was not made yet. */
  readonly secret: string;
  /** `host:port` of its SIP profile, when it is not what the profile says of itself. */
  readonly sip?: string;
  readonly weight: number;
  /** More endpoints are not placed there. */
  readonly maxEndpoints?: number;
}

export interface FreeswitchPoolConfig {
  readonly servers: readonly FreeswitchServerConfig[];
  /** Tells the channels of this PBX, over its restarts, from those of others at the same servers. */
  readonly owner: string;
  /** This PBX's own folder for rendered prompts, which the servers see under the same path. */
  readonly exchangeDir: string;
}

/** Recordings of talks (录音). */
export interface RecordingConfig {
  /** Path below `{dataDir}/recordings`, with `{tenant}`, `{date}` and `{callId}`; ends in `.wav`. */
  readonly path: string;
  /** Older ones are deleted; undefined: kept for ever. */
  readonly keepDays?: number;
  /** Above so much together the oldest are deleted; undefined: no limit. */
  readonly maxBytes?: number;
  /** What they become after the call, by ffmpeg. */
  readonly compress: 'none' | 'opus' | 'mp3';
  /** Folder that recordings are moved to after their calls; undefined: they stay. */
  readonly moveTo?: string;
}

/** One rtpengine daemon. */
export interface RtpengineServerConfig {
  readonly host: string;
  /** Port of its `--listen-ng`. */
  readonly port: number;
  readonly weight: number;
  /** More endpoints are not placed there. */
  readonly maxEndpoints?: number;
  /** Its `--recording-dir` as this machine sees it; without it nothing can be recorded. */
  readonly recordingFolder?: string;
}

export interface RtpengineConfig {
  readonly servers: readonly RtpengineServerConfig[];
  /** Where the servers' `--dtmf-log-dest` points: an address of this machine. */
  readonly dtmfLog: { readonly host: string; readonly port: number };
  /** This PBX's own folder for rendered prompts, which the servers see under the same path. */
  readonly exchangeDir: string;
}

/** drachtio-servers that hold our SIP. */
export interface DrachtioConfig {
  /** Servers that we connect to. */
  readonly servers: readonly {
    readonly host: string;
    readonly port: number;
    readonly secret: string;
    /** Servers may route requests to us by one of these. */
    readonly tags: readonly string[];
    /** `ca`: PEM file of the authority; the system's ones by default. */
    readonly tls?: { readonly ca?: string };
  }[];
  /** Where servers connect to us, and their addresses and blocks: each is told the secret, and believed. */
  readonly listen?: EdgeListenConfig & { readonly from: readonly string[] };
}

/** Where connections of the drachtio protocol are taken; `tls` names PEM files. */
export interface EdgeListenConfig {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly tls?: TlsFiles;
}

export interface Config {
  /** File that it came from; paths in it are relative to that file. */
  readonly file: string;
  /** Data folder: database, recordings, voicemail, secrets. Mode 0700. */
  readonly dataDir: string;
  /** Where the store is; the URL may hold a password. */
  /** Seals secrets in the database; '': none, of a command that reads a data folder which nothing was started in. */
  readonly secretKey: string;
  readonly store:
    | { readonly engine: 'sqlite'; readonly file: string }
    | { readonly engine: 'postgres'; readonly url: string };
  /** Where call events wait while the database cannot be written. */
  readonly journal: {
    /** In the order in which they are used: the second one when the disk of the first is full. */
    readonly files: readonly string[];
    /** Of both together; beyond it new calls are refused. */
    readonly maxBytes: number;
  };
  /** Tells this PBX's rows from those of others in one database; '' when it was not made yet. */
  readonly nodeId: string;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly timeZone: string;
  readonly sip: {
    readonly listen: readonly ListenConfig[];
    /** Who speaks SIP: this process, or drachtio-servers. */
    readonly edge: 'embedded' | 'drachtio';
    readonly drachtio: DrachtioConfig;
    /** Realm and domain of the phones. */
    readonly domain: string;
    /** Digest algorithms offered to phones, the preferred one first (RFC 8760). */
    readonly digest: readonly ('md5' | 'sha-256')[];
    readonly registration: {
      /** Shorter registrations are refused with 423. */
      readonly minMs: number;
      /** Longer ones are shortened to this. */
      readonly maxMs: number;
      /** Phones of one extension at the same time. */
      readonly contacts: number;
    };
    /** What one address may send; trunks are exempt. */
    readonly limits: {
      /** New calls a second on average; four times as many at once. */
      readonly invites: number;
      /** REGISTER requests a second, likewise: phones behind one NAT share it. */
      readonly registers: number;
      /** How long a scanner is not heard. */
      readonly banMs: number;
      /** A browser phone that answers no ping for so long is gone: its machine sleeps, or has no network. */
      readonly browserSilenceMs: number;
    };
    /** SIP messages of the last calls, in memory. */
    readonly ladder: {
      /** So many that ended well, and as many that failed; 0: nothing is kept. */
      readonly calls: number;
      /** So long after their end; those that failed 24 times as long. */
      readonly keepMs: number;
      readonly maxBytes: number;
    };
    /** What a call from an unknown address gets. */
    readonly unknownSource: 'silent' | 'forbidden';
    /**
     * Requests in a call with a phone, from another address than the phone's: `strict` refuses them, `lenient` takes them
     * (a phone that changes from Wi-Fi to mobile).
     */
    readonly dialogSource: 'strict' | 'lenient';
  };
  /** `pbx400 edge`: where applications connect to. */
  readonly edge: EdgeListenConfig & {
    readonly handlers: readonly { readonly methods: readonly string[]; readonly url: string }[];
  };
  readonly media: {
    readonly engine: 'embedded' | 'rtpengine' | 'freeswitch' | 'null';
    readonly host: string;
    readonly advertise?: string;
    readonly portMin: number;
    readonly portMax: number;
    /** Undefined: one less than the cores, at least one. */
    readonly workers?: number;
    readonly rtpTimeoutMs: number;
    /** There with `engine: rtpengine`. */
    readonly rtpengine?: RtpengineConfig;
    /** There with `engine: freeswitch`. */
    readonly freeswitch?: FreeswitchPoolConfig;
  };
  readonly recording: RecordingConfig;
  /** What says texts (语音合成). `url`: there with `engine: http`. */
  readonly speech: {
    readonly engine: 'espeak' | 'http' | 'none';
    readonly url?: string;
    /** Sent to it as `Authorization: Bearer`. */
    readonly token?: string;
  };
  /** Certificate of HTTPS and of the TLS and WSS listeners, PEM files; read again when they change and on SIGHUP. */
  readonly tls?: TlsFiles;
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly token: string;
    /** Serves HTTPS and WSS with the certificate of `tls`. */
    readonly secure: boolean;
    /** SIP over WebSocket at `/sip` of this server, for phones in browsers. */
    readonly sip: boolean;
    /** Pages of these origins may use SIP over WebSocket, besides those of the same host. */
    readonly origins: readonly string[];
    /** Addresses and networks of reverse proxies, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
    readonly proxies: readonly string[];
    /** Rows of an exported table at most. */
    readonly exportRows: number;
    /** Addresses and networks that companies may ask although they are not public, also without TLS. */
    readonly outbound: { readonly allow: readonly string[] };
  };
  /** Folder of hotlines in TypeScript. */
  readonly dialplanDir: string;
  /** Those that come with pbx400, then the operator's own, which beat them. */
  readonly promptDirs: readonly string[];
  readonly language: string;
  /** Folder of YAML files with entities of companies, which these files own. */
  readonly companiesDir?: string;
  /** File of entities that a new database begins with. */
  readonly seedFile?: string;
}
