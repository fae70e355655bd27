import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigErrors } from '../../../src/config/config-errors.ts';
import { type LoadOptions, loadConfig } from '../../../src/config/load-config.ts';
import { ConfigError } from '../../../src/shared/errors.ts';

const SAMPLE = join(import.meta.dirname, '../../../dialplans/pbx400.yaml');
let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-config-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function load(yaml: string, options: LoadOptions = {}, others: readonly string[] = []) {
  const file = join(dir, 'pbx400.yaml');
  writeFileSync(file, yaml);
  return loadConfig({ env: {}, file, ...options }, others);
}

/** The mistakes of a file as `line:column message; fix`. */
function mistakes(yaml: string, others: readonly string[] = []): string[] {
  try {
    load(yaml, {}, others);
  } catch (error) {
    if (error instanceof ConfigErrors) return error.errors.map((one) => String(one).slice(dir.length + 13));
    throw error;
  }
  return [];
}

describe('a correct configuration', () => {
  it('loads the sample, whole and frozen', () => {
    const config = loadConfig({ file: SAMPLE, env: {}, overrides: { data: dir } });
    expect(config).toMatchObject({ dataDir: dir, timeZone: 'Asia/Shanghai', http: { port: 8400 } });
    expect(config.seedFile).toBe(join(SAMPLE, '../company.yaml'));
    expect(Object.isFrozen(config.sip.listen)).toBe(true);
    expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
  });

  it('fills in the documented defaults for an empty file', () => {
    // the default data folder is the project's own: it has a token once the engine was started there
    const config = load('', { overrides: { data: join(dir, 'new') } });
    expect(config.http).toEqual({
      exportRows: 50_000,
      host: '127.0.0.1',
      port: 8400,
      secure: false,
      sip: true,
      origins: [],
      outbound: { allow: [] },
      proxies: [],
      token: '',
    });
    expect(config.sip.listen.map(({ transport, port }) => `${transport}:${port}`)).toEqual([
      'udp:5060',
      'tcp:5060',
    ]);
    expect(config.sip.listen[0]?.advertise?.host).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(config.media).toMatchObject({
      engine: 'embedded',
      portMin: 20_000,
      portMax: 29_999,
      rtpTimeoutMs: 30_000,
    });
    expect(config.dialplanDir).toBe(dir);
  });

  it('lets the command line and the environment decide', () => {
    const overrides = { sip: '127.0.0.1:0', http: '[::1]:9000', data: join(dir, 'd') };
    const config = load('data: elsewhere', { overrides });
    expect(config.sip.listen).toEqual([
      { transport: 'udp', host: '127.0.0.1', port: 0 },
      { transport: 'tcp', host: '127.0.0.1', port: 0 },
    ]);
    expect(config.media.host).toBe('127.0.0.1');
    expect(config.http).toMatchObject({ host: '::1', port: 9000 });
    expect(config.dataDir).toBe(join(dir, 'd'));
    expect(load('data: elsewhere').dataDir).toBe(join(dir, 'elsewhere'));
    expect(load('', { env: { PBX400_DATA: join(dir, 'e') } }).dataDir).toBe(join(dir, 'e'));
  });
});

