import { afterEach, describe, expect, it } from 'vitest';
import { consult } from '../../src/call/attended-transfer.ts';
import { edited, SAMPLE_COMPANIES } from '../support/companies.ts';
import { type Scenario, scenario } from '../support/scenario.ts';
import { phoneCalls, talkOf } from '../support/talk.ts';

/** What a phone is shown of who calls: hotline, queue and number; masked (号码防火墙) to who has no right to numbers outside. */
const CALLER = '13800138000';
const MASKED = '138****8000';
type Edits = Parameters<typeof edited>[1];

let s: Scenario;
const open = async (edits: Edits = {}) => {
  const companies = edited(SAMPLE_COMPANIES, { trunk: { uri: 'sip:carrier', probeMs: 0 }, ...edits });
  s = await scenario(async (call) => void (await call.queue('sales')), { companies });
};
afterEach(async () => {
  const ended = s.pbx.calls.close('normal');
  await s.clock.advance(120_000);
  await ended;
  await s.close();
});

const BLIND: Edits = { extension: { seesNumbers: false } };
/** The INVITE to a phone that rings. */
const invite = (number: string) => s.edge.legsTo(number)[0]!.call;
const rings = (number: string) => s.edge.phone(number, { does: 'ring' });
const arrives = async (from = CALLER) => {
  for (const number of ['8001', '8002']) rings(number);
  s.call({ from });
  await s.clock.advance(1_000);
};

describe('a caller of a queue', () => {
  it('is shown with the names of hotline and queue, and the ring tone of the queue', async () => {
    const alertInfo = '<http://localhost>;info=ring2';
    await open({ queue: { title: '售前', alertInfo } });
    await arrives();
    expect(invite('8001')).toMatchObject({
      from: { uri: `sip:${CALLER}@pbx400.local`, displayName: `4001234567 售前 ${CALLER}` },
      headers: { 'Alert-Info': alertInfo },
    });
  });

  it('is shown with the name of the queue where that has no other, and with no ring tone', async () => {
    await open();
    await arrives();
    const { from, headers } = invite('8001');
    expect([from.displayName, headers]).toEqual([`4001234567 sales ${CALLER}`, undefined]);
  });

  describe('rings a phone that shall answer by itself', () => {
    const AUTO = {
      'Answer-Mode': 'Auto',
      'Call-Info': '<sip:pbx400.local>;answer-after=0',
      'Alert-Info': '<http://pbx400.local>;info=alert-autoanswer;delay=0',
    };

    it.each<[string, Edits, object | undefined]>([
      ['where the queue has it', { queue: { autoAnswer: true } }, AUTO],
      ['where the agent has it', { agent: { autoAnswer: true } }, AUTO],
      [
        'not where the agent has it otherwise',
        { queue: { autoAnswer: true }, agent: { autoAnswer: false } },
        undefined,
      ],
    ])('%s', async (_, edits, headers) => {
      await open(edits);
      await arrives();
      expect(invite('8001').headers).toEqual(headers);
    });

    it('beside the ring tone of the queue', async () => {
      await open({ queue: { autoAnswer: true, alertInfo: '<http://localhost>;info=ring2' } });
      await arrives();
      expect(invite('8001').headers).toEqual({
        ...AUTO,
        'Alert-Info': ['<http://localhost>;info=ring2', AUTO['Alert-Info']],
      });
    });

    it("never for a call that is no queue's", async () => {
      await open({ queue: { autoAnswer: true }, agent: { autoAnswer: true } });
      rings('8002');
      phoneCalls(s, '8001', '8002');
      await s.clock.advance(1_000);
      expect(invite('8002').headers).toBeUndefined();
    });
  });

  it('who withholds his number is shown as hotline and queue alone', async () => {
    await open(BLIND);
    rings('8001');
    s.call({ from: 'anonymous' });
    await s.clock.advance(1_000);
    expect(invite('8001').from.displayName).toBe('4001234567 sales');
  });
});

describe('who has no right to numbers outside', () => {
  it('is shown no more of a caller than the mask, in no header; the record has him whole', async () => {
    await open(BLIND);
    await arrives();
    const call = invite('8001');
    const { sdp: _, ...told } = call;
    expect(call.from).toEqual({
      uri: `sip:${MASKED}@pbx400.local`,
      displayName: `4001234567 sales ${MASKED}`,
    });
    expect(JSON.stringify(told)).not.toContain(CALLER);
    expect(s.facts('arrived')[0]!.caller).toBe(CALLER);
  });

  it('the right of the agent who sits there counts before that of the phone', async () => {
    await open({ ...BLIND, agent: { seesNumbers: true } });
    await arrives();
    expect(invite('8001').from.uri).toBe(`sip:${CALLER}@pbx400.local`);
  });

  it('sees the mask too when he is asked, or the call is forwarded to him; colleagues he sees whole', async () => {
    await open({ extension: ({ number }) => ({ seesNumbers: number !== '8002' }), agent: () => ({}) });
    s.edge.phone('8001', { does: 'answer', afterMs: 500 });
    s.call();
    await s.clock.runUntil(() => s.facts('connected').length === 1);
    rings('8002');
    void consult(talkOf(s, s.edge.legsTo('8001')[0]!), '8002');
    await s.clock.advance(1_000);
    expect(invite('8002').from.uri).toBe(`sip:${MASKED}@pbx400.local`);
    s.edge.legsTo('8002')[0]!.remoteEnd('busy');
    await s.clock.advance(1_000);
    phoneCalls(s, '8003', '8002');
    await s.clock.advance(1_000);
    expect(invite('8002').from.uri).toBe('sip:8003@pbx400.local');
  });

  it('is rung for his own click to call with the mask, and the number is called', async () => {
    await open(BLIND);
    s.edge.phone('8001', { does: 'answer', afterMs: 500 });
    rings(CALLER);
    s.pbx.originate({ tenant: 'demo', extension: '8001', number: CALLER, by: 'crm' });
    await s.clock.advance(2_000);
    expect(invite('8001').from.uri).toBe(`sip:${MASKED}@pbx400.local`);
    expect(s.edge.rung).toEqual(['8001', CALLER]);
  });

  it('calls nobody by dialling the mask from his list of calls', async () => {
    await open({ extension: { seesNumbers: false, outside: 'international' } });
    const phone = phoneCalls(s, '8001', MASKED);
    await s.clock.advance(1_000);
    expect([s.edge.rung, phone.state]).toEqual([[], 'ended']);
  });
});
