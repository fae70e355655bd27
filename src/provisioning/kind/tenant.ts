import Type from 'typebox';
import { checkCodes, STANDARD_CODES } from '../feature-codes.ts';
import { title, unique } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

const hostName = Type.String({ pattern: '^[a-z0-9.-]{1,253}$', hint: 'a host name in lower case' });

const code = (standard: string) =>
  Type.String({
    pattern: '^([*#][*#\\d]{0,6})?$',
    hint: "a feature code such as '*8', or '' for none",
    default: standard,
  });

/** A company (租户): every other entity belongs to one. */
export const tenant = defineKind({
  name: 'tenant',
  plural: 'tenants',
  title: { en: 'company', zh: '租户' },
  key: 'id',
  schema: Type.Object({
    name: title(),
    /** SIP domain of its phones; `<id>.<domain of the server>` by default. */
    domain: Type.Optional(unique('SIP domain', hostName)),
    /** Numbers that always pass beside 110, 119, 120 and 122. */
    emergency: Type.Optional(Type.Array(Type.String({ pattern: '^\\d{2,15}$', hint: 'digits' }))),
    /** Feature codes (功能码) of its phones; '' switches one off. */
    codes: Type.Object(
      {
        /** The phone hears itself (回声测试). */
        echo: code(STANDARD_CODES.echo),
        /** Takes the call that has rung longest at any colleague's (抢接). */
        pickUp: code(STANDARD_CODES.pickUp),
        /** Takes the call that rings at the extension whose number follows (指定抢接). */
        pickUpAt: code(STANDARD_CODES.pickUpAt),
        /** With digits behind it: takes up who is parked (驻留) there; a caller is transferred to it to be parked. */
        park: code(STANDARD_CODES.park),
      },
      { default: {} },
    ),
  }),
  check: ({ codes }, complain) => checkCodes(codes, complain),
});

export type Tenant = EntityOf<typeof tenant>;
