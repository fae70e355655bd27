import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Companies } from '../../../src/provisioning/companies.ts';
import { applyAnswers } from '../../../src/provisioning/control/answer-apply.ts';
import { askRunning } from '../../../src/provisioning/control/ask-running.ts';
import { ControlServer } from '../../../src/provisioning/control/control-server.ts';
import type { ApplyAnswer, ApplyRequest } from '../../../src/provisioning/control/protocol.ts';
import { EntitySources } from '../../../src/provisioning/file/entity-sources.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { ManualClock } from '../../../src/shared/manual-clock.ts';
import { MemoryStore } from '../../../src/store/memory/memory-store.ts';

let dir: string;
let file: string;
let companies: Companies;
let control: ControlServer;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pbx400-control-'));
  file = join(dir, 'control.sock');
  writeFileSync(join(dir, 'pbx400.yaml'), 'timeZone: Asia/Shanghai');
  companies = await Companies.open({
    sources: new EntitySources({ file: join(dir, 'pbx400.yaml'), dataDir: dir }),
    store: new MemoryStore().entities,
    prompts: new Set(),
    clock: new ManualClock(1000),
    ids: seededIds(),
    log: silentLogger,
  });
  control = await ControlServer.open(file, applyAnswers(companies, silentLogger), silentLogger);
});
afterEach(async () => {
  await control.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A change that makes these companies. */
const making = (...ids: readonly string[]): ApplyRequest => ({
  ask: 'apply',
  put: ids.map((id) => ({ kind: 'tenant', tenant: id, name: id, value: { id, tenant: id, name: id } })),
  prune: [],
  dryRun: false,
  by: 'li',
});

/** Sends bytes as they are; what comes back. */
async function send(bytes: string | Buffer): Promise<string> {
  const socket = connect({ path: file, allowHalfOpen: true });
  socket.end(bytes);
  return text(socket);
}

const tenants = () => companies.provisioning.snapshot.all('tenant').map(({ id }) => id);

describe('the control socket', () => {
  it('is for its owner only', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('takes the place of a socket that a crash left, and is gone when it was closed', async () => {
    await control.close();
    writeFileSync(file, '');
    control = await ControlServer.open(file, applyAnswers(companies, silentLogger), silentLogger);
    expect(await askRunning(file, making('a'))).toHaveProperty('changes');
    await control.close();
    await control.close();
    expect(existsSync(file)).toBe(false);
    expect(await askRunning(file, making('b'))).toBeUndefined();
  });

  it('answers what makes no sense with an error, and the next one as ever', async () => {
    const senseless = [
      '',
      'GET / HTTP/1.1\r\n\r\n',
      '{"put":',
      'null',
      '[]',
      '"apply"',
      '{}',
      '{"ask":"toString"}',
      '{"ask":["apply"],"put":[]}',
      '{"ask":"apply","put":3}',
      '{"ask":"apply","put":[null]}',
      '{"ask":"apply","put":[{"kind":"gateway","tenant":"a","name":"a","value":{}}]}',
      '{"ask":"apply","put":[{"kind":"__proto__","tenant":"a","name":"a","value":{}}]}',
      '{"ask":"apply","put":[{"kind":"tenant"}]}',
      '{"ask":"apply","put":[{"kind":"tenant","tenant":"a","name":"a","value":null}]}',
      '{"ask":"apply","put":[{"kind":"tenant","tenant":"a","name":"a","value":{"id":"b","tenant":"c"}}]}',
      '{"ask":"apply","put":[{"kind":"tenant","tenant":3,"name":[],"value":{}}]}',
      Buffer.from([0xff, 0xfe, 0x00, 0x80]),
    ];
    for (const bytes of senseless) {
      const answer = JSON.parse(await send(bytes));
      expect([bytes, Object.keys(answer)]).toEqual([bytes, [expect.stringMatching(/^(error|mistakes)$/)]]);
    }
    expect(tenants()).toEqual([]);
    expect(await askRunning(file, making('a'))).toHaveProperty('changes.0.verb', 'add');
  });

  it('outlives who goes away before he is answered, and close ends who never finishes', async () => {
    const gone = connect({ path: file });
    await new Promise<void>((done) => gone.write('{"put":', () => done()));
    gone.destroy();
    expect(await askRunning(file, making('a'))).toHaveProperty('changes');
    const slow = connect({ path: file });
    const ended = new Promise<void>((done) => slow.once('close', () => done()).on('error', () => {}));
    await new Promise<void>((done) => slow.write('{', () => done()));
    await control.close();
    await ended;
  });

  it('takes the changes of two clients one after the other, each as a whole', async () => {
    const dry: ApplyRequest = { ...making('d'), dryRun: true };
    const answers = await Promise.all([
      askRunning<ApplyAnswer>(file, making('a', 'b')),
      askRunning<ApplyAnswer>(file, making('b', 'c')),
      askRunning<ApplyAnswer>(file, dry),
    ]);
    const made = answers
      .slice(0, 2)
      .flatMap((answer) => (answer && 'changes' in answer ? answer.changes : []));
    expect(made.map(({ name, verb }) => `${verb} ${name}`).sort()).toEqual(['add a', 'add b', 'add c']);
    expect(answers[2]).toMatchObject({ changes: [{ verb: 'add', name: 'd' }] });
    expect([...tenants()].sort()).toEqual(['a', 'b', 'c']);
  });
});
