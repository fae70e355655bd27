/**
 * A bank-like 10000: gold customers go straight to their own agents; all others choose between self-service with
 * account and PIN, and the agents of their region. The PIN is asked as a secret: no log and no record holds it.
 */
import { builders } from 'pbx400/dialplan';

const {
  areaCode,
  byArea,
  gather,
  goto,
  hangup,
  hotline,
  http,
  list,
  menu,
  play,
  queue,
  script,
  survey,
  voicemail,
} = builders({
  prompts: [
    'bank-welcome',
    'bank-menu',
    'bank-account',
    'bank-pin',
    'bank-refused',
    'bank-balance',
    'goodbye',
  ],
  queues: ['bank-gold', 'bank-south', 'bank-north'],
  mailboxes: ['sales'],
  surveys: ['three-keys'],
  lists: ['nuisance', 'gold'],
  flows: ['agents', 'self-service', 'gold'],
});

/** Where the bank answers questions about accounts. */
const ACCOUNTS = 'http://127.0.0.1:8401/balance?account={account}&pin={pin}';

export default hotline('10000', {
  name: '客户服务中心',
  block: [
    list('nuisance'),
    areaCode('0771', { until: '2027-01-01T00:00+08:00', reason: 'wave of fraud calls' }),
  ],
  allow: list('gold'),
  blocked: hangup({ cause: 'blacklisted', prompt: 'goodbye' }),
  vip: { who: list('gold'), priority: 50, flow: [play('bank-welcome'), goto('gold')] },
  flow: [
    play('bank-welcome'),
    menu({ prompt: 'bank-menu', 1: goto('self-service'), 0: goto('agents'), otherwise: goto('agents') }),
  ],
  flows: {
    gold: queue('bank-gold', { maxWaitMs: 20_000, otherwise: goto('agents') }),
    agents: byArea({
      广东: queue('bank-south', { otherwise: voicemail('sales') }),
      广西: queue('bank-south', { otherwise: voicemail('sales') }),
      海南: queue('bank-south', { otherwise: voicemail('sales') }),
      otherwise: queue('bank-north', { otherwise: voicemail('sales') }),
    }),
    'self-service': [
      gather({ save: 'account', prompt: 'bank-account', min: 6, max: 19, otherwise: goto('agents') }),
      gather({ save: 'pin', prompt: 'bank-pin', min: 6, max: 6, secret: true, otherwise: goto('agents') }),
      http({
        url: ACCOUNTS,
        timeoutMs: 2000,
        save: { balance: 'balance' },
        select: 'known',
        values: {
          true: [
            script(async function readBalance(call) {
              const balance = call.variables.get('balance') ?? '';
              await call.play(['bank-balance', { digits: balance.split('.')[0]! }]);
            }),
            hangup({ prompt: 'goodbye' }),
          ],
        },
        // Wrong, or the service does not answer: a person helps.
        otherwise: [play('bank-refused'), goto('agents')],
      }),
    ],
  },
  afterTalk: survey('three-keys'),
});
