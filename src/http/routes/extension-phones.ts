import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import Type, { type Static } from 'typebox';
import { RequestError } from '../errors.ts';
import { companyOf, type Given, idParams, isoTime, orNull, route } from '../route.ts';

const phones = Type.Object(
  {
    account: Type.Object(
      {
        domain: Type.String({ description: 'SIP domain to set in the phone, and realm of the digest' }),
        username: Type.String(),
      },
      { description: 'what a phone of it registers as; the password is told once, when it is made' },
    ),
    servers: Type.Array(
      Type.Object({
        transport: Type.String({ description: 'udp, tcp, tls, ws or wss' }),
        host: Type.String({
          description: "address that phones reach; '': all of the machine, the one by which the page came",
        }),
        port: Type.Integer(),
      }),
      { description: 'where phones register, one line each' },
    ),
    agents: Type.Array(Type.String(), { description: 'work numbers of those who sit there' }),
    fixedContact: orNull(Type.String({ description: 'it is called there, and nothing registers' })),
    registrations: Type.Array(
      Type.Object({
        source: Type.String({ description: 'address and port that it came from' }),
        transport: Type.String(),
        userAgent: orNull(Type.String({ description: 'as the phone calls itself' })),
        since: orNull(isoTime('null: since before the engine started, or at another node')),
        until: isoTime('it registers anew before that, or is gone'),
        inBrowser: Type.Boolean({ description: 'a phone in a page of the console' }),
      }),
      { description: 'what is registered now, the one that is rung first before the others' },
    ),
  },
  {
    examples: [
      {
        account: { domain: 'demo.pbx400.local', username: '8001' },
        servers: [{ transport: 'udp', host: '203.0.113.1', port: 5060 }],
        agents: ['1001'],
        fixedContact: null,
        registrations: [
          {
            source: '192.0.2.17:5062',
            transport: 'udp',
            userAgent: 'Yealink SIP-T31P 124.86.0.40',
            since: '2026-10-10T01:00:00.000Z',
            until: '2026-10-10T02:05:00.000Z',
            inBrowser: false,
          },
        ],
      },
    ],
  },
);

/** Phones of an extension. */
export type ExtensionPhonesRow = Static<typeof phones>;

/** What the route needs of the registrar and the companies. */
export interface ExtensionPhoneBoard {
  /** Undefined: the company has no such extension. */
  phones(tenant: string, extension: string): Given<ExtensionPhonesRow> | undefined;
}

/** Who is registered as an extension (分机注册情况), and what its phones are set up with. */
export const extensionPhoneRoutes: FastifyPluginCallbackTypebox<{ board: ExtensionPhoneBoard }> = (
  app,
  { board },
  done,
) => {
  app.get(
    '/extensions/:id/phones',
    route(
      {
        access: { permission: 'extension:read', reach: 'tenant' },
        tag: 'entities',
        summary: 'What is registered as an extension, and what a phone of it is set up with (分机注册情况)',
        errors: ['not-found'],
      },
      { params: idParams, response: { 200: phones } },
    ),
    async (request) => {
      const found = board.phones(companyOf(request), request.params.id);
      if (!found) throw new RequestError('not-found', `there is no extension ${request.params.id}`);
      return found;
    },
  );
  done();
};
