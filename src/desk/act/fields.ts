/** What acts are told, and what they answer, as requests for them have it. */
import Type from 'typebox';

/** Work number (工号). */
export const agentField = Type.String({
  minLength: 1,
  maxLength: 15,
  description: 'work number (工号)',
  examples: ['8001'],
});

export const numberField = Type.String({
  pattern: '^\\+?[0-9]{1,20}$',
  description: 'an extension, a hotline of the company, or a number outside',
  examples: ['13900139000'],
});

export const queueField = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'queue',
  examples: ['sales'],
});

export const callField = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'id of a call',
  examples: ['4mXm2cT5b1kq8wJzR0Yh3A'],
});

export const reasonField = Type.String({
  maxLength: 200,
  description: 'why, for the record',
  examples: ['lunch'],
});

export const somebodyField = Type.Union(
  [
    Type.Object({ agent: agentField }, { additionalProperties: false }),
    Type.Object({ number: numberField }, { additionalProperties: false }),
  ],
  { examples: [{ agent: '8002' }, { number: '13900139000' }] },
);

export const targetField = Type.Union(
  [
    ...somebodyField.anyOf,
    Type.Object({ queue: queueField, reason: Type.Optional(reasonField) }, { additionalProperties: false }),
  ],
  {
    examples: [
      { agent: '8002' },
      { number: '13900139000' },
      { queue: 'service', reason: 'asks for a refund' },
    ],
  },
);

/** How it went to reach somebody. */
export const reachedResult = Type.Object(
  {
    reached: Type.Boolean(),
    status: Type.Integer({ description: 'what SIP says for it (RFC 3261 21)' }),
  },
  { examples: [{ reached: true, status: 200 }] },
);

/** The call that came of it. */
export const callResult = Type.Object(
  { callId: Type.String() },
  { examples: [{ callId: '4mXm2cT5b1kq8wJzR0Yh3A' }] },
);

/** What became of a state that was asked for. */
export const keptResult = Type.Object(
  { isKept: Type.Boolean({ description: 'it comes when the call and its wrap-up are over' }) },
  { examples: [{ isKept: false }] },
);