describe('media engines', () => {
  it('takes the servers of rtpengine', () => {
    const { media } = load(
      `media:
  engine: rtpengine
  rtpengine:
    servers:
      - { host: 10.0.0.1, weight: 3, recordings: captures }
      - { host: 10.0.0.2, port: 2223, maxEndpoints: 500 }`,
      { overrides: { data: dir } },
    );
    expect(media.engine).toBe('rtpengine');
    expect(media.rtpengine).toEqual({
      servers: [
        { host: '10.0.0.1', port: 22222, weight: 3, recordingFolder: join(dir, 'captures') },
        { host: '10.0.0.2', port: 2223, weight: 1, maxEndpoints: 500 },
      ],
      dtmfLog: { host: '127.0.0.1', port: 22223 },
      exchangeDir: join(dir, 'exchange'),
    });
  });

  it('refuses rtpengine without servers, or with one twice', () => {
    expect(mistakes('media: { engine: rtpengine }')).toEqual([
      expect.stringContaining('engine rtpengine has no servers'),
    ]);
    expect(mistakes('media: { engine: rtpengine, rtpengine: { servers: [] } }')).toEqual([
      expect.stringContaining('media.rtpengine.servers must be a list of at least 1'),
    ]);
    const twice = 'servers: [{ host: 10.0.0.1 }, { host: 10.0.0.1 }]';
    expect(mistakes(`media: { engine: rtpengine, rtpengine: { ${twice} } }`)).toEqual([
      expect.stringContaining('rtpengine 10.0.0.1:22222 is listed twice'),
    ]);
  });

  it('lets drachtio-servers of this machine come, and those that are named', () => {
    const withListen = (words: string) =>
      load(`sip: { edge: drachtio, drachtio: { listen: { secret: cymru, ${words} } } }`).sip.drachtio.listen
        ?.from;
    expect(withListen('host: 0.0.0.0')).toEqual(['127.0.0.0/8', '::1']);
    expect(withListen('from: [10.0.0.5, 10.1.0.0/16]')).toEqual(['10.0.0.5', '10.1.0.0/16']);
    expect(() => withListen('from: [edge.example]')).toThrow('"edge.example" is no IP address or block');
  });

  it('takes the tags of drachtio-servers as drachtio-srf does', () => {
    const withTags = (tags: string) =>
      `sip: { edge: drachtio, drachtio: { servers: [{ host: 127.0.0.1, secret: cymru, tags: ${tags} }] } }`;
    expect(load(withTags('[vip, "a:b@c"]')).sip.drachtio.servers[0]?.tags).toEqual(['vip', 'a:b@c']);
    expect(mistakes(withTags('["a,b"]'))).toEqual([expect.stringContaining('must be a tag of up to 32')]);
  });

  it('takes the servers of FreeSWITCH and makes the secret of those that name none, once', () => {
    const overrides = { data: join(dir, 'data') };
    const yaml = 'media: { engine: freeswitch, freeswitch: { servers: [{}, { host: 10.0.0.2, sip: a:5 }] } }';
    const [first, second] = load(yaml, { overrides, prepare: true }).media.freeswitch!.servers;
    expect(first).toMatchObject({ host: '127.0.0.1', port: 8021, weight: 1 });
    expect(first!.secret).toMatch(/^[\w-]{43}$/);
    expect(second).toMatchObject({ host: '10.0.0.2', sip: 'a:5', secret: first!.secret });
    expect(readFileSync(join(dir, 'data/freeswitch-secret'), 'utf8').trim()).toBe(first!.secret);
  });

  it('marks the channels on FreeSWITCH alike at each start, and unlike those of another data folder', () => {
    const yaml = 'media: { engine: freeswitch, freeswitch: { servers: [{}] } }';
    const ownerIn = (data: string) =>
      load(yaml, { overrides: { data: join(dir, data) }, prepare: true }).media.freeswitch!.owner;
    const owner = ownerIn('data');
    expect(owner).toMatch(/^[0-9a-f]{32}$/);
    expect(ownerIn('data')).toBe(owner);
    expect(ownerIn('other')).not.toBe(owner);
  });

  it('renders prompts for FreeSWITCH in the data folder, or in a folder of this PBX in one that is named', () => {
    const mediaOf = (exchange: string) =>
      load(`media: { engine: freeswitch, freeswitch: { servers: [{}]${exchange} } }`, {
        overrides: { data: join(dir, 'data') },
        prepare: true,
      }).media.freeswitch!;
    expect(mediaOf('').exchangeDir).toBe(join(dir, 'data/exchange'));
    const { owner, exchangeDir } = mediaOf(', exchange: shared');
    expect(exchangeDir).toBe(join(dir, `shared/pbx400-${owner}`));
  });

  it('takes no well-known secret of FreeSWITCH, and no pool without servers', () => {
    const yaml = (secret: string) =>
      `media: { engine: freeswitch, freeswitch: { servers: [{ secret: ${secret} }] } }`;
    expect(() => load(yaml('ClueCon'))).toThrow('is not 16 or more letters');
    expect(() => load(yaml('{ env: FS }'), { env: { FS: 'ClueCon' } })).toThrow('environment variable FS');
    const long = 'a-secret-of-our-own';
    expect(load(yaml('{ env: FS }'), { env: { FS: long } }).media.freeswitch!.servers[0]!.secret).toBe(long);
    expect(mistakes('media: { engine: freeswitch }')).toEqual([
      expect.stringContaining('engine freeswitch has no servers'),
    ]);
  });
});

