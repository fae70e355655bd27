import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../../src/cli/run.ts';
import type { StartPbx } from '../../../src/cli/start.ts';
import type { Config } from '../../../src/config/config.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { ConfigError } from '../../../src/shared/errors.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { openSqliteStore } from '../../../src/store/sqlite/open-sqlite-store.ts';
import { MONDAY_10, sampleCall } from '../../support/call-events.ts';

const LAUNCH = join(import.meta.dirname, '../../../src/cli/launch.js');
let dir: string;
let config: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-cli-'));
  config = join(dir, 'pbx400.yaml');
  writeFileSync(config, 'data: data\n');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function cli(
  args: readonly string[],
  start: StartPbx = () => Promise.reject(new Error('not started')),
) {
  let out = '';
  let err = '';
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    start,
  });
  return { code, out, err };
}

async function store(count: number) {
  const options = { file: join(dir, 'pbx400.db'), clock: systemClock, logger: silentLogger };
  const opened = await openSqliteStore(options);
  for (let index = 0; index < count; index++) {
    const script = sampleCall(`c${index}`, { at: MONDAY_10 + index * 1000 });
    for (const event of script.events) opened.journal.append(event);
  }
  await opened.journal.flush();
  return opened;
}

describe('pbx400 cdr', () => {
  it('prints the newest as JSON lines, in the order of time, while the PBX runs', async () => {
    const running = await store(3);
    const { code, out } = await cli(['cdr', '--last', '2', '--json', '--config', config, '--data', dir]);
    expect(code).toBe(0);
    const cdrs = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(cdrs.map(({ callId }) => callId)).toEqual(['c1', 'c2']);
    expect(cdrs[0]).toMatchObject({ caller: '075523456789', agent: '8002', surveyDigit: '1' });
    await running.close();
  });

  it('prints a table in the time zone of the configuration, and more than one page, when it is stopped', async () => {
    await (await store(510)).close();
    const found = await cli([
      ...['cdr', '2345', 'sales', '--from', '2026-10-12T10:00:01+08:00', '--to', '2026-10-12T10:00:03+08:00'],
      ...['--totals', '--config', config, '--data', dir],
    ]);
    expect(found.out).toBe('2 calls, 2 answered, 169.0 s, 120.0 s of them spoken\n');
    const { code, out } = await cli(['cdr', '--last', '505', '--config', config, '--data', dir]);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(506);
    expect(lines[1]).toMatch(
      /^2026-10-12 10:00:05 {2}075523456789 {2}4001234567 {2}inbound {4}trunk carrier {2}广东深圳/,
    );
  });

  it('says so when there is no database', async () => {
    const { code, err } = await cli(['cdr', '--config', config, '--data', dir]);
    expect(code).toBe(69);
    expect(err).toMatch(
      /there are no call records in .*pbx400\.db; start the PBX once, or name its data folder with --data/,
    );
  });
});

