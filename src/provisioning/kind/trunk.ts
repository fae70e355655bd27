import Type from 'typebox';
import {
  addressOrBlock,
  choice,
  count,
  duration,
  flag,
  list,
  NAME,
  sipUri,
  telephoneNumber,
  text,
} from '../../config/fields.ts';
import { isAddressOrBlock } from '../../shared/address-list.ts';
import { secret, unique } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';
import { toldApart } from '../told-apart.ts';

/** Changes the number when it begins with `match` ('' matches all): the first rule that matches, once. */
const rewriteRule = Type.Object({
  match: Type.String({ pattern: '^\\+?\\d*$', hint: 'the beginning of a number', default: '' }),
  /** Digits to take off the front. */
  strip: count(0, 20, 0),
  /** Put before what is left. */
  add: Type.String({ pattern: '^\\+?\\d*$', hint: 'digits', default: '' }),
});

const limit = Type.Integer({ minimum: 1, maximum: 100_000, hint: 'a number of calls' });

/** Which header carries the caller's number. */
const callerIdHeader = <const Standard extends 'pai' | 'rpid' | 'from'>(standard: Standard) =>
  choice(['pai', 'rpid', 'from'], standard);

/** A line to a carrier or an E1 gateway (中继). */
export const trunk = defineKind({
  name: 'trunk',
  plural: 'trunks',
  title: { en: 'trunk', zh: '中继' },
  key: 'name',
  example: { name: 'carrier', addresses: ['192.0.2.10'], uri: 'sip:192.0.2.10:5060', channels: 30 },
  schema: Type.Object({
    /** Source addresses that may call in: IP or CIDR. */
    addresses: Type.Array(unique('address', addressOrBlock), { minItems: 1 }),
    /** Where calls out go: `sip:host:port;transport=udp`. Without: inbound only. */
    uri: Type.Optional(sipUri),
    /** Outbound proxy (外呼代理): registration, calls and OPTIONS go there first (RFC 3261 8.1.2). Without: straight to `uri`. */
    proxy: Type.Optional(sipUri),
    /** Registers with the carrier, where it finds us by that. */
    register: Type.Optional(
      Type.Object({
        username: text(),
        password: secret(),
        /** Registrar; the host of `uri` by default. */
        registrar: Type.Optional(sipUri),
        realm: Type.Optional(text()),
        expiresMs: duration('1h'),
      }),
    ),
    /** Where several trunks have one address: what tells this one's calls; all that is given must fit. */
    identify: Type.Optional(
      Type.Object({
        /** Numbers that are called over it. */
        called: Type.Optional(Type.Array(telephoneNumber, { minItems: 1 })),
        /** User of the Request-URI: an account; the number called is in To then. */
        user: Type.Optional(text()),
        /** Port that the carrier sends from. */
        port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, hint: 'a port' })),
      }),
    ),
    /** Simultaneous calls in both directions together; 30 for one E1. */
    channels: count(1, 100_000, 30),
    /** Simultaneous calls by direction, and together where `channels` says too much. */
    limits: Type.Object(
      { in: Type.Optional(limit), out: Type.Optional(limit), together: Type.Optional(limit) },
      { default: {} },
    ),
    /** Of tenant `system`: the companies that may use it. */
    tenants: Type.Record(
      Type.String({ pattern: NAME }),
      Type.Object({
        /** What the company may show; the first one where it shows none of them. */
        numbers: list(telephoneNumber),
        /** Its share of the calls at once. */
        channels: Type.Optional(limit),
      }),
      { default: {}, keyHint: 'letters, digits, - _ and . (up to 64)', keyReference: 'tenant' },
    ),
    /** New calls a second, each way. */
    callsPerSecond: Type.Object(
      { in: count(1, 100_000, 30), out: count(1, 100_000, 30) },
      { default: { in: 30, out: 30 } },
    ),
    /** Lower goes first; equals share calls out by weight. */
    priority: count(0, 1000, 1),
    weight: count(1, 1000, 1),
    /** Requests in a call of this trunk: `strict` takes those from its `addresses` only. */
    dialogSource: choice(['strict', 'lenient'], 'strict'),
    /** A call out without any response, not even 100, is given up after this time for the next trunk; 0: after 32 s. */
    responseTimeoutMs: duration('4s'),
    /** OPTIONS every so often while the trunk has a `uri`; 0: never asked, only calls tell whether it is alive. */
    probeMs: duration('30s'),
    /** Probes, or calls, that must fail in a row, and probes that must succeed, to change the state. */
    probeFailures: count(1, 100, 3),
    probeSuccesses: count(1, 100, 2),
    /** Completes local numbers (with its 0). */
    areaCode: Type.Optional(Type.String({ pattern: '^0\\d{2,3}$', hint: 'an area code such as 0755' })),
    /** Number shown on calls out, unless another of the company's is wanted; without it the first of `numbers`, or `register.username`, or none. */
    callerId: Type.Optional(telephoneNumber),
    /** Other numbers of the line that calls out may show. */
    numbers: list(telephoneNumber),
    callerIdIn: callerIdHeader('pai'),
    /** `pai-tel`: P-Asserted-Identity with a tel URI (RFC 3966), as many IMS want it. */
    callerIdOut: choice(['pai', 'pai-tel', 'rpid', 'from'], 'from'),
    /** Calls out that are forwarded say which number of the company they were for (Diversion, RFC 5806). */
    diversionOut: flag(false),
    rewrite: Type.Object(
      {
        callerIn: list(rewriteRule),
        calledIn: list(rewriteRule),
        callerOut: list(rewriteRule),
        calledOut: list(rewriteRule),
      },
      { default: {} },
    ),
    codecs: Type.Array(choice(['PCMA', 'PCMU'], 'PCMA'), { minItems: 1, default: ['PCMA', 'PCMU'] }),
    digits: choice(['rfc4733', 'inband', 'auto'], 'auto'),
    /** The gateway does not signal that an analogue or E1 line was cleared: busy tone ends the call. */
    busyTone: flag(false),
    /** Callers over this trunk hear prompts before the answer (183) where the dialplan asks for it. */
    earlyMedia: flag(true),
  }),
  mayShare: toldApart,
  howToShare: 'identify: { called: [4001234567] }, { user } or { port }',
  check: ({ addresses }, complain) => {
    addresses.forEach((address, index) => {
      if (isAddressOrBlock(address)) return;
      const fix = 'write an IP address or a network such as 10.0.0.0/8';
      complain(['addresses', index], `'${address}' is not an address`, fix);
    });
  },
});

export type Trunk = EntityOf<typeof trunk>;

/** One of a trunk's rules for rewriting a number. */
export type RewriteRule = Trunk['rewrite']['callerIn'][number];

/** Which header carries the caller's number. */
export type CallerIdHeader = Trunk['callerIdIn'];