describe('recordings', () => {
  it('are kept as WAV for ever unless told otherwise', () => {
    expect(load('').recording).toEqual({ path: '{tenant}/{date}/{callId}.wav', compress: 'none' });
    const yaml =
      "recording: { path: '{date}/{tenant} {callId}.wav', keepDays: 90, maxSize: 1.5GB, compress: opus }";
    expect(load(yaml).recording).toEqual({
      path: '{date}/{tenant} {callId}.wav',
      keepDays: 90,
      maxBytes: 1_500_000_000,
      compress: 'opus',
    });
  });

  it.each([
    '{tenant}/{date}.wav',
    '/{callId}.wav',
    '../{callId}.wav',
    'a/../{callId}.wav',
    '{caller}{callId}.wav',
  ])('refuses the path %s', (path) => {
    expect(mistakes(`recording: { path: '${path}' }`)).toEqual([
      expect.stringContaining('recording.path must be a path with {callId}'),
    ]);
  });

  it('refuses sizes without a unit and unknown formats', () => {
    expect(mistakes('recording: { maxSize: 500, compress: flac }')).toEqual([
      expect.stringContaining("recording.maxSize must be a size such as 500MB, 50GB or 2TB, is '500'"),
      expect.stringContaining('recording.compress must be one of none, opus, mp3'),
    ]);
  });
});

