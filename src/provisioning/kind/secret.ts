import Type from 'typebox';
import { host } from '../../config/fields.ts';
import { secret as secretText, title } from '../fields.ts';
import { defineKind, type EntityOf } from '../kind.ts';

/**
 * What a service outside knows the company by (密钥): a token, a password. Hotlines name it in nodes `http` and never see it; it
 * is sent to its own hosts only, so that who may write hotlines cannot have it sent elsewhere.
 */
export const secret = defineKind({
  name: 'secret',
  plural: 'secrets',
  title: { en: 'secret', zh: '密钥' },
  key: 'name',
  secretsFor: ['hosts'],
  example: { name: 'crm', title: 'CRM', value: 'key-of-the-crm', hosts: ['crm.example.com'] },
  schema: Type.Object({
    title: title(),
    value: secretText(),
    /** Names or addresses of the services that are told it. */
    hosts: Type.Array(host(), { minItems: 1 }),
  }),
});

export type Secret = EntityOf<typeof secret>;