describe('pbx400 start', () => {
  it('gives the configuration with its overrides to the engine, prints ready and stops on a signal', async () => {
    let seen: Config | undefined;
    let stops = 0;
    const start: StartPbx = async (given) => {
      seen = given;
      setImmediate(() => process.emit('SIGTERM'));
      return {
        sip: ['udp:127.0.0.1:5070'],
        http: 'http://127.0.0.1:8400',
        reload: () => {},
        stop: async () => void stops++,
        endCalls: () => {},
      };
    };
    const data = join(dir, 'd');
    const { code, out } = await cli(
      ['start', '--config', config, '--sip', '127.0.0.1:5070', '--data', data],
      start,
    );
    expect(code).toBe(0);
    expect(out.split('\n')[0]).toBe('ready  sip udp:127.0.0.1:5070  http http://127.0.0.1:8400');
    expect(out.split('\n')[1]).toMatch(/^note {3}SIP listens on this machine only; .* --sip or sip\.listen$/);
    expect(stops).toBe(1);
    expect(seen?.dataDir).toBe(data);
    expect(seen?.http.token).toHaveLength(43);
    process.removeAllListeners('SIGINT');
    process.removeAllListeners('SIGTERM');
  });

  it('exits with 78 and every mistake, with its place, for a wrong configuration', async () => {
    writeFileSync(config, 'sipp: {}\nlogLevel: loud\n');
    const { code, err, out } = await cli(['start', '--config', config]);
    expect(code).toBe(78);
    expect(out).toBe('');
    expect(err.split('\n').slice(0, 2)).toEqual([
      `${config}:1:1: unknown key 'sipp' in the file; did you mean 'sip'?`,
      `${config}:2:11: logLevel must be one of trace, debug, info, warn, error, silent, is 'loud'; write one of trace, debug, info, warn, error, silent`,
    ]);
    expect(err).not.toContain('    at ');
  });

  it('exits with 78 for what only the start can find, and with 70 and a stack for a fault of ours', async () => {
    const taken = new ConfigError('udp:127.0.0.1:5060 is taken', undefined, 'choose another port with --sip');
    const wrong = await cli(['start', '--config', config], () => Promise.reject(taken));
    expect(wrong).toMatchObject({
      code: 78,
      err: 'udp:127.0.0.1:5060 is taken; choose another port with --sip\n',
    });
    const fault = await cli(['start', '--config', config]);
    expect(fault.code).toBe(70);
    expect(fault.err).toContain('please report it:\nError: not started\n    at ');
  });
});

describe('usage', () => {
  it('explains itself and exits with 0', async () => {
    for (const args of [['--help'], ['start', '--help'], ['cdr', '--help']]) {
      const { code, out } = await cli(args);
      expect([code, out.startsWith('Usage: pbx400')]).toEqual([0, true]);
    }
  });

  it('tells its version', async () => {
    expect(await cli(['--version'])).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  });

  it.each([[['import', 'segments']], [['simulate', '--replay']]])(
    'exits with 69 when the file given to %j cannot be read',
    async (args) => {
      const { code, err } = await cli([...args, join(dir, 'none.csv'), '--config', config]);
      expect(code).toBe(69);
      expect(err).toMatch(/^the file cannot be read: ENOENT.*none\.csv'\n$/);
    },
  );

  it.each([[['strat']], [['cdr', '--last', 'many']], [['cdr', '--lost', '5']], [['start', '--sip']], [[]]])(
    'exits with 64 for %j',
    async (args) => {
      const { code, err } = await cli(args);
      expect(code).toBe(64);
      expect(err).not.toBe('');
    },
  );
});

describe('the executable', () => {
  it('runs as a process of its own', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [LAUNCH, '--help']);
    expect(stdout).toMatch(/^Usage: pbx400 /);
  });

  /** Starts it where `process` looks different: its version is a plain property, so an older Node can be pretended. */
  const launchPretending = (pretence: Readonly<Record<string, string>>) => {
    const script = join(dir, 'pretend.mjs');
    const lines = Object.entries(pretence).map(
      ([what, value]) => `Object.defineProperty(${what}, { value: '${value}' });`,
    );
    writeFileSync(script, `${lines.join('\n')}\nawait import(${JSON.stringify(LAUNCH)});`);
    return spawnSync(process.execPath, [script, '--version'], { encoding: 'utf8' });
  };
  const OLD = { "process.versions, 'node'": '20.19.0' };

  it('hands over to the Node 24 that npm installed when started on an older one', () => {
    expect(launchPretending(OLD)).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  });

  it('says what to do where npm installed none', () => {
    const { status, stderr } = launchPretending({ ...OLD, "process, 'platform'": 'sunos' });
    expect(status).toBe(69);
    expect(stderr).toMatch(/^pbx400 needs Node 24, this is 20\.19\.0; install Node 24/);
  });
});
