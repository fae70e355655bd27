/** A PostgreSQL of the tests' own: private folder, free port of 127.0.0.1, not as root, gone with the test run. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { freeTcpPort } from './free-port.ts';
import { until } from './until.ts';

/** Debian keeps the servers of all versions out of the PATH. */
const DEBIAN = '/usr/lib/postgresql';
const ADMIN = 'pbx400';
/** Needs every escape that a URL has. */
const PASSWORD = 'p@ss/word:1 %';

/** Folder of the server's programs; undefined: not installed. */
function programs(): string | undefined {
  const [version] = installedVersions().sort((one, other) => Number(other) - Number(one));
  if (version !== undefined) return join(DEBIAN, version, 'bin');
  const found = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const folder = found.stdout?.trim();
  return folder && spawnSync(join(folder, 'postgres'), ['-V']).error === undefined ? folder : undefined;
}

function installedVersions(): string[] {
  try {
    return readdirSync(DEBIAN).filter((version) =>
      readdirSync(join(DEBIAN, version, 'bin')).includes('postgres'),
    );
  } catch {
    return [];
  }
}

const FOLDER = programs();

/** Why there is none. */
export const postgresMissing =
  FOLDER === undefined ? 'PostgreSQL is not installed (Debian: postgresql)' : undefined;

/** Whom it runs as: it refuses root. */
function user(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line =
    users.find((each) => each.startsWith('postgres:')) ?? users.find((each) => each.startsWith('nobody:'));
  if (line === undefined) throw new Error('there is neither a user postgres nor nobody to run PostgreSQL as');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

export class PostgresCluster {
  /** `postgres://` of a superuser, without a database. */
  readonly url: string;
  readonly #launch: () => ChildProcess;
  #server!: ChildProcess;
  #output = '';
  readonly #folder: string;

  private constructor(url: string, launch: () => ChildProcess, folder: string) {
    this.url = url;
    this.#launch = launch;
    this.#folder = folder;
  }

  /** Takes about two seconds. */
  static async start(): Promise<PostgresCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-pg-'));
    const as = user();
    if (as) chownSync(folder, as.uid, as.gid);
    const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
    writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
    if (as) chownSync(passwordFile, as.uid, as.gid);
    const shape = ['-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256', '-U', ADMIN, '--pwfile', passwordFile];
    await promisify(execFile)(join(FOLDER!, 'initdb'), ['-D', data, '--no-sync', ...shape], {
      ...as,
      cwd: folder,
    });
    const port = await freeTcpPort();
    const settings = {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: folder,
      // The machine's crash is not what is tested, the PBX's is.
      fsync: 'off',
      full_page_writes: 'off',
    };
    const server = join(FOLDER!, 'postgres');
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // It ends with us, however we end (SIGINT: at once).
    const launch = () =>
      spawn('setpriv', ['--pdeathsig', 'INT', server, '-D', data, ...args], {
        ...as,
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
    const url = `postgres://${ADMIN}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`;
    const cluster = new PostgresCluster(url, launch, folder);
    await cluster.resume().catch(async (error: unknown) => {
      await cluster.stop();
      throw error;
    });
    return cluster;
  }

  /** Runs it, also again after {@link halt}. */
  async resume(): Promise<void> {
    this.#server = this.#launch();
    this.#server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    const isUp = async () => this.#hasEnded || (await answersAt(`${this.url}/postgres`));
    await until('PostgreSQL answers', isUp, { limitMs: 30_000, show: () => this.#output });
    if (this.#hasEnded) throw new Error(`PostgreSQL ended at once\n${this.#output}`);
  }

  /** Stops it at once; what it holds stays. */
  async halt(): Promise<void> {
    if (this.#hasEnded) return;
    const exited = once(this.#server, 'exit');
    this.#server.kill('SIGQUIT');
    await exited;
  }

  /** Of the process that starts all others of the server. */
  get pid(): number {
    return this.#server.pid!;
  }

  get #hasEnded(): boolean {
    const { exitCode, signalCode } = this.#server;
    return exitCode !== null || signalCode !== null;
  }

  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function answersAt(url: string): Promise<boolean> {
  const client = new Client(url);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
