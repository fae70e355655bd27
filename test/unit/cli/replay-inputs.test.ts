import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AcdCore } from '../../../src/acd/core/acd-core.ts';
import type { AcdInput } from '../../../src/acd/core/inputs.ts';
import { InputLog } from '../../../src/acd/input-log.ts';
import { run } from '../../../src/cli/run.ts';
import { seededIds } from '../../../src/shared/ids.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { queueSettings } from '../../support/queue-settings.ts';

const AT = Date.parse('2026-10-10T10:00:00+08:00');
const CONFIG = fileURLToPath(new URL('../../../dialplans/pbx400.yaml', import.meta.url));
const SET_UP: readonly AcdInput[] = [
  { type: 'phone', extension: '8001', reachable: true },
  {
    type: 'set-up',
    agents: [{ id: '8001', extension: '8001' }],
    queues: [queueSettings({ name: 'sales', agents: ['8001'] })],
  },
];
const CALL: readonly AcdInput[] = [
  { type: 'asked', visit: 'c1/1', callId: 'c1', caller: '13800138000', queue: 'sales', priority: 0 },
  { type: 'joined', visit: 'c1/1' },
  { type: 'answered', visit: 'c1/1', reservation: 1, agent: '8001', leg: 'leg/2' },
];

let dir: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'replay-inputs-'));
  const log = new InputLog(dir, 'demo', silentLogger);
  const core = new AcdCore(seededIds(1).random);
  for (const input of SET_UP) core.take(input, AT);
  log.begin(AT, 1, core.state);
  for (const [index, input] of CALL.entries()) log.take(input, AT + index * 1_000);
  await log.close();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function replayed(...args: readonly string[]) {
  let out = '';
  let err = '';
  const parts = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    start: () => Promise.reject(new Error('starts nothing')),
  };
  const code = await run(['replay-inputs', ...args, '--config', CONFIG], parts);
  return { code, out, err };
}

describe('replay-inputs', () => {
  it('shows how agents stand at the end, and what happened to one', async () => {
    const { code, out } = await replayed(join(dir, 'demo.jsonl'), '--agent', '8001');
    expect(code).toBe(0);
    expect(out).toMatch(/^2026-10-10 10:00:01 \{"type":"agent-changed","agent":"8001","did":"reserve"/);
    expect(out).toMatch(/8001 +talking +2026-10-10 10:00:02 +c1\n$/);
    const json = await replayed(join(dir, 'demo.jsonl'), '--call', 'c1', '--json');
    const lines = json.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ at: AT, told: [{ type: 'asked', visit: 'c1/1' }] });
    expect(lines.at(-1)).toEqual({
      agents: [{ agent: '8001', state: 'talking', since: AT + 2_000, callId: 'c1' }],
    });
  });

  it('says what to name when it is no such file', async () => {
    const { code, err } = await replayed(CONFIG);
    expect([code > 0, err]).toEqual([true, expect.stringContaining('holds no inputs of an ACD')]);
  });
});
