import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  parseMessage,
  SipRequest,
  validateRequest,
  validateResponse,
} from '../../../../src/sip/message/index.ts';

interface Case {
  readonly name: string;
  readonly file: string;
  readonly kind: string;
  readonly accept: readonly string[];
  readonly must_not: readonly string[];
}

const root = join(import.meta.dirname, '../../../../../shared/sip-torture');

/** What the message alone decides: the status, `silent`, or `ok` for what the layers above judge. */
function reaction(bytes: Buffer): string {
  const message = parseMessage(bytes);
  if (!message) return 'silent';
  if (!(message instanceof SipRequest)) return validateResponse(message) ? 'silent' : 'ok';
  const refused = validateRequest(message);
  return refused ? String(refused.status) : 'ok';
}

/** Answers that are certain here already; everything else valid is `ok`. */
const CERTAIN: Readonly<Record<string, string>> = {
  badvers: '505',
  bcast: 'silent',
  bigcode: 'silent',
  insuf: '400',
  mcl01: '400',
  multi01: '400',
  novelsc: '416',
  scalarlg: 'silent',
  test: '400',
  unkscm: '416',
};

const suites = ['rfc4475', 'rfc5118'].filter((suite) => existsSync(join(root, suite, 'index.json')));

describe.skipIf(suites.length === 0)('torture messages of ../shared/sip-torture', () => {
  for (const suite of suites) {
    const { cases } = JSON.parse(readFileSync(join(root, suite, 'index.json'), 'utf8')) as { cases: Case[] };
    it.each(cases)(`${suite} $name`, ({ name, file, kind, accept, must_not }) => {
      const bytes = readFileSync(join(root, suite, file));
      const result = reaction(bytes);
      const certain = CERTAIN[name];
      if (certain) expect(result).toBe(certain);
      else if (kind.startsWith('invalid'))
        expect(['400', 'silent', accept.includes('2xx') ? 'ok' : '400']).toContain(result);
      else expect(result).toBe('ok');
      if (result !== 'ok' && accept[0] !== 'any') {
        expect(must_not).not.toContain(result);
        expect(accept).toContain(result);
      }
    });
  }
});
