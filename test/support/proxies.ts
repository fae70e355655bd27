/** nginx and Caddy on loopback, with the examples of scripts/deploy/proxy as they are but for names of files and ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeCertificate } from '../../src/certificate/make-certificate.ts';
import { freeTcpPort } from './free-port.ts';
import { until } from './until.ts';

const EXAMPLES = resolve(import.meta.dirname, '../../scripts/deploy/proxy');
/** By which the examples are reached. */
export const PROXY_HOST = 'pbx.example.com';

interface Place {
  readonly folder: string;
  readonly example: string;
  readonly httpPort: number;
  readonly httpsPort: number;
}

/** How a proxy is started: its arguments and environment, after its files are written. */
interface Starting {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProxyKind {
  readonly name: string;
  readonly binary: string;
  readonly example: string;
  readonly start: (place: Place) => Starting;
}

/** The whole of its configuration is what Debian's has around `conf.d`. */
function startNginx({ folder, example, httpPort, httpsPort }: Place): Starting {
  const own = example
    .replaceAll('listen 443 ssl', `listen 127.0.0.1:${httpsPort} ssl`)
    .replaceAll('listen 80', `listen 127.0.0.1:${httpPort}`);
  mkdirSync(join(folder, 'conf.d'));
  writeFileSync(join(folder, 'conf.d/pbx400.conf'), own);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; pid ${folder}/pid; worker_processes 1;
events { worker_connections 768; }
http {
  sendfile on; tcp_nopush on; types_hash_max_size 2048; default_type application/octet-stream; gzip on;
  access_log off;
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  include ${folder}/conf.d/*.conf;
}
`,
  );
  return { args: ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'] };
}

/** Names of the host stay as they are: the ports are those of the machine. */
function startCaddy({ folder, example, httpPort, httpsPort }: Place): Starting {
  const machine = `{\n\tadmin off\n\thttp_port ${httpPort}\n\thttps_port ${httpsPort}\n\tdefault_bind 127.0.0.1\n}\n`;
  writeFileSync(join(folder, 'Caddyfile'), machine + example);
  const env = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder };
  return { args: ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], env };
}

export const PROXIES: readonly ProxyKind[] = [
  { name: 'nginx', binary: '/usr/sbin/nginx', example: 'nginx.conf', start: startNginx },
  { name: 'Caddy', binary: '/usr/bin/caddy', example: 'Caddyfile', start: startCaddy },
];

/** Why that proxy cannot run here; undefined when it can. */
export const proxyMissing = ({ name, binary }: ProxyKind): string | undefined =>
  existsSync(binary) ? undefined : `${binary} is not installed (${name.toLowerCase()})`;

export class ReverseProxy {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Of the authority that its certificate is by. */
  readonly ca: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(place: Place, ca: string, child: ChildProcess) {
    this.#folder = place.folder;
    this.httpPort = place.httpPort;
    this.httpsPort = place.httpsPort;
    this.ca = ca;
    this.#child = child;
  }

  get origin(): string {
    return `https://${PROXY_HOST}:${this.httpsPort}`;
  }

  /** Before the PBX that listens on that port of loopback. */
  static async start(kind: ProxyKind, pbxPort: number): Promise<ReverseProxy> {
    const folder = mkdtempSync(join(tmpdir(), 'pbx400-proxy-'));
    await makeCertificate(
      { folder, cert: 'server.crt', key: 'server.key' },
      {
        ...{ hosts: [PROXY_HOST], within: [], company: 'Demo', authority: folder, anew: false },
        ...{ kind: undefined, now: Date.now() },
      },
    );
    const [httpPort, httpsPort] = [await freeTcpPort(), await freeTcpPort()];
    const example = readFileSync(join(EXAMPLES, kind.example), 'utf8')
      .replaceAll('127.0.0.1:8400', `127.0.0.1:${pbxPort}`)
      .replace(/\/etc\/\w+\/pbx\.example\.com\.crt/, join(folder, 'server.crt'))
      .replace(/\/etc\/\w+\/pbx\.example\.com\.key/, join(folder, 'server.key'));
    const place = { folder, example, httpPort, httpsPort };
    const { args, env } = kind.start(place);
    const child = spawn(kind.binary, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let told = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        told += text;
      });
    const proxy = new ReverseProxy(place, readFileSync(join(folder, 'ca.crt'), 'utf8'), child);
    const isUp = () => {
      if (child.exitCode !== null) throw new Error(`${kind.name} ended: ${told}`);
      return fetch(`http://127.0.0.1:${httpPort}/`, { redirect: 'manual' }).then(
        () => true,
        () => false,
      );
    };
    await until(`${kind.name} is there`, isUp, { limitMs: 30_000, show: () => told }).catch(async (error) => {
      await proxy.close();
      throw error;
    });
    return proxy;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      const late = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
      await once(this.#child, 'exit');
      clearTimeout(late);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
