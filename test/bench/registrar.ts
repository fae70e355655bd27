/**
 * What registrations cost: `node test/bench/registrar.ts [contacts] [refreshes]`. Registers that many phones, then
 * refreshes some as phones do, with digest, against SQLite; prints memory and processor time of each.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load-config.ts';
import type { EdgeReply } from '../../src/edge/edge.ts';
import { Provisioning } from '../../src/provisioning/provisioning.ts';
import { Registrar } from '../../src/registrar/registrar.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { systemIds } from '../../src/shared/ids.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { digestHa1 } from '../../src/sip/auth/digest.ts';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.ts';
import { digestAnswer } from '../support/digest-answer.ts';
import { edgeRequest } from '../support/edge-request.ts';

const contacts = Number(process.argv[2] ?? 100_000);
const refreshes = Number(process.argv[3] ?? 10_000);
const dir = mkdtempSync(join(tmpdir(), 'pbx400-bench-'));
const userOf = (index: number) => String(100_000 + index);

const file = join(dir, 'pbx400.yaml');
writeFileSync(file, '');
const base = loadConfig({ file, overrides: { data: dir, sip: '127.0.0.1:0' }, prepare: true });
const realm = base.sip.domain;
const extensions = Array.from({ length: contacts }, (_, index) => {
  const number = userOf(index);
  const ha1 = { md5: digestHa1('md5', number, realm, 'x') };
  return {
    number,
    tenant: 'demo',
    name: number,
    ha1,
    outside: 'domestic',
    forward: { ringMs: 20_000 },
    seesNumbers: true,
  } as const;
});
const provisioning = new Provisioning(
  extensions.map((value) => ({ kind: 'extension', tenant: 'demo', name: value.number, value })),
);
const store = await openSqliteStore({ file: join(dir, 'pbx.db'), clock: systemClock, logger: silentLogger });
const registrar = await Registrar.open({
  config: base,
  provisioning,
  store,
  clock: systemClock,
  ids: systemIds,
  logger: silentLogger,
});

function request(index: number, cseq: number, authorization?: string) {
  const user = userOf(index);
  const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  return edgeRequest({
    from: `<sip:${user}@${realm}>`,
    target: `sip:${realm}`,
    callId: `${user}-3f2a1b9c7d@${address}`,
    source: { address, port: 5060 },
    headers: {
      CSeq: `${cseq} REGISTER`,
      Contact: `<sip:${user}@${address}:5060;ob>`,
      Expires: '300',
      'User-Agent': 'Bench 1.0',
      ...(authorization && { Authorization: authorization }),
    },
  });
}

function challengeOf(index: number, cseq: number): string {
  const reply = registrar.handle(request(index, cseq)) as EdgeReply;
  return [reply.headers?.['WWW-Authenticate'] ?? []].flat()[0]!;
}

function answered(index: number, cseq: number, challenge: string, nc: number) {
  const answer = { username: userOf(index), password: 'x', method: 'REGISTER', uri: `sip:${realm}`, nc };
  return request(index, cseq, digestAnswer(challenge, answer));
}

/** Lets timers and the database thread work, as they would between packets. */
const breathe = () => new Promise((resolve) => setTimeout(resolve, 20));

function memoryOf(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

try {
  const before = memoryOf();
  const challenges: string[] = [];
  for (let index = 0; index < contacts; index++) {
    const challenge = challengeOf(index, 1);
    if (index < refreshes) challenges.push(challenge);
    const reply = registrar.handle(answered(index, 2, challenge, 1)) as EdgeReply;
    if (reply.status !== 200) throw new Error(`REGISTER was answered ${reply.status}`);
    if (index % 500 === 0) await breathe();
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const bytes = (memoryOf() - before) / contacts;

  // Requests are made beforehand: only the registrar is measured.
  const pairs = challenges.map(
    (challenge, index) => [request(index, 3), answered(index, 4, challenge, 2)] as const,
  );
  const usage = process.threadCpuUsage();
  let handledMs = 0;
  for (const [index, [plain, authorised]] of pairs.entries()) {
    const began = performance.now();
    registrar.handle(plain);
    const reply = registrar.handle(authorised) as EdgeReply;
    handledMs += performance.now() - began;
    if (reply.status !== 200) throw new Error(`REGISTER was answered ${reply.status}`);
    if (index % 333 === 0) await breathe();
  }
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const used = process.threadCpuUsage(usage);
  const cpuUs = (used.user + used.system) / pairs.length;
  const result = {
    contacts,
    bytesPerContact: Math.round(bytes),
    refreshUs: Number(((handledMs * 1000) / pairs.length).toFixed(1)),
    refreshWithSavingUs: Number(cpuUs.toFixed(1)),
    corePercentAt333PerSecond: Number(((cpuUs * 333) / 10_000).toFixed(2)),
  };
  console.table([result]);
  console.log(JSON.stringify(result));
} finally {
  await registrar.close();
  await store.close();
  rmSync(dir, { recursive: true, force: true });
}