describe('secrets', () => {
  it('makes the token and the data folder at the first start and keeps them', () => {
    const overrides = { data: join(dir, 'data') };
    const first = load('', { overrides, prepare: true });
    expect(first.http.token).toMatch(/^[\w-]{43}$/);
    const file = join(dir, 'data/api-token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'data')).mode & 0o777).toBe(0o700);
    expect(readFileSync(file, 'utf8').trim()).toBe(first.http.token);
    expect(load('', { overrides, prepare: true }).http.token).toBe(first.http.token);
    expect(load('', { overrides }).http.token).toBe(first.http.token);
  });

  it('makes the key that seals secrets in the database in a file of its own, or takes one that nodes share', () => {
    const overrides = { data: join(dir, 'data') };
    expect(load('', { overrides }).secretKey, 'nothing was started here').toBe('');
    const first = load('', { overrides, prepare: true });
    expect(first.secretKey).toMatch(/^[\w-]{43}$/);
    expect(first.secretKey).not.toBe(first.http.token);
    expect(statSync(join(dir, 'data/secret-key')).mode & 0o777).toBe(0o600);
    expect(load('', { overrides }).secretKey).toBe(first.secretKey);
    const shared = 'thirty-two characters on all nodes';
    expect(load('secretKey: { env: KEY }', { env: { KEY: shared } }).secretKey).toBe(shared);
    expect(() => load('secretKey: 0123456789abcdef')).toThrow('secretKey is shorter than 32 characters');
  });

  it('takes a literal or the environment, and refuses short ones', () => {
    expect(load('http: { token: 0123456789abcdef }').http.token).toBe('0123456789abcdef');
    const env = { API: 'a-long-enough-token' };
    expect(load('http: { token: { env: API } }', { env }).http.token).toBe('a-long-enough-token');
    expect(() => load('http: { token: secret }')).toThrow('http.token is shorter than 16 characters');
    expect(() => load('http: { token: { env: API } }')).toThrow('no usable API');
  });

  it('says what to do when the data folder cannot be used', () => {
    writeFileSync(join(dir, 'taken'), '');
    const start = () => load('', { overrides: { data: join(dir, 'taken/data') }, prepare: true });
    expect(start).toThrow(ConfigError);
    expect(start).toThrow(/the data folder cannot be used/);
  });
});

describe('mistakes', () => {
  it('reports every one at once, each with its place and what to do', () => {
    const yaml = [
      'sop: {}', // 1
      'sip: { listen: [{ port: 99999 }], limits: { ban: 10, bann: 10s } }', // 2
      'media: { engine: embeded }', // 3
      'prompts: [a]', // 4
    ].join('\n');
    expect(mistakes(yaml)).toEqual([
      "1:1: unknown key 'sop' in the file; did you mean 'sip'?",
      "2:25: sip.listen.0.port must be a whole number from 0 to 65535, is '99999'; write a whole number from 0 to 65535",
      "2:50: sip.limits.ban must be a duration such as 500ms, 15s or 2m, is '10'; write a duration such as 500ms, 15s or 2m",
      "2:54: unknown key 'bann' in sip.limits; did you mean 'ban'?",
      "3:18: media.engine must be one of embedded, rtpengine, freeswitch, null, is 'embeded'; did you mean 'embedded'?",
      '4:10: prompts must be a path, is a list; write a path',
    ]);
  });

  it('checks what is between the values', () => {
    const yaml = [
      'timeZone: Asia/Shangai', // 1
      'media: { portMin: 30000, portMax: 20000 }', // 2
      'sip: { registration: { min: 2h, max: 30m } }', // 3
    ].join('\n');
    expect(mistakes(yaml)).toEqual([
      "1:11: 'Asia/Shangai' is not a time zone; write an IANA name such as Asia/Shanghai",
      '2:35: the range 30000-20000 holds no call; make it larger than portMin by 4 a call or more',
      '3:38: max 30m is shorter than min 2h; make it longer',
    ]);
  });

  it('leaves alone the sections that are not the machine’s, and knows how they are spelt', () => {
    expect(mistakes('queues: { sales: { ring: nonsense } }', ['queues'])).toEqual([]);
    expect(mistakes('queue: {}', ['queues'])).toEqual([
      "1:1: unknown key 'queue' in the file; did you mean 'queues'?",
    ]);
  });

  it('says what takes SIP over WebSocket where a drachtio-server speaks SIP', () => {
    const drachtio = 'sip: { edge: drachtio, drachtio: { servers: [{ host: 127.0.0.1, secret: cymru }] } }\n';
    expect(mistakes(`${drachtio}http: { sip: true }`)).toEqual([
      '2:14: SIP over WebSocket at /sip needs the embedded SIP edge: a drachtio-server takes it on a port of its own; take http.sip out; start drachtio with --contact "sip:*:8443;transport=wss", or pbx400 edge with sip.listen wss',
    ]);
    expect(load(drachtio).http.sip).toBe(false);
  });

  it('checks where SIP listens', () => {
    const yaml = [
      'sip:', // 1
      '  listen:', // 2
      '    - { transport: tls, host: pbx.example, port: 5061 }', // 3
      '    - { transport: udp }', // 4
      '    - { transport: udp, advertise: "[::1]:99999" }', // 5
      'media: { host: localhost }', // 6
    ].join('\n');
    expect(mistakes(yaml)).toEqual([
      '3:7: tls needs a certificate; make one, pbx400 certificate --host NAME, or add tls: { cert: FILE, key: FILE }',
      "3:31: 'pbx.example' is not an IP address; write the address to bind, not a name",
      '5:7: udp:0.0.0.0:5060 is listed twice; remove one of them',
      "5:36: '[::1]:99999' is not an address; write HOST or HOST:PORT; an IPv6 address with a port as [::1]:5060",
      "6:16: 'localhost' is not an IP address; write the address to bind, not a name",
    ]);
  });

  it('reports YAML that is broken, and a key given twice', () => {
    expect(mistakes('sip: [')[0]).toMatch(/^1:\d+: YAML: .*; correct the syntax$/);
    expect(mistakes('data: a\ndata: b')).toEqual(['2:1: YAML: Map keys must be unique; correct the syntax']);
  });

  it('names a file that is missing and an option that is wrong', () => {
    expect(() => loadConfig({ file: join(dir, 'none.yaml'), env: {} })).toThrow('does not exist');
    expect(() => load('', { overrides: { sip: '5060' } })).toThrow("--sip must be HOST:PORT, is '5060'");
    expect(() => load('', { overrides: { http: 'host:99999' } })).toThrow('--http must be HOST:PORT');
  });
});

describe('the data folder', () => {
  it('is made with its parents, for its owner only', () => {
    load('data: a/b/c\n', { prepare: true });
    for (const folder of ['a', 'a/b', 'a/b/c']) expect(statSync(join(dir, folder)).mode & 0o777).toBe(0o700);
  });

  it('is closed to others when it stood open', () => {
    mkdirSync(join(dir, 'open'), { mode: 0o755 });
    load('data: open\n', { prepare: true });
    expect(statSync(join(dir, 'open')).mode & 0o777).toBe(0o700);
  });

  it('gets a token also where a full disk left an empty one', () => {
    writeFileSync(join(dir, 'api-token'), '');
    const { http } = load('data: .\nhttp: { token: { file: api-token } }\n', { prepare: true });
    expect(http.token).toHaveLength(43);
    expect(statSync(join(dir, 'api-token')).mode & 0o777).toBe(0o600);
  });

  it.each(['/proc/none/data', '/dev/null/data', '/etc/hostname'])(
    'cannot be %s, which is said at once',
    (data) => {
      expect(() => load(`data: ${data}\n`, { prepare: true })).toThrow(/^the data folder cannot be used: /);
    },
  );
});
